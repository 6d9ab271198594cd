import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Beside each text file of the build its packed forms, which the service sends to browsers that take them. */
function packedForms(): Plugin {
  return {
    name: 'packed-forms',
    // From the files: other plugins change the bundle to the last.
    writeBundle({ dir = '' }, bundle) {
      for (const fileName of Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const path = join(dir, fileName);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes));
      }
    },
  };
}

/** Builds the web page into dist/viewer/page, beside the compiled server that sends it. */
export default defineConfig({
  root: 'src/viewer',
  // Relative addresses, so that the page also works behind a proxy that puts it under a path.
  base: './',
  plugins: [packedForms()],
  build: {
    outDir: '../../dist/viewer/page',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers of 2024 know light-dark(); rewritten for older ones it no longer follows a colour scheme within the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
});

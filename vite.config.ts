import { defineConfig } from 'vite';

/** Builds the web page into dist/viewer/page, beside the compiled server that sends it. */
export default defineConfig({
  root: 'src/viewer',
  // Relative addresses, so that the page also works behind a proxy that puts it under a path.
  base: './',
  build: {
    outDir: '../../dist/viewer/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
});

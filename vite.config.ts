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
    // Browsers of 2024 know light-dark(); rewritten for older ones it no longer follows a colour scheme within the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
});

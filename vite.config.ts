import { defineConfig } from 'vite';

/** Builds the web page into dist/viewer/page, beside the compiled server that sends it. */
export default defineConfig({
  root: 'src/viewer',
  base: './',
  build: { outDir: '../../dist/viewer/page', emptyOutDir: true },
});

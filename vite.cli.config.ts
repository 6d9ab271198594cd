import { defineConfig } from 'vite';

/**
 * Bundles the command line and the workers it starts into dist/cli: loading five hundred small modules one by
 * one takes longer than most commands. Packages with native parts, files of their own or a server stay outside.
 */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'src/cli/main.ts',
        'encoding-worker': 'src/layer/writing/encoding-worker.ts',
        'drawing-worker': 'src/maps/export/drawing-worker.ts',
        'hdf5-worker': 'src/sources/netcdf/hdf5-worker.ts',
      },
      // All in one folder: a worker's file is found beside the code that starts it.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: {
    noExternal: true,
    external: [
      '@fastify/cors',
      '@fastify/static',
      'classic-level',
      'fastify',
      'h5wasm',
      'prom-client',
      'sharp',
    ],
  },
});

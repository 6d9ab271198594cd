// Ranks of docs/architecture.md: a module imports lower ranks only, through their index.ts,
// and every third-party package has one home.
const ranks = [
  ['errors'],
  ['bytes', 'grid', 'threads'],
  ['curve', 'blob', 'raster'],
  ['codec', 'pmtiles', 'render'],
  ['segment', 'sources', 'formats'],
  ['catalog', 'staging'],
  ['layer'],
  ['pipeline', 'edr', 'maps'],
  ['service'],
  ['cli'],
];

const homes = {
  '@fastify/cors': 'service',
  '@fastify/static': 'service',
  'apache-arrow': 'formats',
  avsc: 'codec',
  'classic-level': 'staging',
  commander: 'cli',
  'd3-scale-chromatic': 'render',
  fastify: 'service',
  geotiff: 'sources',
  h5wasm: 'sources',
  'hilbert-curve': 'curve',
  'lru-cache': 'segment',
  netcdfjs: 'sources',
  numcodecs: 'codec',
  ol: 'viewer',
  proj4: 'grid',
  'prom-client': 'service',
  sharp: 'render',
  tinyduration: 'grid',
  uplot: 'viewer',
  'world-atlas': 'viewer',
  zarrita: 'sources',
};

const rankRules = ranks.flatMap((modules, rank) =>
  modules.map((module) => ({
    name: `rank-${module}`,
    comment: `${module} has rank ${rank} and imports lower ranks only`,
    severity: 'error',
    from: { path: `^src/${module}/` },
    to: { path: `^src/(?!(?:${[module, ...ranks.slice(0, rank).flat()].join('|')})/)` },
  })),
);

const homeRules = Object.entries(homes).map(([name, home]) => ({
  name: `home-of-${name.replace(/[@/]/g, '')}`,
  comment: `${name} is used in src/${home} only`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${home}/` },
  to: { path: `node_modules/${name}/` },
}));

module.exports = {
  forbidden: [
    ...rankRules,
    ...homeRules,
    {
      name: 'one-door',
      comment: 'a module is used through its index.ts',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'tests-use-doors',
      comment: 'tests and tools use the public door too',
      severity: 'error',
      from: { path: '^(test|tools)/' },
      to: { path: '^src/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'viewer-by-http',
      severity: 'error',
      from: { path: '^src/viewer/' },
      to: { path: '^src/(?!viewer/)' },
    },
    {
      name: 'no-unlisted',
      comment: 'only packages listed in package.json',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // The benchmarks' peers have a package.json of their own beside the project's.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};

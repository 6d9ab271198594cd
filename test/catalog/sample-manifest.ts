import type { Manifest } from '../../src/catalog/index.js';
import { FORMAT_VERSION } from '../../src/catalog/index.js';
import { CRS84 } from '../../src/grid/index.js';

/** A manifest of one parameter and two runs, with segments that are nowhere. */
export function sampleManifest(layer: string, sequence: number): Manifest {
  const segment = (first: number, digit: string) => ({
    first,
    last: first + 9,
    count: 5,
    tailBytes: 1000,
    generation: sequence,
    sha: digit.repeat(32),
    sizeBytes: 5000,
    summary: { valid: 10, min: 0, max: 1, sum: 5 },
  });
  const run = (z: number) => ({
    level: 0,
    parameter: 'p',
    z,
    custom: [],
    partition: `z${z}`,
    segments: [segment(0, 'a'), segment(20, String(z))],
  });
  const axis = (name: string) => ({
    name,
    coordinates: { kind: 'regular' as const, start: 0, step: 1, count: 8 },
  });
  return {
    formatVersion: FORMAT_VERSION,
    layer,
    uuid: '5f0b0c9e-0000-4000-8000-000000000000',
    sequence,
    commitId: `commit-${layer}-${sequence}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    operation: 'write',
    title: layer,
    attributes: { history: 'made for a test' },
    grid: { crs: CRS84, x: axis('x'), y: axis('y'), z: axis('z'), custom: [] },
    parameters: [{ id: 'p', title: 'P', type: 'float32', scale: 1, offset: 0, axes: ['z'], attributes: {} }],
    scheme: 'floating',
    tileShape: { t: 1, z: 1, row: 4, col: 4 },
    keyIndex: { curve: { name: 'zorder', bits: [6, 6] } },
    codec: 'raw',
    levels: 1,
    levelMethods: {},
    statistics: { p: { valid: 40, min: 0, max: 1, sum: 20 } },
    runs: [run(0), run(1)],
  };
}

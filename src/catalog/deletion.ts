import { randomUUID } from 'node:crypto';
import { CRS84 } from '../grid/index.js';
import { FORMAT_VERSION, type Manifest } from './manifest.js';

/** The manifest that says that a layer is gone. It describes nothing, so that a layer nobody can read can be deleted. */
export function deletionManifest({ layer, sequence }: { layer: string; sequence: number }): Manifest {
  const coordinates = { kind: 'explicit', values: [0] } as const;
  return {
    formatVersion: FORMAT_VERSION,
    layer,
    uuid: randomUUID(),
    sequence,
    commitId: randomUUID(),
    createdAt: new Date().toISOString(),
    operation: 'delete',
    title: layer,
    attributes: {},
    grid: { crs: CRS84, x: { name: 'x', coordinates }, y: { name: 'y', coordinates }, custom: [] },
    parameters: [],
    scheme: 'floating',
    tileShape: { t: 1, z: 1, row: 1, col: 1 },
    keyIndex: { curve: { name: 'rowmajor', bits: [1, 1] } },
    codec: 'raw',
    levels: 1,
    levelMethods: {},
    statistics: {},
    runs: [],
  };
}

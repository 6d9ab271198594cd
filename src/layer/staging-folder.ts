import { join } from 'node:path';

// In no layer's name, so that the staging of an update is never taken for that of another layer's write.
const MARK = '#';

/**
 * Where work on a layer stages, below the folder that all layers of a store have for it. A write is known by its
 * layer alone, so that it goes on when it is run again; updates of one layer may be many, one for each process.
 */
export function stagingFolder(root: string, layer: string, processId?: number): string {
  return join(root, processId === undefined ? layer : `${layer}${MARK}${processId}`);
}

/** The layer that the staging folder called `name` is of. */
export function stagedLayer(name: string): string {
  return name.split(MARK, 1)[0]!;
}

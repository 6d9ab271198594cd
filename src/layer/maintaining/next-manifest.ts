import { randomUUID } from 'node:crypto';
import type { Manifest, Operation } from '../../catalog/index.js';

/** The manifest after `base` of the same layer: its content, or that of `changes`. */
export function nextManifest(
  base: Manifest,
  operation: Operation,
  changes: Partial<Manifest> = {},
): Manifest {
  return {
    ...base,
    ...changes,
    layer: base.layer,
    uuid: base.uuid,
    sequence: base.sequence + 1,
    commitId: randomUUID(),
    createdAt: new Date().toISOString(),
    operation,
  };
}

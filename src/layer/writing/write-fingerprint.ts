import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BlobStore } from '../../blob/index.js';
import type { Source } from '../../sources/index.js';
import type { WriteOptions } from './write-options.js';
import type { WritePlan } from './write-plan.js';

/** A later version that stages otherwise must not continue what this one began. */
const CHECKPOINT_VERSION = 2;

/** Equal for two writes of the same source, as far as it says, with the same options. */
export async function fingerprintRequest(
  store: BlobStore,
  source: Source,
  options: WriteOptions & { readonly layer: string },
): Promise<string> {
  const { grid, parameters, attributes, title } = source;
  const location = resolve(source.location);
  const evidence = await source.fingerprint?.(options.signal);
  const { signal, onProgress, onNote, isAnew, checkpointMs, stagingDirectory, ...asked } = options;
  const byName = Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash([
    CHECKPOINT_VERSION,
    store.location,
    location,
    evidence,
    grid,
    parameters,
    attributes,
    title,
    byName,
  ]);
}

/** Equal for two writes that decided the same, on the same snapshot. */
export function fingerprintPlan({ commitId, runs, ...plan }: WritePlan): string {
  return hash([plan, runs.runs.length]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

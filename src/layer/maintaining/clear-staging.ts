import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStaleStaging } from '../../staging/index.js';
import { stagedLayer } from '../staging-folder.js';

/** Which staging folders may go. */
export interface StagingRules {
  /** Folders with a file changed after this stay. */
  readonly youngSinceMs: number;
  readonly isDryRun: boolean;
}

/**
 * Staging folders: the names of those removed, and the layers of those that a writer has open, or may come back to
 * because they are young.
 */
export async function clearStaging(
  directory: string | undefined,
  { layer, rules }: { layer: string | undefined; rules: StagingRules },
): Promise<{ readonly removed: string[]; readonly kept: ReadonlySet<string> }> {
  const removed: string[] = [];
  const kept = new Set<string>();
  if (directory === undefined) return { removed, kept };
  for (const name of await folderNames(directory)) {
    const owner = stagedLayer(name);
    if (layer !== undefined && owner !== layer) continue;
    const folder = join(directory, name);
    if ((await lastChangeMs(folder)) > rules.youngSinceMs) kept.add(owner);
    // Whether somebody has it open is known only by trying to remove it.
    else if (rules.isDryRun) continue;
    else if ((await removeStaleStaging(folder)) === 'kept') kept.add(owner);
    else removed.push(name);
  }
  return { removed, kept };
}

/** When the youngest file of a folder was changed; 0 when there is none, or somebody is removing them. */
async function lastChangeMs(folder: string): Promise<number> {
  const names = await readdir(folder).catch(absent);
  const times = await Promise.all((names ?? []).map((name) => stat(join(folder, name)).catch(absent)));
  return times.reduce((latest, found) => Math.max(latest, found?.mtimeMs ?? 0), 0);
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function folderNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(absent);
  return (entries ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

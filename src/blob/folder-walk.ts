import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { NotFoundError, UnavailableError } from '../errors/index.js';
import { isBlobName } from './blob-path.js';
import type { BlobInfo, BlobOptions } from './blob-store.js';
import { readDirectory, statFile } from './file-calls.js';
import { hasCode, isMissing, readFailure } from './file-errors.js';

const STAT_BATCH = 64;

/** What one folder holds, in the order of full paths; nothing when there is no such folder. */
export async function readFolder(root: string, prefix: string): Promise<Dirent[]> {
  const folder = join(root, prefix);
  try {
    const entries = await readDirectory(folder);
    return entries.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  } catch (error) {
    // Below the root a file where a folder was asked for means no blobs; a root that is a file is a mistake.
    if (prefix === '' && hasCode(error, 'ENOTDIR')) {
      throw new UnavailableError('store is not a directory', { path: root }, { cause: error });
    }
    if (isMissing(error)) return [];
    throw readFailure(error, folder);
  }
}

/** Files below `prefix` whose name `accepts` takes, sorted by path; folders are read as the walk reaches them. */
export async function* walkFiles(
  root: string,
  prefix: string,
  options: BlobOptions & { readonly accepts: (name: string) => boolean },
): AsyncGenerator<BlobInfo> {
  options.signal?.throwIfAborted();
  const entries = await readFolder(root, prefix);
  for (let start = 0; start < entries.length; start += STAT_BATCH) {
    const batch = entries.slice(start, start + STAT_BATCH);
    const infos = await Promise.all(
      batch.map(async (entry) => {
        if (entry.isDirectory() || !options.accepts(entry.name)) return undefined;
        return await statBlob(root, prefix + entry.name);
      }),
    );
    for (const [i, entry] of batch.entries()) {
      options.signal?.throwIfAborted();
      if (entry.isDirectory() && isBlobName(entry.name)) {
        yield* walkFiles(root, `${prefix}${entry.name}/`, options);
      }
      const info = infos[i];
      if (info !== undefined) yield info;
    }
  }
}

/** The blob's size and time; undefined when there is none or a folder has its name. */
export async function statBlob(root: string, path: string): Promise<BlobInfo | undefined> {
  const file = join(root, path);
  try {
    const stats = await statFile(file);
    return stats.isFile() ? { path, sizeBytes: stats.size, modifiedMs: stats.mtimeMs } : undefined;
  } catch (error) {
    const failure = readFailure(error, file);
    if (failure instanceof NotFoundError) return undefined;
    throw failure;
  }
}

// In full paths a folder's name is followed by '/', which sorts after '.', '-', '+' and ','.
function sortName(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

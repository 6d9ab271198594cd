import { dirname, join, resolve } from 'node:path';
import { NotFoundError } from '../errors/index.js';
import { folderPrefix, isBlobName, parseBlobPath, parseFolderPrefix } from './blob-path.js';
import type { BlobHandle, BlobOptions, BlobStore, SweepOptions } from './blob-store.js';
import { DurableWriter, isTemporaryName } from './durable-write.js';
import { removeEmptyDirectory, statFile, unlinkFile } from './file-calls.js';
import { isMissing, isSystemError, readFailure, writeFailure } from './file-errors.js';
import { openFileHandle } from './file-handle.js';
import { readFolder, statBlob, walkFiles } from './folder-walk.js';

/** How a directory is used. */
export interface DirectoryStoreOptions {
  /**
   * Whether small pieces of open files may be read while the process waits (default true): five times faster
   * where files are in memory or on a fast disk. To be false where a read may take milliseconds, as over a network:
   * everything else waits as long.
   */
  readonly blockingReads?: boolean;
}

/**
 * Blobs as files below a directory, which the first put creates.
 *
 * Deleting the last blob of a folder removes the folder; a delete that is not asked to be durable may be undone by
 * a power cut. Symbolic links are followed, but a listing does not descend into linked folders.
 */
export function openDirectoryStore(
  path: string,
  { blockingReads = true }: DirectoryStoreOptions = {},
): BlobStore {
  const root = resolve(path);
  const writer = new DurableWriter(root);

  async function open(blob: string, options?: BlobOptions): Promise<BlobHandle> {
    const file = join(root, parseBlobPath(blob));
    options?.signal?.throwIfAborted();
    return await openFileHandle({ file, path: blob, blockingReads });
  }

  async function change<T>(
    blob: string,
    signal: AbortSignal | undefined,
    run: (file: string) => Promise<T>,
  ): Promise<T> {
    const file = join(root, parseBlobPath(blob));
    signal?.throwIfAborted();
    try {
      return await run(file);
    } catch (error) {
      throw writeFailure(error, file);
    }
  }

  return {
    location: root,
    open,
    get: (blob, options) =>
      withHandle(open(blob, options), (handle) =>
        handle.read({ offset: 0, length: handle.sizeBytes }, options),
      ),
    getRange: (blob, range, options) =>
      withHandle(open(blob, options), (handle) => handle.read(range, options)),
    async stat(blob, options) {
      parseBlobPath(blob);
      options?.signal?.throwIfAborted();
      return await statBlob(root, blob);
    },
    put: (blob, chunks, { signal } = {}) =>
      change(blob, signal, (file) => writer.replace(file, { chunks, signal })),
    putIfAbsent: (blob, chunks, { signal } = {}) =>
      change(blob, signal, (file) => writer.create(file, { chunks, signal })),
    async link({ from, to }, { signal } = {}) {
      const source = join(root, parseBlobPath(from));
      return await change(to, signal, (file) => linkBlob({ source, file }, { writer, signal }));
    },
    async *list(prefix, options) {
      yield* walkFiles(root, parseFolderPrefix(prefix), { ...options, accepts: isBlobName });
    },
    async listNames(folder, options) {
      const prefix = folderPrefix(folder);
      options?.signal?.throwIfAborted();
      const entries = await readFolder(root, prefix);
      return entries
        .map((entry) => entry.name)
        .filter(isBlobName)
        .sort();
    },
    delete: (blob, { signal, isDurable = false } = {}) =>
      change(blob, signal, async (file) => {
        await removeFile(file, { root, writer });
        if (isDurable) await writer.syncRemoval(file);
      }),
    sweep: (prefix, options) => sweepFiles(prefix, options, { root, writer }),
  };
}

async function linkBlob(
  { source, file }: { readonly source: string; readonly file: string },
  { writer, signal }: { readonly writer: DurableWriter; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  await requireFile(source);
  try {
    return await writer.link(source, { file, signal });
  } catch (error) {
    // Deleted since, perhaps: then that is what went wrong.
    if (isMissing(error)) await requireFile(source);
    throw error;
  }
}

async function requireFile(file: string): Promise<void> {
  const stats = await statFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
  if (!stats.isFile()) throw new NotFoundError('no such blob', { path: file, found: 'a folder or device' });
}

interface Place {
  readonly root: string;
  readonly writer: DurableWriter;
}

async function withHandle<T>(
  opening: Promise<BlobHandle>,
  use: (handle: BlobHandle) => Promise<T>,
): Promise<T> {
  const handle = await opening;
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function sweepFiles(prefix: string, options: SweepOptions, place: Place): Promise<number> {
  const youngest = Date.now() - options.olderThanMs;
  const remains = walkFiles(place.root, parseFolderPrefix(prefix), { ...options, accepts: isTemporaryName });
  let removed = 0;
  for await (const { path, modifiedMs } of remains) {
    if (modifiedMs > youngest) continue;
    const file = join(place.root, path);
    await removeFile(file, place).catch((error: unknown) => {
      throw writeFailure(error, file);
    });
    removed += 1;
  }
  return removed;
}

async function removeFile(file: string, { root, writer }: Place): Promise<void> {
  try {
    await unlinkFile(file);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (let folder = dirname(file); folder !== root; folder = dirname(folder)) {
    if (!(await removeIfEmpty(folder))) return;
    writer.forget(folder);
  }
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await removeEmptyDirectory(folder);
    return true;
  } catch (error) {
    // Not empty, mostly. An empty folder that cannot be removed does no harm: the blob is gone.
    if (isSystemError(error)) return false;
    throw error;
  }
}

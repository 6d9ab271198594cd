import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { UnavailableError } from '../errors/index.js';
import { makeDirectories, syncDirectory } from './durable-directory.js';
import {
  closeFile,
  copyNewFile,
  linkFile,
  openFile,
  renameFile,
  statFile,
  syncFile,
  touchFile,
  unlinkFile,
  writeFully,
} from './file-calls.js';
import { hasCode, isSystemError } from './file-errors.js';

const BATCH_CHUNKS = 256;
const MAX_DIRECTORY_ATTEMPTS = 10;
const MAX_KNOWN_DIRECTORIES = 4096;
// '#' is in no blob path, so that a temporary file can be neither asked for nor listed.
const TEMPORARY = /^\.tmp#/;
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
const LINK_CALLS = new Set(['link', 'utime']);
// Another device, somebody else's file, and a file that has as many names as it can have.
const MUST_COPY = new Set([...NO_LINKS, 'EACCES', 'EXDEV', 'EMLINK']);

export interface WriteOptions {
  readonly chunks: readonly Uint8Array[];
  readonly signal: AbortSignal | undefined;
}

/** Whether a file of this name is what a put left that never ended. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Atomic and durable writes below one directory, following the order: bytes synced, name made, directory
 * synced. A failed sync is never tried again: the kernel may have dropped the bytes and report success.
 */
export class DurableWriter {
  readonly #root: string;
  // Directories whose own names are known to be on disk, up to the root.
  readonly #known = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Replaces `file`; when it fails after the rename, the new bytes may or may not survive a power cut. */
  async replace(file: string, options: WriteOptions): Promise<void> {
    const temporary = await this.#writeTemporary(dirname(file), options);
    try {
      await renameFile(temporary, file);
    } catch (error) {
      await removeQuietly(temporary);
      throw error;
    }
    await this.#syncNames(dirname(file));
  }

  /**
   * False when `file` exists, which then is durable. link(2) and not rename(2), which would replace it in silence.
   * When the name cannot be made durable it is taken back: a later sync of the folder would report success for it,
   * whether or not it is on disk.
   */
  async create(file: string, options: WriteOptions): Promise<boolean> {
    const temporary = await this.#writeTemporary(dirname(file), options);
    try {
      // What this blob follows may have been made by another writer and not be durable yet.
      await syncDirectory(dirname(file));
      await linkFile(temporary, file);
      await this.#syncNewName(file);
      return true;
    } catch (error) {
      if (!isSystemError(error) || error.syscall !== 'link') throw error;
      if (error.code === 'EEXIST') return await this.#confirmExisting(file);
      if (!NO_LINKS.has(error.code)) throw error;
      return await this.#createInPlace(file, options);
    } finally {
      await removeQuietly(temporary);
    }
  }

  /**
   * Gives `source` the second name `file`; false when that exists. Its time becomes now before the name is
   * made: whoever removes old files without an owner must take this one for new. Copies where links fail.
   */
  async link(
    source: string,
    { file, signal }: { readonly file: string; readonly signal: AbortSignal | undefined },
  ): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      try {
        if (attempt > 0) await makeDirectories(dirname(file));
        await touchFile(source);
        await linkFile(source, file);
        await this.#syncNewName(file);
        return true;
      } catch (error) {
        if (!isSystemError(error) || !LINK_CALLS.has(error.syscall ?? '')) throw error;
        if (error.code === 'EEXIST') return await this.#confirmExisting(file);
        if (MUST_COPY.has(error.code)) return await this.#copy(source, file);
        // The folder of `file` is missing, or `source` is since it was looked at.
        if (error.code !== 'ENOENT' || attempt === MAX_DIRECTORY_ATTEMPTS) throw error;
      }
    }
  }

  /** Makes the removal of `file` durable, and that of the folders that were empty after it. */
  async syncRemoval(file: string): Promise<void> {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      try {
        return await syncDirectory(folder);
      } catch (error) {
        // Removed, now or by somebody else since: its own name is what must stay away.
        if (!hasCode(error, 'ENOENT')) throw error;
      }
    }
  }

  /** Must follow the removal of a directory: one of that name made later is not known to be durable. */
  forget(directory: string): void {
    this.#known.delete(directory);
  }

  // Without hard links the name comes before the bytes: readers rely on the blob's own checksum.
  async #createInPlace(file: string, options: WriteOptions): Promise<boolean> {
    try {
      await writeNewFile(file, options);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return await this.#confirmExisting(file);
      throw error;
    }
    await this.#syncNewName(file);
    return true;
  }

  async #syncNewName(file: string): Promise<void> {
    try {
      await this.#syncNames(dirname(file));
    } catch (error) {
      await removeQuietly(file);
      throw error;
    }
  }

  /** False, once the name is durable that another writer may have made a moment ago. */
  async #confirmExisting(file: string): Promise<false> {
    await refuseFolder(file);
    await this.#syncNames(dirname(file));
    return false;
  }

  async #copy(source: string, file: string): Promise<boolean> {
    const directory = dirname(file);
    await makeDirectories(directory);
    const temporary = join(directory, `.tmp#${randomUUID()}`);
    try {
      await copyNewFile(source, temporary);
      await syncPath(temporary);
      return await this.#publish(temporary, file);
    } finally {
      await removeQuietly(temporary);
    }
  }

  async #publish(temporary: string, file: string): Promise<boolean> {
    try {
      await linkFile(temporary, file);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return await this.#confirmExisting(file);
      if (!isSystemError(error) || !NO_LINKS.has(error.code)) throw error;
      // Without links another writer of this name may be replaced: copies of one source are equal.
      await renameFile(temporary, file);
    }
    await this.#syncNewName(file);
    return true;
  }

  async #writeTemporary(directory: string, options: WriteOptions): Promise<string> {
    const temporary = join(directory, `.tmp#${randomUUID()}`);
    for (let attempt = 0; ; attempt++) {
      try {
        if (attempt > 0) await makeDirectories(directory);
        await writeNewFile(temporary, options);
        return temporary;
      } catch (error) {
        // A delete may take an empty folder away again before the file is in it.
        if (!hasCode(error, 'ENOENT') || attempt === MAX_DIRECTORY_ATTEMPTS) throw error;
      }
    }
  }

  // Another writer may have made a folder and not synced it yet, so ours alone is not enough the first time.
  async #syncNames(directory: string): Promise<void> {
    try {
      await syncDirectory(directory);
      if (this.#known.has(directory)) return;
      for (let folder = directory; folder !== this.#root; ) {
        folder = dirname(folder);
        await syncDirectory(folder);
      }
    } catch (error) {
      // Somebody deleted the blob since, and its empty folder with it: nothing is left to make durable.
      if (hasCode(error, 'ENOENT')) return;
      throw error;
    }
    if (this.#known.size >= MAX_KNOWN_DIRECTORIES) this.#known.clear();
    this.#known.add(directory);
  }
}

async function writeNewFile(file: string, { chunks, signal }: WriteOptions): Promise<void> {
  const fd = await openFile(file, 'wx');
  try {
    await writeAndClose(fd, { chunks, signal });
  } catch (error) {
    await removeQuietly(file);
    throw error;
  }
}

async function writeAndClose(fd: number, { chunks, signal }: WriteOptions): Promise<void> {
  try {
    for (let start = 0; start < chunks.length; start += BATCH_CHUNKS) {
      signal?.throwIfAborted();
      await writeFully(fd, chunks.slice(start, start + BATCH_CHUNKS));
    }
    await syncFile(fd);
    signal?.throwIfAborted();
  } finally {
    await closeFile(fd);
  }
}

async function syncPath(file: string): Promise<void> {
  const fd = await openFile(file, 'r');
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}

async function refuseFolder(file: string): Promise<void> {
  const stats = await statFile(file).catch(() => undefined);
  if (stats?.isDirectory()) {
    throw new UnavailableError('cannot write: a folder is where a file is needed', { path: file });
  }
}

/** For clean-up after another error, which is the one to report. */
async function removeQuietly(file: string): Promise<void> {
  await unlinkFile(file).catch(() => undefined);
}

import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ByteRange } from '../../bytes/index.js';
import {
  CorruptionError,
  NotFoundError,
  TilecurveError,
  UnavailableError,
  UnsupportedError,
} from '../../errors/index.js';

/** Which bytes of a file: a range, or so many from its end. */
export type FileRange = ByteRange | { readonly suffixLength: number };

export interface ReadFileOptions {
  /** A longer file (or range) is refused before memory is taken for it. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Files below one directory, by '/'-separated keys, to read only. A key never leaves the directory, not by
 * `..` and not by a symbolic link; a file that does not exist is `undefined`, anything else that fails is an error.
 */
export class StoreDirectory {
  private readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Throws: NotFoundError when there is no such directory. */
  static async open(path: string): Promise<StoreDirectory> {
    try {
      return new StoreDirectory(await realpath(path));
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') throw new NotFoundError('no such file or directory', { path });
      throw unreadable(path, cause);
    }
  }

  /** The whole file, or undefined when it does not exist. */
  async read(key: string, options: ReadFileOptions): Promise<Uint8Array | undefined> {
    return this.withFile(key, options, (file, sizeBytes) =>
      readFully({ file, key, range: { offset: 0, length: sizeBytes }, options }),
    );
  }

  /** `range` of the file, or undefined when the file does not exist; a range beyond its end is CorruptionError. */
  async readRange(key: string, range: FileRange, options: ReadFileOptions): Promise<Uint8Array | undefined> {
    return this.withFile(key, options, (file, sizeBytes) =>
      readFully({ file, key, range: rangeInside(key, range, sizeBytes), options }),
    );
  }

  /** Names of the directories directly below the root, sorted. */
  async listDirectories(signal?: AbortSignal): Promise<string[]> {
    signal?.throwIfAborted();
    const entries = await readdir(this.root, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(this.root, cause);
    });
    const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return names.map((entry) => entry.name).sort();
  }

  /** Whether `key` names a directory inside the root. */
  async hasDirectory(key: string): Promise<boolean> {
    const path = await this.resolve(key);
    return path !== undefined && (await lstat(path)).isDirectory();
  }

  private async withFile<T>(
    key: string,
    { signal }: ReadFileOptions,
    use: (file: FileHandle, sizeBytes: number) => Promise<T>,
  ): Promise<T | undefined> {
    signal?.throwIfAborted();
    const path = await this.resolve(key);
    if (path === undefined) return undefined;
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      const stat = await file.stat();
      if (!stat.isFile()) throw new CorruptionError('not a file', { path });
      return await use(file, stat.size);
    } catch (cause) {
      if (cause instanceof TilecurveError || signal?.aborted === true) throw cause;
      throw unreadable(path, cause);
    } finally {
      await file?.close();
    }
  }

  /** The real path of `key`; undefined when nothing is there. */
  private async resolve(key: string): Promise<string | undefined> {
    const segments = key.split('/');
    if (
      segments.some((segment) => segment === '' || segment === '.' || segment === '..') ||
      key.includes('\0')
    )
      throw new UnsupportedError('a name in the store cannot be a file name', {
        store: this.root,
        name: key,
      });
    const path = join(this.root, ...segments);
    try {
      const real = await realpath(path);
      if (real.startsWith(this.root + sep)) return real;
    } catch (cause) {
      if (errorCode(cause) !== 'ENOENT') throw unreadable(path, cause);
      if (!(await isLink(path))) return undefined;
      throw new CorruptionError('symbolic link points to nothing', { path });
    }
    throw new UnsupportedError('symbolic link leaves the store', { path, store: this.root });
  }
}

function rangeInside(key: string, range: FileRange, sizeBytes: number): ByteRange {
  const wanted =
    'suffixLength' in range
      ? { offset: sizeBytes - range.suffixLength, length: range.suffixLength }
      : { offset: range.offset, length: range.length };
  if (wanted.offset >= 0 && wanted.length >= 0 && wanted.offset + wanted.length <= sizeBytes) return wanted;
  throw new CorruptionError('file is shorter than its index says', { file: key, ...range, sizeBytes });
}

interface ReadJob {
  readonly file: FileHandle;
  readonly key: string;
  readonly range: ByteRange;
  readonly options: ReadFileOptions;
}

async function readFully({ file, key, range, options }: ReadJob): Promise<Uint8Array> {
  if (range.length > options.maxBytes)
    throw new CorruptionError('file is larger than its content can be', {
      file: key,
      sizeBytes: range.length,
      allowedBytes: options.maxBytes,
    });
  const bytes = new Uint8Array(range.length);
  let done = 0;
  while (done < bytes.length) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, range.offset + done);
    if (bytesRead === 0)
      throw new CorruptionError('file ended early', { file: key, expectedBytes: bytes.length, found: done });
    done += bytesRead;
  }
  return bytes;
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  );
}

function unreadable(path: string, cause: unknown): TilecurveError {
  const reason = errorCode(cause);
  const damaged = reason === 'ENOTDIR' || reason === 'ELOOP' || reason === 'EISDIR';
  if (damaged)
    return new CorruptionError('store holds a file where a directory belongs', { path, reason }, { cause });
  if (reason === 'ENAMETOOLONG')
    return new UnsupportedError('name in the store is too long', { reason }, { cause });
  return new UnavailableError('file cannot be read', { path, reason }, { cause });
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}

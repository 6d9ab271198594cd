import type { ByteRange } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError, NotFoundError } from '../errors/index.js';
import type { BlobHandle, BlobOptions } from './blob-store.js';
import { checkRange } from './check-range.js';
import { closeFile, openFile, readFully, statFile } from './file-calls.js';
import { readFailure } from './file-errors.js';

/** The file as an open blob; NotFoundError when there is none or it is a folder. */
export async function openFileHandle(file: string, path: string): Promise<BlobHandle> {
  const fd = await openFile(file, 'r').catch((error: unknown) => {
    throw readFailure(error, file);
  });
  try {
    const stats = await statFile(fd);
    if (!stats.isFile()) throw new NotFoundError('no such blob', { path: file, found: 'a folder or device' });
    return new FileHandle(fd, { file, path, sizeBytes: stats.size });
  } catch (error) {
    // Whether it closes or not, what went wrong is the other.
    await closeFile(fd).catch(() => undefined);
    throw readFailure(error, file);
  }
}

class FileHandle implements BlobHandle {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #fd: number;
  readonly #file: string;
  #reading = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(fd: number, blob: { file: string; path: string; sizeBytes: number }) {
    this.#fd = fd;
    this.#file = blob.file;
    this.path = blob.path;
    this.sizeBytes = blob.sizeBytes;
  }

  async read(range: ByteRange, options?: BlobOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    if (this.#closing !== undefined) {
      throw new InvalidArgumentError('blob handle is closed', { path: this.#file });
    }
    checkRange(range, { path: this.#file, sizeBytes: this.sizeBytes });
    this.#reading += 1;
    try {
      return await this.#readExactly(range);
    } catch (error) {
      throw readFailure(error, this.#file);
    } finally {
      this.#reading -= 1;
      if (this.#reading === 0) this.#onIdle?.();
    }
  }

  // A descriptor closed under a queued read could be reused by then, and the read get another file's bytes.
  close(): Promise<void> {
    this.#closing ??= this.#closeIdle();
    return this.#closing;
  }

  async #closeIdle(): Promise<void> {
    await this.#idle();
    try {
      await closeFile(this.#fd);
    } catch (error) {
      throw readFailure(error, this.#file);
    }
  }

  async #readExactly({ offset, length }: ByteRange): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const found = await readFully(this.#fd, bytes, offset);
    if (found < length) {
      throw new CorruptionError('file became shorter while it was open', {
        path: this.#file,
        offset,
        expected: length,
        found,
      });
    }
    return bytes;
  }

  #idle(): Promise<void> {
    if (this.#reading === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}

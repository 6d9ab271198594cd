import type { ByteRange } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError, NotFoundError } from '../errors/index.js';
import type { BlobHandle, BlobOptions } from './blob-store.js';
import { checkRange } from './check-range.js';
import { closeFile, openFile, readFully, readFullySync, statFile } from './file-calls.js';
import { readFailure } from './file-errors.js';

/** A file and how it is to be read. */
export interface FileToOpen {
  readonly file: string;
  /** Its path in the store. */
  readonly path: string;
  /** Whether it may be read while the process waits. */
  readonly blockingReads: boolean;
}

/** The file as an open blob; NotFoundError when there is none or it is a folder. */
export async function openFileHandle({ file, path, blockingReads }: FileToOpen): Promise<BlobHandle> {
  const fd = await openFile(file, 'r').catch((error: unknown) => {
    throw readFailure(error, file);
  });
  try {
    const stats = await statFile(fd);
    if (!stats.isFile()) throw new NotFoundError('no such blob', { path: file, found: 'a folder or device' });
    const blob = { file, path, sizeBytes: stats.size };
    return blockingReads ? new NearFileHandle(fd, blob) : new FileHandle(fd, blob);
  } catch (error) {
    // Whether it closes or not, what went wrong is the other.
    await closeFile(fd).catch(() => undefined);
    throw readFailure(error, file);
  }
}

class FileHandle implements BlobHandle {
  readonly path: string;
  readonly sizeBytes: number;
  protected readonly fd: number;
  protected readonly file: string;
  #reading = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(fd: number, blob: { file: string; path: string; sizeBytes: number }) {
    this.fd = fd;
    this.file = blob.file;
    this.path = blob.path;
    this.sizeBytes = blob.sizeBytes;
  }

  async read(range: ByteRange, options?: BlobOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    this.requireReadable(range);
    this.#reading += 1;
    try {
      return await this.#readExactly(range);
    } catch (error) {
      throw readFailure(error, this.file);
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

  protected requireReadable(range: ByteRange): void {
    if (this.#closing !== undefined) {
      throw new InvalidArgumentError('blob handle is closed', { path: this.file });
    }
    checkRange(range, { path: this.file, sizeBytes: this.sizeBytes });
  }

  protected requireWhole({ offset, length }: ByteRange, found: number): void {
    if (found === length) return;
    throw new CorruptionError('file became shorter while it was open', {
      path: this.file,
      offset,
      expected: length,
      found,
    });
  }

  async #closeIdle(): Promise<void> {
    await this.#idle();
    try {
      await closeFile(this.fd);
    } catch (error) {
      throw readFailure(error, this.file);
    }
  }

  async #readExactly(range: ByteRange): Promise<Uint8Array> {
    const bytes = new Uint8Array(range.length);
    this.requireWhole(range, await readFully(this.fd, bytes, range.offset));
    return bytes;
  }

  #idle(): Promise<void> {
    if (this.#reading === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}

/** A file on a disk that answers at once, or nearly. */
class NearFileHandle extends FileHandle {
  readSync(range: ByteRange): Uint8Array {
    this.requireReadable(range);
    // Not zeroed, which takes a third of the time of a read: nobody sees the bytes unless all were read. The smallest
    // share a buffer of 8 KiB, as making one costs more than reading them.
    const bytes = Buffer.allocUnsafe(range.length);
    this.requireWhole(range, this.#fill(bytes, range.offset));
    return bytes;
  }

  #fill(bytes: Uint8Array, offset: number): number {
    try {
      return readFullySync(this.fd, bytes, offset);
    } catch (error) {
      throw readFailure(error, this.file);
    }
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import { CorruptionError, NotFoundError, UnavailableError } from '../errors/index.js';

/** A file that has been opened, and how long it is. */
export interface OpenedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly handle: FileHandle;
}

/** Throws: NotFoundError, or UnavailableError naming the cause. */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    const reason = reasonOf(cause);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') throw new NotFoundError('no such file', { path });
    throw unreadable(path, cause);
  });
  try {
    return { path, sizeBytes: (await handle.stat()).size, handle };
  } catch (cause) {
    await handle.close();
    throw unreadable(path, cause);
  }
}

/** A file whose reads are exact: what comes back short is an error that names it. */
export class ExactFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;

  constructor({ path, sizeBytes, handle }: OpenedFile) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#handle = handle;
  }

  /** Fills `into` with the bytes from `offset` on. Throws: CorruptionError when the file ends before. */
  async readInto(into: Uint8Array, offset: number): Promise<void> {
    for (let at = 0; at < into.length; ) {
      const read = this.#handle.read(into, at, into.length - at, offset + at);
      const { bytesRead } = await read.catch((cause: unknown) => {
        throw unreadable(this.path, cause);
      });
      if (bytesRead === 0) {
        throw new CorruptionError('file is cut short', {
          path: this.path,
          found: offset + at,
          expected: offset + into.length,
        });
      }
      at += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function unreadable(path: string, cause: unknown): UnavailableError {
  return new UnavailableError('file cannot be read', { path, reason: reasonOf(cause) }, { cause });
}

function reasonOf(cause: unknown): string {
  return String(cause instanceof Error && 'code' in cause ? cause.code : cause);
}

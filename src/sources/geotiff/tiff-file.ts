import { type FileHandle, open } from 'node:fs/promises';
import { CorruptionError, NotFoundError, UnavailableError } from '../../errors/index.js';

/** A stretch of a file. */
export interface FileSpan {
  readonly offset: number;
  readonly length: number;
}

/** A file whose reads are exact: what lies outside it, or comes back short, is an error that names it. */
export class TiffFile {
  readonly path: string;
  readonly sizeBytes: number;
  private readonly handle: FileHandle;

  private constructor(path: string, sizeBytes: number, handle: FileHandle) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.handle = handle;
  }

  static async open(path: string): Promise<TiffFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw openFailure(path, cause);
    });
    try {
      const { size } = await handle.stat();
      return new TiffFile(path, size, handle);
    } catch (cause) {
      await handle.close();
      throw new UnavailableError('file cannot be read', { file: path }, { cause });
    }
  }

  /** Bytes in a buffer of their own. `what` is named when they are not all there. */
  async read({ offset, length }: FileSpan, what: string): Promise<Uint8Array<ArrayBuffer>> {
    this.checkInside({ offset, length }, what);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.handle
        .read(bytes, done, length - done, offset + done)
        .catch((cause: unknown) => {
          throw new UnavailableError('file cannot be read', { file: this.path }, { cause });
        });
      if (bytesRead === 0) throw this.damage(`file was cut short while reading ${what}`, { offset });
      done += bytesRead;
    }
    return bytes;
  }

  /** Throws: CorruptionError when the stretch leaves the file. */
  checkInside({ offset, length }: FileSpan, what: string): void {
    const isInside =
      Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset + length <= this.sizeBytes;
    if (!isInside)
      throw this.damage(`${what} lies outside the file`, { offset, length, fileBytes: this.sizeBytes });
  }

  /** An error about this file's bytes. */
  damage(problem: string, fields: Readonly<Record<string, unknown>> = {}): CorruptionError {
    return new CorruptionError(problem, { file: this.path, ...fields });
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

function openFailure(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotFoundError('no such file', { file: path });
  return new UnavailableError('file cannot be opened', { file: path, reason: code }, { cause });
}

import { CorruptionError } from '../../errors/index.js';
import { ExactFile, openFile } from '../exact-file.js';

/** A stretch of a file. */
export interface FileSpan {
  readonly offset: number;
  readonly length: number;
}

/** A file of which every stretch is checked before it is read, and named when it is not there. */
export class TiffFile extends ExactFile {
  static async open(path: string): Promise<TiffFile> {
    return new TiffFile(await openFile(path));
  }

  /** Bytes in a buffer of their own. `what` is named when they lie outside the file. */
  async read({ offset, length }: FileSpan, what: string): Promise<Uint8Array<ArrayBuffer>> {
    this.checkInside({ offset, length }, what);
    const bytes = new Uint8Array(length);
    await this.readInto(bytes, offset);
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
}

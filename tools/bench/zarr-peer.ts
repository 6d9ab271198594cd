import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as zarr from 'zarrita';

/** Half-open index ranges along time, latitude, longitude. */
export type Box = readonly (readonly [number, number])[];

/** The array `field` of a source as anyone reads it with zarrita, counting bytes of chunk files. */
export class ZarrPeer {
  readonly #array: zarr.Array<zarr.DataType, CountingFiles>;
  readonly #files: CountingFiles;

  private constructor(array: zarr.Array<zarr.DataType, CountingFiles>, files: CountingFiles) {
    this.#array = array;
    this.#files = files;
  }

  static async open(location: string): Promise<ZarrPeer> {
    const files = new CountingFiles(location);
    const array = await zarr.open.v2(zarr.root(files).resolve('field'), { kind: 'array' });
    return new ZarrPeer(array, files);
  }

  async read(box: Box): Promise<ArrayLike<number>> {
    const { data } = await zarr.get(
      this.#array,
      box.map(([start, end]) => zarr.slice(start, end)),
    );
    return data as ArrayLike<number>;
  }

  /** Bytes and chunks read since the last call. */
  takeCounts(): { bytes: number; chunks: number } {
    const { bytes, chunks } = this.#files;
    this.#files.bytes = 0;
    this.#files.chunks = 0;
    return { bytes, chunks };
  }
}

class CountingFiles implements zarr.AsyncReadable {
  readonly #location: string;
  bytes = 0;
  chunks = 0;

  constructor(location: string) {
    this.#location = location;
  }

  async get(key: zarr.AbsolutePath): Promise<Uint8Array | undefined> {
    const bytes = await readFile(join(this.#location, key)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    this.bytes += bytes?.length ?? 0;
    this.chunks += bytes ? 1 : 0;
    return bytes;
  }
}

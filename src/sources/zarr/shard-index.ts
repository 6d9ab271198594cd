import type { ByteRange } from '../../bytes/index.js';
import { CorruptionError } from '../../errors/index.js';
import { cellCount } from '../cf/dataset.js';
import { crc32cTail } from './byte-decoders.js';
import type { StoreDirectory } from './store-directory.js';
import type { ArrayMetadata, Sharding } from './zarr-metadata.js';

const absent = 2n ** 64n - 1n;
const maxKeptIndexes = 64;
const entryBytes = 16;

/** Looks chunks up in the indexes of their shards; keeps the last few indexes. */
export class ShardIndexes {
  private readonly kept = new Map<string, Promise<DataView | undefined>>();
  private readonly chunksPerShard: readonly number[];

  private readonly directory: StoreDirectory;
  private readonly array: ArrayMetadata;
  private readonly sharding: Sharding;

  constructor(directory: StoreDirectory, array: ArrayMetadata, sharding: Sharding) {
    this.directory = directory;
    this.array = array;
    this.sharding = sharding;
    this.chunksPerShard = sharding.shardShape.map((length, i) => length / (array.chunkShape[i] ?? 1));
  }

  /** The shard file that holds a chunk, as a key below the array's folder. */
  fileKey(chunk: readonly number[]): string {
    return this.array.fileKey(chunk.map((index, i) => Math.floor(index / (this.chunksPerShard[i] ?? 1))));
  }

  /** Where a chunk is inside `file`; undefined when shard or chunk was never written. */
  async locate(file: string, chunk: readonly number[], signal?: AbortSignal): Promise<ByteRange | undefined> {
    const index = await this.indexOf(file, signal);
    if (index === undefined) return undefined;
    const entry = chunk.reduce((sum, at, i) => {
      const count = this.chunksPerShard[i] ?? 1;
      return sum * count + (at % count);
    }, 0);
    const offset = index.getBigUint64(entry * entryBytes, true);
    const length = index.getBigUint64(entry * entryBytes + 8, true);
    if (offset === absent && length === absent) return undefined;
    if (offset + length < 2n ** 53n) return { offset: Number(offset), length: Number(length) };
    throw new CorruptionError('shard index points outside the file', {
      file,
      entry,
      offset: String(offset),
      length: String(length),
    });
  }

  private indexOf(file: string, signal?: AbortSignal): Promise<DataView | undefined> {
    const known = this.kept.get(file);
    if (known !== undefined) return known;
    const loading = this.readIndex(file, signal);
    this.kept.set(file, loading);
    // A failure (an abort among them) is not kept for the next reader.
    loading.catch(() => this.kept.delete(file));
    const oldest = this.kept.keys().next();
    if (this.kept.size > maxKeptIndexes && oldest.done !== true) this.kept.delete(oldest.value);
    return loading;
  }

  private async readIndex(file: string, signal?: AbortSignal): Promise<DataView | undefined> {
    const tailBytes = this.sharding.indexHasChecksum ? 4 : 0;
    const length = cellCount(this.chunksPerShard) * entryBytes + tailBytes;
    const range = this.sharding.indexLocation === 'start' ? { offset: 0, length } : { suffixLength: length };
    const bytes = await this.directory.readRange(file, range, { maxBytes: length, signal });
    if (bytes === undefined) return undefined;
    const content = tailBytes === 0 ? bytes : crc32cTail(bytes);
    return new DataView(content.buffer, content.byteOffset, content.length);
  }
}

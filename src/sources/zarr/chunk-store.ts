import type { AbsolutePath, AsyncReadable, GetOptions } from 'zarrita';
import { CorruptionError } from '../../errors/index.js';
import { ShardIndexes } from './shard-index.js';
import type { StoreDirectory } from './store-directory.js';
import type { ArrayMetadata } from './zarr-metadata.js';

/** What a chunk store needs to know of an array besides its metadata. */
export interface ChunkStoreOptions {
  readonly name: string;
  readonly maxStoredBytes: number;
}

/**
 * Chunks of one array as zarrita asks for them (`/c/3/0/1`), wherever they are: in files of either version's
 * key encoding, or in shards. To zarrita every array is a plain one; it reads the index of a shard from the
 * end whatever the metadata says, does not check it, and keeps it for ever.
 */
export class ChunkStore implements AsyncReadable {
  private readonly shards: ShardIndexes | undefined;

  private readonly directory: StoreDirectory;
  private readonly array: ArrayMetadata;
  private readonly options: ChunkStoreOptions;

  constructor(directory: StoreDirectory, array: ArrayMetadata, options: ChunkStoreOptions) {
    this.directory = directory;
    this.array = array;
    this.options = options;
    this.shards =
      array.sharding && new ShardIndexes(directory, prefixed(array, options.name), array.sharding);
  }

  async get(key: AbsolutePath, { signal }: GetOptions = {}): Promise<Uint8Array | undefined> {
    const chunk = key.split('/').slice(2).map(Number);
    const bytes =
      this.shards === undefined ? await this.readFile(chunk, signal) : await this.readShard(chunk, signal);
    if (bytes === undefined && this.array.fill === undefined)
      throw new CorruptionError('chunk is missing and the array has no fill value', {
        file: this.fileOf(chunk),
      });
    return bytes;
  }

  /** The file that holds a chunk, for errors. */
  fileOf(chunk: readonly number[]): string {
    return this.shards?.fileKey(chunk) ?? `${this.options.name}/${this.array.fileKey(chunk)}`;
  }

  private readFile(chunk: readonly number[], signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.directory.read(this.fileOf(chunk), { maxBytes: this.options.maxStoredBytes, signal });
  }

  private async readShard(chunk: readonly number[], signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const file = this.fileOf(chunk);
    const range = await this.shards?.locate(file, chunk, signal);
    if (range === undefined) return undefined;
    return this.directory.readRange(file, range, { maxBytes: this.options.maxStoredBytes, signal });
  }
}

function prefixed(array: ArrayMetadata, name: string): ArrayMetadata {
  return { ...array, fileKey: (coordinates) => `${name}/${array.fileKey(coordinates)}` };
}

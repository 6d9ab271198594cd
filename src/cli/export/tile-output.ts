import type { TileAddress } from '../../maps/index.js';
import type { ArchiveFacts, StoredTile } from '../../pmtiles/index.js';

/** What is said of all tiles together. */
export interface TileSetFacts {
  readonly facts: ArchiveFacts;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What has been stored. */
export interface StoredTiles {
  /** How many different tiles; those that look the same are stored once. */
  readonly contents: number;
  readonly bytes: number;
}

/** Where tiles go, in the order of their numbers. Nothing is under its name before all is there. */
export interface TileOutput {
  put(tile: TileAddress, bytes: Uint8Array): Promise<StoredTile>;
  /** Takes up a tile that an earlier export has put. Throws: CorruptionError when it is not there as it was. */
  restore(stored: StoredTile): Promise<void>;
  /** Puts everything under its name. */
  finish(description: TileSetFacts): Promise<StoredTiles>;
  /** Lets go of what is not finished. */
  close(): Promise<void>;
}

import { encodeRecord, encodeTile } from '../../codec/index.js';
import type { TileKey } from '../../grid/index.js';
import type { Cells } from '../../raster/index.js';
import { halveTile, type Reduction } from '../levels/halve-tile.js';
import { tileExtent } from '../tile-layout.js';
import type { TileEncoding } from './tile-encoding.js';

/** First byte of a staged value. */
export const WHOLE = 0;
export const PARTS = 1;

/** What is to be done with the tiles of one parameter and level. */
export interface TileWork extends TileEncoding {
  /** How they become cells of the next level; absent, nobody asks for those. */
  readonly reduction?: Reduction;
}

/** A tile that has been worked on. */
export interface WorkedTile {
  /** As it waits in staging: a byte that says that it is whole, then the record it would make alone. */
  readonly bytes: Uint8Array;
  /** Its cells one level up, where the work has a reduction. */
  readonly quarter?: Cells;
}

/** Where tiles are encoded. */
export interface TileEncoder {
  /** How many tiles of a size to give it at once. */
  lanes(tileBytes: number): number;
  /** Takes the memory of `cells`, which belong to it alone from now on. */
  work(key: TileKey, cells: Cells, work: TileWork): Promise<WorkedTile>;
  close(): Promise<void>;
}

/** Encodes the cells of a whole tile, and halves them for the next level. Neither result shares memory with them. */
export async function workOnTile(key: TileKey, cells: Cells, work: TileWork): Promise<WorkedTile> {
  const { parameter, layout, codec, reduction } = work;
  const { shape } = layout;
  const { start, size: extent } = tileExtent(key, layout);
  const tile = await encodeTile({ type: parameter.type, shape, cells, extent, parameter, codec });
  const record = encodeRecord([{ key, tile }]);
  // Memory of its own: it may go to another thread.
  const bytes = new Uint8Array(1 + record.length);
  bytes[0] = WHOLE;
  bytes.set(record, 1);
  if (reduction === undefined) return { bytes };
  const quarter = halveTile({ cells, shape, extent, firstRow: start.row }, parameter, reduction);
  return { bytes, quarter };
}

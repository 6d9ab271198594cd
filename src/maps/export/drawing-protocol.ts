import type { TileAddress } from '../tile-matrix-set.js';
import type { DrawnSet, DrawnTile } from './tile-drawer.js';

/** What a drawing thread is started with: it opens the layer for itself. */
export interface DrawingSetup extends DrawnSet {
  /** Of the store. */
  readonly location: string;
  readonly layer: string;
  readonly sequence: number;
  readonly unpackedBytes: number;
  /** Tiles that it draws at once. */
  readonly lanes: number;
}

/** Tiles to be drawn. */
export interface DrawingRequest {
  readonly id: number;
  readonly tiles: readonly TileAddress[];
}

/** An error loses its class on the way between threads, so that who asked draws again to have it. */
export type DrawingReply =
  | { readonly kind: 'done'; readonly id: number; readonly tiles: readonly DrawnTile[] }
  | { readonly kind: 'failed'; readonly id: number };

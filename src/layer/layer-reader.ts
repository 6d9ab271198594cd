import type { StoredTile } from '../codec/index.js';

/** A hole is not an error: callers draw it transparent. */
export type TileLookup =
  | { readonly kind: 'found'; readonly tile: StoredTile }
  | { readonly kind: 'hole' }
  | { readonly kind: 'outside' };

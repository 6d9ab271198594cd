import type { ColourRange, DataFormat, PictureFormat, StyleOverrides } from '../render/index.js';
import type { CoverageTileFormat } from './coverage-tile.js';
import type { Resampling } from './resampling.js';
import type { TileAddress, TileMatrixSet } from './tile-matrix-set.js';

/** A picture, or the values of pixels: in a form of docs/styles.md, or as a coverage. */
export type TileFormat = PictureFormat | DataFormat | CoverageTileFormat;

/** What a map tile shall show. Texts are as a URL has them. */
export interface TileRequest {
  readonly tile: TileAddress;
  /** WebMercatorQuad when absent. */
  readonly matrixSet?: TileMatrixSet;
  /** Pixels for each of the tile's 256 on a side: 2 for `@2x`, 4 at most. */
  readonly scale?: number;
  /** The layer's first when absent; for a style of two, both with a comma between: `u,v`. */
  readonly parameter?: string;
  /** An instant, or a shorter text such as a day, which means its first instant; the newest when absent. */
  readonly datetime?: string;
  /** A level; the first when absent. */
  readonly z?: string;
  /** Values of custom axes by name; the first of each when absent. */
  readonly custom?: Readonly<Record<string, string>>;
  /** Nearest when absent. */
  readonly resampling?: Resampling;
  /** Pyramid level to read; the one that fits when absent. */
  readonly level?: number;
  /** A style as `parseStyle` reads it; viridis when absent. */
  readonly style?: string;
  /** Values of the first and the last colour; the parameter's smallest and largest value when absent. */
  readonly range?: ColourRange;
  /** What the request says instead of its style. */
  readonly overrides?: StyleOverrides;
  readonly format: TileFormat;
}

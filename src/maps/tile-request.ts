import type { ColourRange } from '../render/index.js';
import type { TileAddress } from './web-mercator.js';

/** What a map tile shall show. Texts are as a URL has them. */
export interface TileRequest {
  readonly tile: TileAddress;
  /** The layer's first when absent. */
  readonly parameter?: string;
  /** An instant, or a shorter text such as a day, which means its first instant; the newest when absent. */
  readonly datetime?: string;
  /** A level; the first when absent. */
  readonly z?: string;
  /** Values of custom axes by name; the first of each when absent. */
  readonly custom?: Readonly<Record<string, string>>;
  /** Pyramid level to read; the one that fits when absent. */
  readonly level?: number;
  /** Name of a colour ramp; viridis when absent. */
  readonly style?: string;
  /** Values of the first and the last colour; the parameter's smallest and largest value when absent. */
  readonly range?: ColourRange;
  /** `f32`: 256 x 256 little-endian float32, NaN for no data. */
  readonly format: 'png' | 'f32';
}

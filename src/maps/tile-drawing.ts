import type { Parameter } from '../raster/index.js';
import {
  type ColourRange,
  checkColourRange,
  checkUnits,
  type DataFormat,
  isDataFormat,
  type MapStyle,
  type PictureFormat,
  rangeOf,
} from '../render/index.js';
import { type CoverageTile, type CoverageTileFormat, isCoverageTileFormat } from './coverage-tile.js';
import type { Resampling } from './resampling.js';
import type { TileFormat, TileRequest } from './tile-request.js';

/** What is made of the values of a tile's pixels. */
export type TileDrawing =
  | { readonly kind: 'values'; readonly format: DataFormat; readonly range: ColourRange }
  | {
      readonly kind: 'coverage';
      readonly format: CoverageTileFormat;
      readonly slice: CoverageTile['slice'];
    }
  | TilePicture;

/** Values as colours, lines or glyphs. */
export interface TilePicture {
  readonly kind: 'picture';
  readonly format: PictureFormat;
  readonly style: MapStyle;
  readonly range: ColourRange;
}

/** What a tile is drawn from. */
interface Drawn {
  readonly parameters: readonly [Parameter, ...Parameter[]];
  readonly slice: CoverageTile['slice'];
  /** Of the values in the layer. */
  readonly stored: ColourRange | undefined;
}

/** Throws: InvalidArgumentError for a range or units that the style cannot take. */
export function planDrawing(
  style: MapStyle,
  drawn: Drawn,
  { format, range }: Pick<TileRequest, 'format' | 'range'>,
): TileDrawing {
  if (isPicture(format)) return planPicture(style, drawn, { format, range });
  if (range !== undefined) checkColourRange(range);
  return isDataFormat(format)
    ? { kind: 'values', format, range: range ?? drawn.stored ?? { low: 0, high: 1 } }
    : { kind: 'coverage', format, slice: drawn.slice };
}

/** Throws: as `planDrawing`. */
export function planPicture(
  style: MapStyle,
  { parameters, stored }: Pick<Drawn, 'parameters' | 'stored'>,
  { format, range: requested }: { readonly format: PictureFormat; readonly range?: ColourRange | undefined },
): TilePicture {
  if (requested !== undefined) checkColourRange(requested);
  checkUnits(style, parameters);
  return { kind: 'picture', format, style, range: rangeOf(style, { requested, stored }) };
}

/** Whether pixels have colours in a form, not values. */
export function isPicture(format: TileFormat): format is PictureFormat {
  return !isDataFormat(format) && !isCoverageTileFormat(format);
}

/** Lines, slopes and glyphs are of a field that is continuous; colours show cells as they are. */
export function defaultResampling(drawing: TileDrawing): Resampling {
  return drawing.kind === 'picture' && drawing.style.drawing !== 'colours' ? 'bilinear' : 'nearest';
}

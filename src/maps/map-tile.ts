import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { levelGrid } from '../grid/index.js';
import type { LayerQuery, LayerReader, QueryPlan, ReadOptions } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import {
  type ColourRange,
  checkColourRange,
  type DataFormat,
  drawField,
  encodeField,
  encodePicture,
  isDataFormat,
  type MapStyle,
  marginOf,
  overrideStyle,
  type PictureFormat,
  parseStyle,
  rangeOf,
} from '../render/index.js';
import { levelOfZoom } from './level-choice.js';
import { type PixelFrame, pixelFrame } from './pixel-frame.js';
import { collectPixels } from './pixel-values.js';
import { type Resampling, resamplings } from './resampling.js';
import { checkTileAddress } from './tile-matrix-set.js';
import type { TileRequest } from './tile-request.js';
import { selectSlice } from './tile-slice.js';
import { findTileWindow, type TileWindow } from './tile-window.js';

/** What of a layer a map needs. */
export type MapLayer = Pick<LayerReader, 'manifest' | 'parameter' | 'plan' | 'slabs'>;

/** A tile that is understood but not read. */
export interface MapTilePlan {
  readonly parameter: Parameter;
  /** The cells to read; absent when the tile lies beside the layer. */
  readonly source?: { readonly window: TileWindow; readonly plan: QueryPlan };
  readonly frame: PixelFrame;
  readonly resampling: Resampling;
  readonly drawing:
    | { readonly kind: 'values'; readonly format: DataFormat; readonly range: ColourRange }
    | {
        readonly kind: 'picture';
        readonly format: PictureFormat;
        readonly style: MapStyle;
        readonly range: ColourRange;
      };
}

/** The part of a tile request that decides its colours. */
export type ColourRequest = Pick<TileRequest, 'parameter' | 'style' | 'range' | 'overrides'>;

const SHOWN_CHARACTERS = 60;
const defaultStyle = 'viridis';
const maxScale = 4;

/**
 * What a tile request means on a layer, without reading data. A pixel shows the cell that holds its centre, or what lies
 * between the centres of four, and nothing where it lies beyond the grid. That depends on where the pixel is, and never on
 * the tile it is asked for with.
 *
 * Throws: NotFoundError for a tile outside its tile matrix set; InvalidArgumentError for
 * anything else the request gets wrong or that would read too much.
 */
export function planMapTile(layer: MapLayer, request: TileRequest): MapTilePlan {
  const { parameter, query } = sliceOf(layer, request);
  const drawing = planDrawing(layer, parameter, request);
  const margin = drawing.kind === 'picture' ? marginOf(drawing.style) : 0;
  const frame = pixelFrame(request.tile, { ...request, scale: checkScale(request), margin });
  const level = request.level ?? levelOfZoom(layer.manifest, frame.world);
  const resampling = checkResampling(request);
  const source = planSource(layer, { frame, level, resampling }, query);
  return { parameter, frame, resampling, drawing, ...(source && { source }) };
}

/** The parameter and the slice that a request means. Throws: as `planMapTile`, of what concerns them and the tile's address. */
export function sliceOf(
  layer: MapLayer,
  request: TileRequest,
): { readonly parameter: Parameter; readonly query: LayerQuery } {
  checkTileAddress(request.tile, request.matrixSet);
  const parameter = parameterOf(layer, request.parameter);
  const slice = selectSlice(layer.manifest.grid, parameter, request);
  return { parameter, query: { ...slice, parameter: parameter.id } };
}

function checkScale({ scale = 1 }: TileRequest): number {
  if (Number.isInteger(scale) && scale >= 1 && scale <= maxScale) return scale;
  throw new InvalidArgumentError('no such scale', { scale, allowed: `1 to ${maxScale}` });
}

function checkResampling({ resampling = resamplings[0]! }: TileRequest): Resampling {
  if (resamplings.includes(resampling)) return resampling;
  throw new InvalidArgumentError('no such resampling', { resampling, known: resamplings });
}

interface Wanted extends Pick<MapTilePlan, 'frame' | 'resampling'> {
  readonly level: number;
}

function planSource(
  layer: MapLayer,
  { frame, level, resampling }: Wanted,
  slice: LayerQuery,
): MapTilePlan['source'] {
  checkLevel(layer, level);
  const window = findTileWindow(levelGrid(layer.manifest.grid, level), frame, resampling);
  if (window === undefined) return undefined;
  return { window, plan: layer.plan({ ...slice, level, x: window.x, y: window.y }) };
}

function checkLevel({ manifest: { levels } }: MapLayer, level: number): void {
  if (Number.isInteger(level) && level >= 0 && level < levels) return;
  throw new InvalidArgumentError('no such level', { level, allowed: `0 to ${levels - 1}` });
}

/** The bytes of a planned tile. */
export async function drawMapTile(
  layer: MapLayer,
  plan: MapTilePlan,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const {
    frame: { side, margin },
    drawing,
  } = plan;
  const values = await readPixels(layer, plan, options);
  const own = side - 2 * margin;
  const field = { width: own, height: own, margin, values };
  if (drawing.kind === 'values') return encodeField(field, drawing.format, drawing.range);
  return encodePicture(drawField(field, drawing.style, drawing.range), drawing.format);
}

/**
 * The parameter, the style and the range of the tiles of a request, for their legend.
 *
 * Throws: as `planMapTile` does of these.
 */
export function mapColours(
  layer: Pick<MapLayer, 'manifest'>,
  request: ColourRequest,
): { readonly parameter: Parameter; readonly style: MapStyle; readonly range: ColourRange } {
  const parameter = parameterOf(layer, request.parameter);
  const { range } = planDrawing(layer, parameter, { ...request, format: 'png' });
  return { parameter, style: styleOf(request), range };
}

/** Plans and draws. */
export async function renderMapTile(
  layer: MapLayer,
  request: TileRequest,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  return drawMapTile(layer, planMapTile(layer, request), options);
}

/** Slab by slab, so that a window of a large grid is never in memory as a whole. What no segment can hold is not read. */
async function readPixels(
  layer: MapLayer,
  { source, frame: { side }, resampling }: MapTilePlan,
  options: ReadOptions,
): Promise<Float32Array> {
  if (source === undefined || source.plan.segments === 0)
    return new Float32Array(side * side).fill(Number.NaN);
  const collector = collectPixels(source.window, side, resampling);
  for await (const slab of layer.slabs(source.plan, options)) collector.take(slab);
  return collector.finish();
}

function planDrawing(
  layer: Pick<MapLayer, 'manifest'>,
  parameter: Parameter,
  request: ColourRequest & Pick<TileRequest, 'format'>,
): MapTilePlan['drawing'] {
  const style = styleOf(request);
  const { format, range: requested } = request;
  if (requested !== undefined) checkColourRange(requested);
  const stored = storedRange(layer, parameter);
  if (isDataFormat(format)) {
    return { kind: 'values', format, range: requested ?? stored ?? { low: 0, high: 1 } };
  }
  const range = rangeOf(style, { requested, stored });
  return { kind: 'picture', format, style, range };
}

function styleOf({ style, overrides = {} }: ColourRequest): MapStyle {
  return overrideStyle(parseStyle(style ?? defaultStyle), overrides);
}

/** From the whole layer, never from the tile: neighbours must agree on their colours. */
function storedRange({ manifest }: Pick<MapLayer, 'manifest'>, { id }: Parameter): ColourRange | undefined {
  const statistics = Object.hasOwn(manifest.statistics, id) ? manifest.statistics[id] : undefined;
  return statistics && { low: statistics.min, high: statistics.max };
}

function parameterOf({ manifest }: Pick<MapLayer, 'manifest'>, id: string | undefined): Parameter {
  const { layer, parameters } = manifest;
  const found = id === undefined ? parameters[0] : parameters.find((parameter) => parameter.id === id);
  if (found !== undefined) return found;
  if (id === undefined) throw new NotFoundError('the layer has no parameter', { layer });
  throw new InvalidArgumentError('no such parameter', {
    parameter: 'parameter',
    found: id.slice(0, SHOWN_CHARACTERS),
    known: parameters.map((parameter) => parameter.id).join(', '),
  });
}

import { InvalidArgumentError } from '../errors/index.js';
import { levelGrid } from '../grid/index.js';
import type { LayerQuery, LayerReader, QueryPlan, ReadOptions } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import {
  type ColourRange,
  drawField,
  encodeField,
  encodePicture,
  type Field,
  fieldCountOf,
  type MapStyle,
  marginOf,
  overrideStyle,
  parseStyle,
} from '../render/index.js';
import { encodeCoverageTile } from './coverage-tile.js';
import { frameGround } from './frame-ground.js';
import { levelOfZoom } from './level-choice.js';
import { type PixelFrame, pixelFrame } from './pixel-frame.js';
import { collectPixels } from './pixel-values.js';
import { type Resampling, resamplings } from './resampling.js';
import { defaultResampling, isPicture, planDrawing, planPicture, type TileDrawing } from './tile-drawing.js';
import { checkTileAddress, tileSize } from './tile-matrix-set.js';
import { selectParameters, storedRange } from './tile-parameters.js';
import type { TileRequest } from './tile-request.js';
import { selectSlice } from './tile-slice.js';
import { findTileWindow, type TileWindow } from './tile-window.js';

/** What of a layer a map needs. */
export type MapLayer = Pick<LayerReader, 'manifest' | 'parameter' | 'plan' | 'slabs'>;

/** A tile that is understood but not read. */
export interface MapTilePlan {
  readonly parameter: Parameter;
  /** All that the tile is drawn from, `parameter` the first: two of a wind. */
  readonly parameters: readonly [Parameter, ...Parameter[]];
  /** The cells to read, the same of each parameter; absent when the tile lies beside the layer. */
  readonly source?: {
    readonly window: TileWindow;
    readonly plan: QueryPlan;
    /** Of the parameters after the first. */
    readonly otherPlans: readonly QueryPlan[];
  };
  readonly frame: PixelFrame;
  readonly resampling: Resampling;
  readonly drawing: TileDrawing;
}

/** The part of a tile request that decides its colours. */
export type ColourRequest = Pick<TileRequest, 'parameter' | 'style' | 'range' | 'overrides'>;

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
  const style = styleOf(request);
  const { parameters, queries } = slicesOf(layer, request, style);
  const shown = { parameters, slice: queries[0]!, stored: storedRange(layer, parameters) };
  const drawing = planDrawing(style, shown, request);
  const scale = checkScale(request);
  const margin = drawing.kind === 'picture' ? marginOf(style, scale) : 0;
  const frame = pixelFrame(request.tile, { ...request, scale, margin });
  const level = request.level ?? levelOfZoom(layer.manifest, frame.world);
  const resampling = checkResampling(request.resampling ?? defaultResampling(drawing));
  const source = planSource(layer, { frame, level, resampling }, queries);
  return { parameter: parameters[0], parameters, frame, resampling, drawing, ...(source && { source }) };
}

/** The parameter and the slice that a request means. Throws: as `planMapTile`, of what concerns them and the tile's address. */
export function sliceOf(
  layer: MapLayer,
  request: TileRequest,
): { readonly parameter: Parameter; readonly query: LayerQuery } {
  const { parameters, queries } = slicesOf(layer, request, styleOf(request));
  return { parameter: parameters[0], query: queries[0]! };
}

/** Every parameter that a style is drawn from, and its slice. */
function slicesOf(
  layer: MapLayer,
  request: TileRequest,
  style: MapStyle,
): Pick<MapTilePlan, 'parameters'> & { readonly queries: readonly LayerQuery[] } {
  checkTileAddress(request.tile, request.matrixSet);
  const count = isPicture(request.format) ? fieldCountOf(style) : 1;
  const parameters = selectParameters(layer, request.parameter, count);
  const queries = parameters.map((parameter) => ({
    ...selectSlice(layer.manifest.grid, parameter, request),
    parameter: parameter.id,
  }));
  return { parameters, queries };
}

function checkScale({ scale = 1 }: TileRequest): number {
  if (Number.isInteger(scale) && scale >= 1 && scale <= maxScale) return scale;
  throw new InvalidArgumentError('no such scale', { scale, allowed: `1 to ${maxScale}` });
}

function checkResampling(resampling: Resampling): Resampling {
  if (resamplings.includes(resampling)) return resampling;
  throw new InvalidArgumentError('no such resampling', { resampling, known: resamplings });
}

interface Wanted extends Pick<MapTilePlan, 'frame' | 'resampling'> {
  readonly level: number;
}

function planSource(
  layer: MapLayer,
  { frame, level, resampling }: Wanted,
  slices: readonly LayerQuery[],
): MapTilePlan['source'] {
  checkLevel(layer, level);
  const window = findTileWindow(levelGrid(layer.manifest.grid, level), frame, resampling);
  if (window === undefined) return undefined;
  const [plan, ...otherPlans] = slices.map((slice) =>
    layer.plan({ ...slice, level, x: window.x, y: window.y }),
  );
  return { window, plan: plan!, otherPlans };
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
  const { drawing, parameter, frame } = plan;
  const [field, ...others] = await readFields(layer, plan, options);
  switch (drawing.kind) {
    case 'values':
      return encodeField(field, drawing.format, drawing.range);
    case 'coverage': {
      const { slice, format } = drawing;
      const { grid } = layer.manifest;
      return encodeCoverageTile({ grid, parameter, slice, frame, values: field.values }, format);
    }
    case 'picture':
      return encodePicture(drawField([field, ...others], drawing.style, drawing.range), drawing.format);
    default:
      return drawing satisfies never;
  }
}

/** One parameter after the other: each takes as much memory as a tile may. */
async function readFields(
  layer: MapLayer,
  { source, frame, resampling, parameters }: MapTilePlan,
  options: ReadOptions,
): Promise<[Field, ...Field[]]> {
  const { side, margin } = frame;
  const own = side - 2 * margin;
  const common = { width: own, height: own, margin, scale: own / tileSize, ground: frameGround(frame) };
  const plans = source && [source.plan, ...source.otherPlans];
  const fieldOf = async ({ unit }: Parameter, at: number): Promise<Field> => {
    const read = source && { window: source.window, plan: plans![at]! };
    const values = await readPixels(layer, { read, side, resampling }, options);
    return { ...common, values, ...(unit !== undefined && { unit }) };
  };
  const [first, ...others] = parameters;
  const fields: [Field, ...Field[]] = [await fieldOf(first, 0)];
  for (const [at, other] of others.entries()) fields.push(await fieldOf(other, at + 1));
  return fields;
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
  const style = styleOf(request);
  const parameters = selectParameters(layer, request.parameter, fieldCountOf(style));
  const stored = storedRange(layer, parameters);
  const { range } = planPicture(style, { parameters, stored }, { ...request, format: 'png' });
  return { parameter: parameters[0], style, range };
}

function styleOf({ style, overrides = {} }: Pick<ColourRequest, 'style' | 'overrides'>): MapStyle {
  return overrideStyle(parseStyle(style ?? defaultStyle), overrides);
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
  { read, side, resampling }: Reading,
  options: ReadOptions,
): Promise<Float32Array> {
  if (read === undefined || read.plan.segments === 0) return new Float32Array(side * side).fill(Number.NaN);
  const collector = collectPixels(read.window, side, resampling);
  for await (const slab of layer.slabs(read.plan, options)) collector.take(slab);
  return collector.finish();
}

interface Reading extends Pick<MapTilePlan, 'resampling'> {
  readonly read: Pick<NonNullable<MapTilePlan['source']>, 'window' | 'plan'> | undefined;
  readonly side: number;
}

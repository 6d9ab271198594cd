import { InvalidArgumentError } from '../errors/index.js';
import { levelGrid } from '../grid/index.js';
import type { LayerQuery, LayerReader, QueryPlan, ReadOptions } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import {
  type ColourRange,
  checkColourRange,
  checkUnits,
  type DataFormat,
  drawField,
  encodeField,
  encodePicture,
  type Field,
  fieldCountOf,
  isDataFormat,
  type MapStyle,
  marginOf,
  type PictureFormat,
  parseStyle,
  rangeOf,
} from '../render/index.js';
import { frameGround } from './frame-ground.js';
import { fittingLevel, maxNativeTiles } from './level-choice.js';
import { type PixelFrame, pixelFrame } from './pixel-frame.js';
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
  readonly drawing:
    | { readonly kind: 'values'; readonly format: DataFormat; readonly range: ColourRange }
    | {
        readonly kind: 'picture';
        readonly format: PictureFormat;
        readonly style: MapStyle;
        readonly range: ColourRange;
      };
}

const defaultStyle = 'viridis';
/** Beyond this level native cells are so many that a plan for them is not worth making. */
const maxExactLevel = 4;

/**
 * What a tile request means on a layer, without reading data. A pixel shows the cell that holds its centre, and
 * nothing where it lies beyond the grid.
 *
 * Throws: NotFoundError for a tile outside WebMercatorQuad or an unknown parameter; InvalidArgumentError for
 * anything else the request gets wrong or that would read too much.
 */
export function planMapTile(layer: MapLayer, request: TileRequest): MapTilePlan {
  checkTileAddress(request.tile, request.matrixSet);
  const style = parseStyle(request.style ?? defaultStyle);
  const count = isDataFormat(request.format) ? 1 : fieldCountOf(style);
  const parameters = selectParameters(layer, request.parameter, count);
  const slices = parameters.map((parameter) => ({
    ...selectSlice(layer.manifest.grid, parameter, request),
    parameter: parameter.id,
  }));
  const drawing = planDrawing(style, { parameters, stored: storedRange(layer, parameters) }, request);
  const margin = drawing.kind === 'picture' ? marginOf(style, request.scale) : 0;
  const frame = pixelFrame(request.tile, { ...request, margin });
  const source = chooseSource(layer, { frame, level: request.level }, slices);
  return { parameter: parameters[0], parameters, frame, drawing, ...(source && { source }) };
}

/**
 * The cells to read. Native cells are shown exactly while that is cheap; a wide view of a fine grid takes the
 * level that fits.
 */
function chooseSource(
  layer: MapLayer,
  { frame, level }: { readonly frame: PixelFrame; readonly level: number | undefined },
  slices: readonly LayerQuery[],
): MapTilePlan['source'] {
  const { grid, levels } = layer.manifest;
  if (level !== undefined) return planSource(layer, { frame, level }, slices);
  const fitting = fittingLevel(grid, frame, levels);
  if (fitting > 0 && fitting <= maxExactLevel) {
    const native = planSource(layer, { frame, level: 0 }, slices);
    if (native === undefined || native.plan.tiles <= maxNativeTiles) return native;
  }
  return planSource(layer, { frame, level: fitting }, slices);
}

function planSource(
  layer: MapLayer,
  { frame, level }: { readonly frame: PixelFrame; readonly level: number },
  slices: readonly LayerQuery[],
): MapTilePlan['source'] {
  checkLevel(layer, level);
  const window = findTileWindow(levelGrid(layer.manifest.grid, level), frame);
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
  const { drawing } = plan;
  const [field, ...others] = await readFields(layer, plan, options);
  if (drawing.kind === 'values') return encodeField(field, drawing.format, drawing.range);
  return encodePicture(drawField([field, ...others], drawing.style, drawing.range), drawing.format);
}

async function readFields(
  layer: MapLayer,
  { source, frame, parameters }: MapTilePlan,
  options: ReadOptions,
): Promise<[Field, ...Field[]]> {
  const { side, margin } = frame;
  const own = side - 2 * margin;
  const common = { width: own, height: own, margin, scale: own / tileSize, ground: frameGround(frame) };
  const plans = source === undefined ? [] : [source.plan, ...source.otherPlans];
  const fieldOf = async (at: number): Promise<Field> => {
    const values = new Float32Array(side * side).fill(Number.NaN);
    const plan = plans[at];
    if (source !== undefined && plan !== undefined) {
      await readPixels(layer, { window: source.window, plan }, { values, options });
    }
    const unit = parameters[at]?.unit;
    return { ...common, values, ...(unit !== undefined && { unit }) };
  };
  // One after the other: each takes as much memory as a tile may.
  const fields: [Field, ...Field[]] = [await fieldOf(0)];
  for (let at = 1; at < parameters.length; at++) fields.push(await fieldOf(at));
  return fields;
}

/** Plans and draws. */
export async function renderMapTile(
  layer: MapLayer,
  request: TileRequest,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  return drawMapTile(layer, planMapTile(layer, request), options);
}

/** Slab by slab, so that a window of a large grid is never in memory as a whole. */
async function readPixels(
  layer: MapLayer,
  { window, plan }: Pick<NonNullable<MapTilePlan['source']>, 'window' | 'plan'>,
  { values, options }: { readonly values: Float32Array; readonly options: ReadOptions },
): Promise<void> {
  for await (const slab of layer.slabs(plan, options)) {
    for (let pixel = 0; pixel < values.length; pixel++) {
      const at = window.offsets[pixel]! - slab.start;
      if (window.offsets[pixel]! >= 0 && at >= 0 && at < slab.values.length) values[pixel] = slab.values[at]!;
    }
  }
}

function planDrawing(
  style: MapStyle,
  { parameters, stored }: Pick<MapTilePlan, 'parameters'> & { readonly stored: ColourRange | undefined },
  { format, range: requested }: TileRequest,
): MapTilePlan['drawing'] {
  if (requested !== undefined) checkColourRange(requested);
  if (isDataFormat(format)) {
    return { kind: 'values', format, range: requested ?? stored ?? { low: 0, high: 1 } };
  }
  checkUnits(style, parameters);
  return { kind: 'picture', format, style, range: rangeOf(style, { requested, stored }) };
}

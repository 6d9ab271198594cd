import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { levelGrid } from '../grid/index.js';
import type { LayerQuery, LayerReader, QueryPlan, ReadOptions } from '../layer/index.js';
import { bytesOfCells, type Parameter } from '../raster/index.js';
import {
  type ColourRange,
  checkColourRange,
  colourIndexes,
  colourRamp,
  emptyTilePng,
  encodeIndexedPng,
  type Palette,
} from '../render/index.js';
import { fittingLevel, maxNativeTiles } from './level-choice.js';
import type { TileRequest } from './tile-request.js';
import { selectSlice } from './tile-slice.js';
import { findTileWindow, type TileWindow } from './tile-window.js';
import { checkTileAddress, tileSize } from './web-mercator.js';

/** What of a layer a map needs. */
export type MapLayer = Pick<LayerReader, 'manifest' | 'parameter' | 'plan' | 'slabs'>;

/** A tile that is understood but not read. */
export interface MapTilePlan {
  readonly parameter: Parameter;
  /** The cells to read; absent when the tile lies beside the layer. */
  readonly source?: { readonly window: TileWindow; readonly plan: QueryPlan };
  readonly drawing:
    | { readonly kind: 'f32' }
    | { readonly kind: 'png'; readonly palette: Palette; readonly range: ColourRange };
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
  checkTileAddress(request.tile);
  const parameter = layer.parameter(request.parameter ?? firstParameter(layer));
  const { grid } = layer.manifest;
  const slice = selectSlice(grid, parameter, request);
  const drawing = planDrawing(layer, parameter, request);
  const source = chooseSource(layer, request, { ...slice, parameter: parameter.id });
  return { parameter, drawing, ...(source && { source }) };
}

/**
 * The cells to read. Native cells are shown exactly while that is cheap; a wide view of a fine grid takes the
 * level that fits.
 */
function chooseSource(
  layer: MapLayer,
  { tile, level }: TileRequest,
  slice: LayerQuery,
): MapTilePlan['source'] {
  const { grid, levels } = layer.manifest;
  if (level !== undefined) return planSource(layer, { tile, level }, slice);
  const fitting = fittingLevel(grid, tile, levels);
  if (fitting > 0 && fitting <= maxExactLevel) {
    const native = planSource(layer, { tile, level: 0 }, slice);
    if (native === undefined || native.plan.tiles <= maxNativeTiles) return native;
  }
  return planSource(layer, { tile, level: fitting }, slice);
}

function planSource(
  layer: MapLayer,
  { tile, level }: { readonly tile: TileRequest['tile']; readonly level: number },
  slice: LayerQuery,
): MapTilePlan['source'] {
  checkLevel(layer, level);
  const window = findTileWindow(levelGrid(layer.manifest.grid, level), tile);
  if (window === undefined) return undefined;
  return { window, plan: layer.plan({ ...slice, level, x: window.x, y: window.y }) };
}

function checkLevel({ manifest: { levels } }: MapLayer, level: number): void {
  if (Number.isInteger(level) && level >= 0 && level < levels) return;
  throw new InvalidArgumentError('no such level', { level, allowed: `0 to ${levels - 1}` });
}

/** The bytes of a planned tile: a PNG, or little-endian float32. */
export async function drawMapTile(
  layer: MapLayer,
  { source, drawing }: MapTilePlan,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const values = new Float32Array(tileSize * tileSize).fill(Number.NaN);
  if (source !== undefined) await readPixels(layer, source, { values, options });
  if (drawing.kind === 'f32') return bytesOfCells(values);
  const indexes = colourIndexes(values, drawing.range);
  if (indexes.every((index) => index === 0)) return emptyTilePng();
  return encodeIndexedPng({ width: tileSize, height: tileSize, indexes, palette: drawing.palette });
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
  { window, plan }: NonNullable<MapTilePlan['source']>,
  { values, options }: { readonly values: Float32Array; readonly options: ReadOptions },
): Promise<void> {
  for await (const slab of layer.slabs(plan, options)) {
    for (let pixel = 0; pixel < values.length; pixel++) {
      const at = window.offsets[pixel]! - slab.start;
      if (window.offsets[pixel]! >= 0 && at >= 0 && at < slab.values.length) values[pixel] = slab.values[at]!;
    }
  }
}

function planDrawing(layer: MapLayer, parameter: Parameter, request: TileRequest): MapTilePlan['drawing'] {
  const palette = colourRamp(request.style ?? defaultStyle);
  if (request.range !== undefined) checkColourRange(request.range);
  if (request.format === 'f32') return { kind: 'f32' };
  const range = request.range ?? defaultRange(layer, parameter);
  checkColourRange(range);
  return { kind: 'png', palette, range };
}

/** From the whole layer, never from the tile: neighbours must agree on their colours. */
function defaultRange({ manifest }: MapLayer, { id }: Parameter): ColourRange {
  const statistics = Object.hasOwn(manifest.statistics, id) ? manifest.statistics[id] : undefined;
  return statistics === undefined ? { low: 0, high: 1 } : { low: statistics.min, high: statistics.max };
}

function firstParameter({ manifest }: MapLayer): string {
  const [first] = manifest.parameters;
  if (first === undefined) throw new NotFoundError('the layer has no parameter', { layer: manifest.layer });
  return first.id;
}

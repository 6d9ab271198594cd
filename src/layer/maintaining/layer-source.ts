import type { BlobOptions } from '../../blob/index.js';
import type { Manifest } from '../../catalog/index.js';
import { decodeTile } from '../../codec/index.js';
import { UnsupportedError } from '../../errors/index.js';
import { axisLength, type TileKey } from '../../grid/index.js';
import {
  allocateCells,
  type CellArray,
  copyWindow,
  isFloatType,
  noDataFill,
  type Parameter,
  storedNoData,
} from '../../raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../../sources/index.js';
import type { LayerReader } from '../reading/layer-reader.js';
import { layoutOf } from '../tile-layout.js';
import { forEachBounded } from './segment-files.js';

/** The native level of a snapshot as a source, cells as stored; its chunks are the tiles. */
export function layerSource(reader: LayerReader): Source {
  const { manifest } = reader;
  return {
    location: `layer ${manifest.layer}, snapshot ${manifest.sequence}`,
    title: manifest.title,
    grid: manifest.grid,
    parameters: manifest.parameters.map((parameter) => describeParameter(parameter, manifest)),
    attributes: manifest.attributes,
    read: (parameter, window, signal) => readWindow(reader, { parameter, window }, signal && { signal }),
    close: async () => {},
  };
}

/** One dimension of the canonical order: custom axes, t, z, y, x. */
interface Dimension {
  /** The name of its axis; undefined where the parameter has no such axis, and one cell. */
  readonly name: string | undefined;
  readonly cells: number;
  readonly tile: number;
}

function dimensionsOf(parameter: Parameter, { grid, tileShape }: Manifest): Dimension[] {
  const { shape, cells } = layoutOf(parameter, grid, tileShape);
  const has = (name: string) => parameter.axes.includes(name);
  const custom = grid.custom.map((axis) => ({
    name: has(axis.name) ? axis.name : undefined,
    cells: has(axis.name) ? axisLength(axis) : 1,
    tile: 1,
  }));
  return [
    ...custom,
    { name: has('t') ? grid.t?.name : undefined, cells: cells.t, tile: shape.t },
    { name: has('z') ? grid.z?.name : undefined, cells: cells.z, tile: shape.z },
    { name: grid.y.name, cells: cells.row, tile: shape.row },
    { name: grid.x.name, cells: cells.col, tile: shape.col },
  ];
}

function describeParameter(parameter: Parameter, manifest: Manifest): SourceParameter {
  const own = dimensionsOf(parameter, manifest).filter(({ name }) => name !== undefined);
  return {
    ...parameter,
    dims: own.map(({ name }) => name!),
    shape: own.map(({ cells }) => cells),
    chunkShape: own.map(({ cells, tile }) => Math.min(cells, tile)),
  };
}

async function readWindow(
  reader: LayerReader,
  { parameter, window }: { parameter: SourceParameter; window: SourceWindow },
  options: BlobOptions = {},
): Promise<CellArray> {
  const dimensions = dimensionsOf(parameter, reader.manifest);
  const box = canonicalBox(dimensions, parameter, window);
  const count = box.reduce((product, { start, end }) => product * (end - start), 1);
  const to: CellArray = {
    type: parameter.type,
    shape: box.map(({ start, end }) => end - start),
    cells: allocateCells(parameter.type, count, noDataFill(parameter)),
  };
  const place = (tile: readonly number[]) =>
    placeTile(reader, { parameter, dimensions, box, tile, to }, options);
  await forEachBounded(tilesMeeting(box, dimensions), place, options);
  return { ...to, shape: window.end.map((end, d) => end - window.start[d]!) };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function canonicalBox(
  dimensions: readonly Dimension[],
  { dims }: SourceParameter,
  { start, end }: SourceWindow,
): Span[] {
  return dimensions.map(({ name }) => {
    const d = name === undefined ? -1 : dims.indexOf(name);
    return d < 0 ? { start: 0, end: 1 } : { start: start[d]!, end: end[d]! };
  });
}

/** Tile numbers along each dimension, of all tiles that meet the box. */
function* tilesMeeting(box: readonly Span[], dimensions: readonly Dimension[]): Generator<number[]> {
  const [span, ...others] = box;
  if (span === undefined) {
    yield [];
    return;
  }
  const { tile } = dimensions[0]!;
  for (let at = Math.floor(span.start / tile); at * tile < span.end; at++) {
    for (const tail of tilesMeeting(others, dimensions.slice(1))) yield [at, ...tail];
  }
}

async function placeTile(
  reader: LayerReader,
  job: {
    readonly parameter: SourceParameter;
    readonly dimensions: readonly Dimension[];
    readonly box: readonly Span[];
    readonly tile: readonly number[];
    readonly to: CellArray;
  },
  { signal }: BlobOptions,
): Promise<void> {
  const { parameter, dimensions, box, tile, to } = job;
  const key = keyOf(parameter.id, tile);
  const lookup = await reader.get(key, { signal });
  if (lookup.kind !== 'found') return requireNoData(parameter, key);
  const from: CellArray = {
    type: parameter.type,
    shape: dimensions.map((dimension) => dimension.tile),
    cells: await decodeTile(lookup.tile, parameter),
  };
  const spans = dimensions.map((dimension, d) => {
    const start = tile[d]! * dimension.tile;
    return {
      start,
      low: Math.max(start, box[d]!.start),
      high: Math.min(start + dimension.tile, box[d]!.end),
    };
  });
  copyWindow({
    from,
    fromStart: spans.map(({ start, low }) => low - start),
    to,
    toStart: spans.map(({ low }, d) => low - box[d]!.start),
    size: spans.map(({ low, high }) => high - low),
  });
}

function keyOf(parameter: string, tile: readonly number[]): TileKey {
  const [t, z, row, col] = tile.slice(-4);
  return { level: 0, parameter, t: t!, z: z!, row: row!, col: col!, custom: tile.slice(0, -4) };
}

/** What is not there can only be said by a no-data value once it lies in a tile with cells that are. */
function requireNoData(parameter: Parameter, key: TileKey): void {
  if (isFloatType(parameter.type) || storedNoData(parameter) !== undefined) return;
  throw new UnsupportedError('the layer has holes and the parameter no no-data value to fill them', {
    parameter: parameter.id,
    key,
  });
}

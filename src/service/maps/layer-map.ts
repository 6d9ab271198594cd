import type { Manifest } from '../../catalog/index.js';
import { describeCollection } from '../../edr/index.js';
import type { LayerReader } from '../../layer/index.js';
import {
  deepestZoom,
  type MapBox,
  mapBox,
  type TileLimits,
  type TileMatrixSet,
  tileLimits,
} from '../../maps/index.js';
import type { Parameter } from '../../raster/index.js';
import { dimensionParameter, type QueryText } from '../http/query-text.js';
import { mapParameters } from './map-parameters.js';

/** Where the tiles of a layer are. */
export interface TileExtent {
  readonly box: MapBox;
  readonly deepest: number;
  readonly limits: readonly TileLimits[];
}

/** A list of all layers asks for each several times, and a projected layer takes a while. */
const extents = new WeakMap<Manifest, Map<string, TileExtent>>();

/** Where the tiles of a layer are in a tile matrix set. Throws: UnsupportedError for a layer that cannot be drawn. */
export function tileExtent(
  { manifest }: Pick<LayerReader, 'manifest'>,
  matrixSet: TileMatrixSet,
): TileExtent {
  const bySet = extents.get(manifest) ?? new Map<string, TileExtent>();
  extents.set(manifest, bySet);
  const known = bySet.get(matrixSet.id);
  if (known !== undefined) return known;
  const box = mapBox(manifest.grid);
  const deepest = deepestZoom(manifest.grid, matrixSet);
  const extent = { box, deepest, limits: tileLimits(box, matrixSet, deepest) };
  bySet.set(matrixSet.id, extent);
  return extent;
}

/** Whether a layer has something to show, and its place on earth is known. */
export function hasMaps({ manifest: { grid, parameters } }: Pick<LayerReader, 'manifest'>): boolean {
  if (parameters.length === 0) return false;
  return grid.crs.kind === 'geographic' || grid.crs.proj !== undefined;
}

/** Values of one axis that maps may show, and the parameter that chooses among them. */
export interface MapDimension {
  readonly id: string;
  readonly parameter: string;
  readonly interval: readonly (readonly (string | undefined)[])[];
  readonly values: readonly (string | undefined)[];
}

/** The axes of a parameter beside the two that maps show; time and level as EDR spells them. */
export function mapDimensions(
  { manifest }: Pick<LayerReader, 'manifest'>,
  parameter: Parameter,
): MapDimension[] {
  const ownParameter = (axis: string) => dimensionParameter(axis, mapParameters);
  const { extent } = describeCollection(manifest, '', ownParameter);
  const { temporal, vertical, custom = [] } = extent;
  const axes = [
    ...(manifest.grid.t ? [{ axis: 't', id: 'time', parameter: 'datetime', ...temporal }] : []),
    ...(vertical ? [{ axis: 'z', id: 'elevation', parameter: 'z', ...vertical }] : []),
    ...custom.map((extent) => ({ axis: extent.id, parameter: ownParameter(extent.id), ...extent })),
  ];
  return axes
    .filter(({ axis }) => parameter.axes.includes(axis))
    .map(({ id, parameter: name, interval, values }) => ({ id, parameter: name, interval, values }));
}

/** The end of an address that asks the same of other tiles, with its question mark; `inPath` stands elsewhere in it. */
export function searchOf(
  query: QueryText,
  others: Readonly<Record<string, string>> = {},
  inPath: readonly string[] = [],
): string {
  const search = new URLSearchParams(query.search);
  for (const name of ['scale', ...inPath]) search.delete(name);
  for (const [name, value] of Object.entries(others)) search.set(name, value);
  return search.size === 0 ? '' : `?${search}`;
}

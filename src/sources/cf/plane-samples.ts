import { type Axis, axisLength, coordinateAt } from '../../grid/index.js';
import type { CfStore } from './cf-dimensions.js';
import { parsePacking } from './cf-packing.js';
import type { Variable } from './dataset.js';

/** A cell's place by the store's own two-dimensional coordinates, and by its x and y. */
export interface Place {
  readonly longitude: number;
  readonly latitude: number;
  readonly x: number;
  readonly y: number;
}

/** Places of nine cells: corners, middles of the edges, centre; those without a latitude are left out. */
export type SamplePlaces = (x: Axis, y: Axis) => Promise<Place[]>;

/** A sampler of the two-dimensional latitudes and longitudes over these dimensions; undefined without them. */
export function placeSampler(
  store: CfStore,
  dims: { readonly x: string; readonly y: string },
  signal: AbortSignal | undefined,
): SamplePlaces | undefined {
  const plane = store.planeCoordinates([dims.y, dims.x]);
  if (plane === undefined) return undefined;
  return async (x, y) => {
    const places: Place[] = [];
    for (const row of sampleIndexes(axisLength(y))) {
      for (const col of sampleIndexes(axisLength(x))) {
        const cell = (variable: Variable) => variable.dims!.map((dim) => (dim === dims.y ? row : col));
        const latitude = await readCell(plane.latitude, cell(plane.latitude), signal);
        const longitude = await readCell(plane.longitude, cell(plane.longitude), signal);
        const isUsable = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 540;
        if (isUsable) places.push({ longitude, latitude, x: coordinateAt(x, col), y: coordinateAt(y, row) });
      }
    }
    return places;
  };
}

function sampleIndexes(length: number): Set<number> {
  return new Set([0, Math.floor(length / 2), length - 1]);
}

async function readCell(
  variable: Variable,
  cell: readonly number[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { element } = variable.layout();
  if (element.kind !== 'cell') return Number.NaN;
  const { scale, offset } = parsePacking({ ...variable, type: element.type, fill: undefined });
  const { cells } = await variable.open().readCells({ start: cell, end: cell.map((at) => at + 1) }, signal);
  return (cells[0] ?? Number.NaN) * scale + offset;
}

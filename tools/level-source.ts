import { type BigFieldParts, bigFieldCell, bigFieldParts } from './big-field.js';
import { bigAxes } from './big-source.js';
import { writeZarrStore, type ZarrField, zarrAxis } from './zarr-store.js';

/** Pressure of the levels in hPa, from the ground up. */
export const PRESSURES = [1000, 850, 700, 500, 250] as const;

const PARAMETERS = [
  { name: 'temperature', title: 'Air temperature', units: 'K' },
  { name: 'humidity', title: 'Humidity', units: 'g kg-1' },
] as const;

/** A computed atmosphere of two parameters: hours, pressure levels, latitudes south, longitudes east. */
export interface LevelField {
  readonly seed: number;
  readonly times: number;
  readonly rows: number;
  readonly cols: number;
}

/** Writes it as a Zarr v2 store in chunks of [time, level, row, col], replacing what was at `folder`. */
export async function writeLevelSource(
  folder: string,
  field: LevelField,
  chunks: readonly [number, number, number, number],
): Promise<void> {
  const [time, ...ground] = bigAxes(field);
  const level = zarrAxis('level', PRESSURES, {
    standard_name: 'air_pressure',
    units: 'hPa',
    positive: 'down',
    axis: 'Z',
  });
  await writeZarrStore(folder, {
    attributes: { Conventions: 'CF-1.8', source: 'computed by tools/level-source.ts, not measured' },
    axes: [time!, level, ...ground],
    arrays: PARAMETERS.map((parameter, number): ZarrField => {
      // Each level of each parameter is a field of another seed, so that a wrong level is noticed.
      const parts = PRESSURES.map((_, z) => bigFieldParts({ ...field, seed: field.seed + z + 10 * number }));
      return {
        spec: {
          name: parameter.name,
          dims: ['time', 'level', 'lat', 'lon'],
          shape: [field.times, PRESSURES.length, field.rows, field.cols],
          chunks,
          type: '<f4',
          codec: { id: 'zlib', level: 1 },
          fillValue: Number.NaN,
          attributes: { long_name: parameter.title, units: parameter.units },
        },
        fill: (cells, start) => fillChunk(cells, { parts, start, field, chunks }),
      };
    }),
  });
}

interface ChunkFill {
  /** Of each level. */
  readonly parts: readonly BigFieldParts[];
  readonly start: readonly number[];
  readonly field: LevelField;
  readonly chunks: readonly number[];
}

/** Cells beyond the grid stay NaN, the fill value. */
function fillChunk(cells: Float32Array, { parts, start, field, chunks }: ChunkFill): void {
  const [, levels, rows, cols] = chunks as [number, number, number, number];
  const shape = [field.times, PRESSURES.length, field.rows, field.cols];
  const [endTime, endLevel, endRow, endCol] = shape.map((length, d) =>
    Math.min(length, start[d]! + chunks[d]!),
  );
  const [firstTime, firstLevel, firstRow, firstCol] = start as [number, number, number, number];
  cells.fill(Number.NaN);
  for (let time = firstTime; time < endTime!; time++) {
    for (let level = firstLevel; level < endLevel!; level++) {
      for (let row = firstRow; row < endRow!; row++) {
        const line = ((time - firstTime) * levels + (level - firstLevel)) * rows + (row - firstRow);
        const at = line * cols - firstCol;
        for (let col = firstCol; col < endCol!; col++) {
          cells[at + col] = bigFieldCell(parts[level]!, { time, row, col });
        }
      }
    }
  }
}

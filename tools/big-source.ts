import {
  type BigField,
  type BigFieldParts,
  bigFieldCell,
  bigFieldLatitude,
  bigFieldLongitude,
  bigFieldParts,
} from './big-field.js';
import { writeZarrStore, type ZarrAxis, zarrAxis } from './zarr-store.js';
import type { ZarrArraySpec, ZarrCodec } from './zarr2-writer.js';

/** What to write: `field` at its whole size, in chunks of [time, row, col]. */
export interface BigSource {
  readonly field: BigField;
  readonly chunks: readonly [number, number, number];
  readonly codec: ZarrCodec;
}

/** The field with as many whole time steps as `sizeBytes` of float32 need. */
export function bigFieldOfSize(sizeBytes: number, field: Omit<BigField, 'times'>): BigField {
  return { ...field, times: Math.ceil(sizeBytes / (field.rows * field.cols * 4)) };
}

/**
 * Writes the store, replacing what was at `folder`; the parameter is `field`, its values `bigFieldValue`.
 *
 * Cost: memory for a few chunks and the axes, whatever the size.
 */
export async function writeBigSource(folder: string, source: BigSource): Promise<void> {
  const parts = bigFieldParts(source.field);
  await writeZarrStore(folder, {
    attributes: { Conventions: 'CF-1.8', source: 'computed by tools/make-big-source.ts, not measured' },
    axes: bigAxes(source.field),
    arrays: [{ spec: fieldSpec(source), fill: (cells, start) => fillChunk(cells, { parts, start, source }) }],
  });
}

interface ChunkFill {
  readonly parts: BigFieldParts;
  readonly start: readonly number[];
  readonly source: BigSource;
}

/** Cells beyond the grid stay NaN, the fill value. */
function fillChunk(cells: Float32Array, { parts, start, source: { field, chunks } }: ChunkFill): void {
  const [firstTime, firstRow, firstCol] = [start[0]!, start[1]!, start[2]!];
  const endTime = Math.min(firstTime + chunks[0], field.times);
  const endRow = Math.min(firstRow + chunks[1], field.rows);
  const endCol = Math.min(firstCol + chunks[2], field.cols);
  cells.fill(Number.NaN);
  for (let time = firstTime; time < endTime; time++) {
    for (let row = firstRow; row < endRow; row++) {
      const at = ((time - firstTime) * chunks[1] + (row - firstRow)) * chunks[2] - firstCol;
      for (let col = firstCol; col < endCol; col++) cells[at + col] = bigFieldCell(parts, { time, row, col });
    }
  }
}

function fieldSpec({ field, chunks, codec }: BigSource): ZarrArraySpec {
  return {
    name: 'field',
    dims: ['time', 'lat', 'lon'],
    shape: [field.times, field.rows, field.cols],
    chunks,
    type: '<f4',
    codec,
    fillValue: Number.NaN,
    attributes: { long_name: 'A warm belt with a travelling wave', units: 'K' },
  };
}

/** Time in hours, latitude, longitude. */
export function bigAxes(field: BigField): ZarrAxis[] {
  const count = (length: number, at: (index: number) => number) => Array.from({ length }, (_, i) => at(i));
  return [
    zarrAxis(
      'time',
      count(field.times, (time) => time),
      {
        standard_name: 'time',
        units: 'hours since 2000-01-01 00:00:00',
        calendar: 'standard',
        axis: 'T',
      },
    ),
    zarrAxis(
      'lat',
      count(field.rows, (row) => bigFieldLatitude(field, row)),
      {
        standard_name: 'latitude',
        units: 'degrees_north',
        axis: 'Y',
      },
    ),
    zarrAxis(
      'lon',
      count(field.cols, (col) => bigFieldLongitude(field, col)),
      {
        standard_name: 'longitude',
        units: 'degrees_east',
        axis: 'X',
      },
    ),
  ];
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type BigField,
  type BigFieldParts,
  bigFieldCell,
  bigFieldLatitude,
  bigFieldLongitude,
  bigFieldParts,
} from './big-field.js';
import {
  chunkPlaces,
  encodeArray,
  encodeChunkBeside,
  groupMetadata,
  type ZarrArraySpec,
  type ZarrCodec,
} from './zarr2-writer.js';

/** Packed beside each other: packing takes most of the time. */
const CHUNKS_AT_ONCE = 3;

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
  const axes = bigAxes(source.field);
  const spec = fieldSpec(source);
  const attributes = { Conventions: 'CF-1.8', source: 'computed by tools/make-big-source.ts, not measured' };
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, spec.name), { recursive: true });
  for (const [path, text] of groupMetadata(attributes, [spec, ...axes.map((axis) => axis.spec)])) {
    await put(join(folder, path), text);
  }
  for (const axis of axes) {
    for (const [path, bytes] of encodeArray(axis.spec, axis.values)) await put(join(folder, path), bytes);
  }
  const parts = bigFieldParts(source.field);
  const cells = new Float32Array(source.chunks.reduce((product, size) => product * size, 1));
  const writing = new Set<Promise<void>>();
  for (const { path, start } of chunkPlaces(spec)) {
    if (writing.size >= CHUNKS_AT_ONCE) await Promise.race(writing);
    fillChunk(cells, { parts, start, source });
    const written = encodeChunkBeside(spec, cells)
      .then((bytes) => writeFile(join(folder, path), bytes))
      .finally(() => writing.delete(written));
    writing.add(written);
  }
  await Promise.all(writing);
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

function bigAxes(field: BigField): { spec: ZarrArraySpec; values: readonly number[] }[] {
  const axis = (name: string, values: readonly number[], attributes: Record<string, unknown>) => {
    const layout = { dims: [name], shape: [values.length], chunks: [values.length] };
    const type = name === 'time' ? ('<i4' as const) : ('<f8' as const);
    return {
      spec: { name, ...layout, type, codec: { id: 'none' as const }, fillValue: null, attributes },
      values,
    };
  };
  const count = (length: number, at: (index: number) => number) => Array.from({ length }, (_, i) => at(i));
  return [
    axis(
      'time',
      count(field.times, (time) => time),
      {
        standard_name: 'time',
        units: 'hours since 2000-01-01 00:00:00',
        calendar: 'standard',
        axis: 'T',
      },
    ),
    axis(
      'lat',
      count(field.rows, (row) => bigFieldLatitude(field, row)),
      {
        standard_name: 'latitude',
        units: 'degrees_north',
        axis: 'Y',
      },
    ),
    axis(
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

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

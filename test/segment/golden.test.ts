import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRecordDecoder, decodeTile, recordSchema } from '../../src/codec/index.js';
import type { CellType, Parameter } from '../../src/raster/index.js';
import {
  formatSegmentName,
  openSegment,
  parseSegmentName,
  type SegmentReader,
} from '../../src/segment/index.js';
import { bytesOf, MemoryHandle, readAll, run, writeOne } from './segment-samples.js';

// Written by tools/make-golden-segment.py, which knows docs/format.md and none of this code.
const folder = new URL('./golden/', import.meta.url);
const [fileName] = readdirSync(folder).filter((name) => name.endsWith('.seg'));
const bytes = Uint8Array.from(readFileSync(new URL(fileName ?? '', folder)));
const first = 4_294_967_290;

function parameterOf(type: CellType): Parameter {
  return { id: 't2m', title: 't2m', type, scale: 1, offset: 0, axes: [], attributes: {} };
}

describe('the golden segment', () => {
  let reader: SegmentReader;

  beforeAll(async () => {
    const name = parseSegmentName(fileName ?? '');
    if (!name) throw new Error('test/segment/golden holds no segment');
    reader = await openSegment(new MemoryHandle(bytes), { name, sizeBytes: bytes.length, run });
  });

  it('has the indexes and keys that were put in', async () => {
    const offsets = [0, 1, 2, 2 ** 32 + 5, 2 ** 40];
    expect(offsets.map((offset) => reader.find(first + offset))).toEqual([0, 1, 2, 3, 4]);
    const decode = createRecordDecoder(reader.schema);
    const keys = [];
    for (const { value } of await readAll(reader)) keys.push(...decode(value).map(({ key }) => ({ ...key })));
    const key = { level: 0, parameter: 't2m', col: 0, row: 0, t: 0, z: 0, custom: [] };
    expect(keys).toEqual([
      key,
      { ...key, col: 1 },
      { ...key, col: 1, t: 1, custom: [3, 0] },
      { ...key, col: 1, row: 1 },
      { ...key, row: 1 },
      { ...key, col: 70_000, row: 2 ** 31 - 1 },
    ]);
  });

  it('has the cells that were put in', async () => {
    const decode = createRecordDecoder(reader.schema);
    const cells = [];
    const summaries = [];
    for (const { value } of await readAll(reader)) {
      for (const { tile } of decode(value)) {
        cells.push(await decodeTile(tile, parameterOf(tile.type)));
        summaries.push(tile.summary);
      }
    }
    const ramp = Float32Array.from({ length: 64 }, (_, i) => 280 + i / 4);
    expect(cells).toEqual([
      new Float32Array(4).fill(Number.NaN),
      Float32Array.of(1.5, -2.25, Number.NaN, 1e30),
      new Float64Array(4).fill(-0),
      Int16Array.of(-1, 2, -300, 32767),
      ramp,
      ramp,
    ]);
    const rampSummary = { valid: 64, min: 280, max: 295.75, sum: ramp.reduce((a, b) => a + b) };
    expect(summaries).toEqual([
      undefined,
      { valid: 3, min: -2.25, max: 1e30, sum: 1e30 },
      { valid: 4, min: -0, max: -0, sum: 0 },
      undefined,
      rampSummary,
      rampSummary,
    ]);
  });

  it('is written again, byte for byte, from its records', async () => {
    const records = await readAll(reader);
    const file = await writeOne(records, {
      generation: 7,
      commitId: '0190b6a2-golden',
      schema: reader.schema,
    });
    expect(formatSegmentName(file.name)).toBe(fileName);
    expect(bytesOf(file)).toEqual(bytes);
  });

  it('has the schema this program writes', () => {
    expect(reader.schema).toBe(recordSchema);
  });
});

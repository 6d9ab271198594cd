import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { SegmentRecord } from '../../src/segment/index.js';
import { writeSegments } from '../../src/segment/index.js';
import {
  bytesOf,
  openFile,
  readAll,
  recordOf,
  run,
  sampleValue,
  stream,
  writeAll,
  writeOne,
  writeOptions,
} from './segment-samples.js';

function recordsFrom(start: number, count: number, size = 100): SegmentRecord[] {
  return Array.from({ length: count }, (_, i) => recordOf(start + i, sampleValue(start + i, size)));
}

describe('writeSegments', () => {
  it('keeps any records, in segments within the limits', async () => {
    const cases = fc.record({
      entries: fc.uniqueArray(
        fc.record({
          index: fc.oneof(fc.nat(500), fc.maxSafeNat()),
          value: fc.uint8Array({ maxLength: 300, size: 'max' }),
        }),
        { selector: ({ index }) => index, minLength: 1, maxLength: 60 },
      ),
      limitBytes: fc.integer({ min: 400, max: 8_000 }),
      maxRecords: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ entries, limitBytes, maxRecords }) => {
        const records = entries.map(({ index, value }) => recordOf(index, value));
        records.sort((a, b) => a.index - b.index);
        const files = await writeAll(records, { limitBytes, maxRecords });
        const read: SegmentRecord[] = [];
        for (const file of files) {
          expect(file.name.count <= maxRecords).toBe(true);
          expect(file.name.count === 1 || file.sizeBytes <= limitBytes).toBe(true);
          const bytes = bytesOf(file);
          expect(bytes.length).toBe(file.sizeBytes);
          expect(createHash('sha256').update(bytes).digest('hex').slice(0, 32)).toBe(file.name.sha);
          const held = await readAll(await openFile(file));
          expect([held[0]!.index, held.at(-1)!.index]).toEqual([file.name.first, file.name.last]);
          read.push(...held);
        }
        expect(read).toEqual(records);
      }),
      { numRuns: 150 },
    );
  });

  it('writes nothing for no records', async () => {
    expect(await writeAll([])).toEqual([]);
  });

  it('gives equal bytes for equal input, and other bytes for another run, generation or commit', async () => {
    const first = await writeOne(recordsFrom(5, 20));
    expect(bytesOf(await writeOne(recordsFrom(5, 20)))).toEqual(bytesOf(first));
    const others = [
      { generation: 2 },
      { run: { ...run, level: 1 } },
      { run: { ...run, partition: 'z1' } },
      { commitId: 'other' },
    ];
    for (const other of others) {
      const file = await writeOne(recordsFrom(5, 20), other);
      expect(file.name.sha).not.toBe(first.name.sha);
    }
  });

  it('does not keep the values it was given', async () => {
    const value = new Uint8Array(40);
    async function* reusing() {
      for (let index = 0; index < 10; index++) {
        value.fill(index);
        yield recordOf(index, value);
      }
    }
    for await (const file of writeSegments(reusing(), writeOptions)) {
      const records = await readAll(await openFile(file));
      expect(records.map((record) => record.value[39])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('cuts in the last eighth where the largest block of the curve ends', async () => {
    // 120-byte records (16 bytes of them header, padding included) and 16 of index: 100 do not fit 12 KiB.
    const files = await writeAll(recordsFrom(0, 300), { limitBytes: 12 * 1024 });
    const firsts = files.map((file) => file.name.first);
    // Between 72 and 86 records fill the last eighth; 80, 160 and 240 are its roundest indexes.
    expect(firsts).toEqual([0, 80, 160, 240]);
  });

  it('cuts at the same places when the run is written again with one tile changed', async () => {
    const limits = { limitBytes: 12 * 1024 };
    const records = recordsFrom(0, 300);
    const changed = records.with(7, recordOf(7, sampleValue(1, 180)));
    const [a, b] = [await writeAll(records, limits), await writeAll(changed, limits)];
    expect(b.map((file) => file.name.first)).toEqual(a.map((file) => file.name.first));
    expect(b.slice(1).map((file) => file.name.sha)).toEqual(a.slice(1).map((file) => file.name.sha));
  });

  it('takes the widest border between sparse indexes too', async () => {
    // 1000 is rounder than 1025, but 1024, the border of a larger block, lies just before the latter.
    const indexes = [1, 2, 3, 4, 5, 6, 7, 1000, 1025, 1027];
    const records = indexes.map((index) => recordOf(index, sampleValue(index, 16)));
    const files = await writeAll(records, { maxRecords: 9 });
    expect(files.map((file) => file.name.first)).toEqual([1, 1025]);
  });

  it('rolls at the most records', async () => {
    const files = await writeAll(recordsFrom(1, 30, 8), { maxRecords: 1 });
    expect(files).toHaveLength(30);
  });

  it('rolls at 65,536 records whatever was asked', async () => {
    const records = Array.from({ length: 65_540 }, (_, index) => recordOf(index, Uint8Array.of(1)));
    const files = await writeAll(records, { maxRecords: 1_000_000 });
    expect(files.map((file) => file.name.count)).toEqual([65_536, 4]);
    const reader = await openFile(files[0]!);
    expect(await reader.read(65_535)).toEqual(Uint8Array.of(1));
  });

  it('gives a record larger than the limit a segment of its own', async () => {
    const sizes = [10, 5_000_000, 10, 10];
    const records = sizes.map((size, index) => recordOf(index, sampleValue(index, size)));
    const files = await writeAll(records, { limitBytes: 4096 });
    expect(files.map((file) => [file.name.first, file.name.last])).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
    ]);
    const large = await (await openFile(files[1]!)).read(0);
    expect(Buffer.compare(large, records[1]!.value)).toBe(0);
  });

  it.each([
    ['equal', [3, 3]],
    ['falling', [3, 2]],
    ['negative', [-1]],
    ['fractional', [0.5]],
    ['unsafe', [2 ** 53]],
  ])('refuses %s indexes', async (_, indexes) => {
    const records = indexes.map((index) => recordOf(index, new Uint8Array(8)));
    await expect(writeAll(records)).rejects.toThrow(InvalidArgumentError);
    await expect(writeAll(records, { maxRecords: 1 })).rejects.toThrow(InvalidArgumentError);
  });

  it.each([{ limitBytes: 0 }, { limitBytes: 1.5 }, { maxRecords: 0 }, { schema: 'x'.repeat(2 ** 21) }])(
    'refuses impossible options %#',
    async (options) => {
      await expect(writeAll(recordsFrom(0, 1), options)).rejects.toThrow(InvalidArgumentError);
    },
  );

  it('yields a segment before it reads on, and stops when aborted', async () => {
    const controller = new AbortController();
    let read = 0;
    async function* counted() {
      for (const record of recordsFrom(0, 100)) {
        read++;
        yield record;
      }
    }
    const options = { ...writeOptions, maxRecords: 10, signal: controller.signal };
    const segments = writeSegments(counted(), options);
    await segments.next();
    expect(read).toBe(11);
    controller.abort(new Error('enough'));
    await expect(segments.next()).rejects.toThrow('enough');
    expect(read).toBeLessThan(25);
    await expect(writeSegments(stream([]), options).next()).rejects.toThrow('enough');
  });
});

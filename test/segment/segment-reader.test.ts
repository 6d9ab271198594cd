import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CorruptionError, InvalidArgumentError } from '../../src/errors/index.js';
import { openSegment, type SegmentFile, type SegmentReader } from '../../src/segment/index.js';
import {
  bytesOf,
  expectedOf,
  MemoryHandle,
  openFile,
  readAll,
  recordOf,
  run,
  sampleValue,
  writeOne,
} from './segment-samples.js';

const indexes = [5, 6, 9, 40, 41, 1000];
const records = indexes.map((index) => recordOf(index, sampleValue(index, 50 + index)));
let file: SegmentFile;

beforeAll(async () => {
  file = await writeOne(records);
});

describe('openSegment', () => {
  it('reads the tail once and nothing else', async () => {
    const handle = new MemoryHandle(bytesOf(file));
    const reader = await openSegment(handle, expectedOf(file));
    expect(handle.reads).toEqual([
      { offset: file.sizeBytes - file.name.tailBytes, length: file.name.tailBytes },
    ]);
    expect([reader.count, reader.schema, reader.name]).toEqual([6, '"bytes"', file.name]);
  });

  it('refuses a file that is not what name, manifest and run say', async () => {
    const { name, sizeBytes } = file;
    const wrong = [
      { name, sizeBytes: sizeBytes + 8, run },
      { name: { ...name, first: 4 }, sizeBytes, run },
      { name: { ...name, last: 1001 }, sizeBytes, run },
      { name: { ...name, count: 5 }, sizeBytes, run },
      { name: { ...name, count: 0xf_ff_ff }, sizeBytes, run },
      { name: { ...name, tailBytes: name.tailBytes - 8 }, sizeBytes, run },
      { name: { ...name, tailBytes: 8 }, sizeBytes, run },
      { name: { ...name, tailBytes: 0xff_ff_ff }, sizeBytes, run },
      { name: { ...name, generation: 2 }, sizeBytes, run },
      { name, sizeBytes, run: { ...run, level: 1 } },
      { name, sizeBytes, run: { ...run, parameter: 'u10' } },
      { name, sizeBytes, run: { ...run, partition: 'z3' } },
    ];
    for (const expected of wrong) {
      const open = openSegment(new MemoryHandle(bytesOf(file)), expected);
      await expect(open, JSON.stringify(expected)).rejects.toThrow(CorruptionError);
    }
  });
});

describe('a segment reader', () => {
  it('finds positions as a linear search does', async () => {
    const values = fc.uniqueArray(fc.oneof(fc.nat(100), fc.maxSafeNat()), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(values, fc.array(fc.oneof(fc.nat(100), fc.maxSafeNat())), async (held, asked) => {
        held.sort((a, b) => a - b);
        const reader = await openFile(
          await writeOne(held.map((index) => recordOf(index, new Uint8Array(1)))),
        );
        for (const index of [...held, ...asked]) {
          const bound = held.findIndex((other) => other >= index);
          expect(reader.lowerBound(index)).toBe(bound === -1 ? held.length : bound);
          expect(reader.find(index)).toBe(held.indexOf(index));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reads a record by one read of exactly its bytes, and checks the header once', async () => {
    const handle = new MemoryHandle(bytesOf(file));
    const reader = await openSegment(handle, expectedOf(file));
    handle.reads.length = 0;
    expect(await reader.read(3)).toEqual(records[3]!.value);
    expect(await reader.read(4)).toEqual(records[4]!.value);
    const header = { offset: 0, length: 64 };
    expect(handle.reads).toEqual([reader.locate(3), header, reader.locate(4)]);
    expect(reader.locate(3).length).toBe(16 + records[3]!.value.length);
  });

  it('reads many in the order asked, duplicates included, in few reads', async () => {
    const handle = new MemoryHandle(bytesOf(file));
    const reader = await openSegment(handle, expectedOf(file));
    await reader.read(0);
    handle.reads.length = 0;
    const ks = [4, 0, 3, 4];
    const { values, bytesRead } = await reader.readMany(ks);
    expect(values).toEqual(ks.map((k) => records[k]!.value));
    expect(bytesRead).toBe(handle.reads.reduce((sum, { length }) => sum + length, 0));
    expect(handle.reads.length).toBe(2);
    expect(await reader.readMany([])).toEqual({ values: [], bytesRead: 0 });
  });

  it('reads any selection of many records', async () => {
    const many = Array.from({ length: 200 }, (_, i) => recordOf(i * 3, sampleValue(i, (i * 37) % 900)));
    const reader = await openFile(await writeOne(many));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(199), { maxLength: 60 }), async (ks) => {
        const { values } = await reader.readMany(ks);
        expect(values).toEqual(ks.map((k) => many[k]!.value));
      }),
      { numRuns: 50 },
    );
  });

  it.each([-1, 6, 0.5, Number.NaN])('refuses position %d', async (k) => {
    const reader = await openFile(file);
    expect(() => reader.indexAt(k)).toThrow(InvalidArgumentError);
    expect(() => reader.locate(k)).toThrow(InvalidArgumentError);
    await expect(reader.read(k)).rejects.toThrow(InvalidArgumentError);
    await expect(reader.readMany([0, k])).rejects.toThrow(InvalidArgumentError);
  });

  it('passes an abort up untouched', async () => {
    const reader = await openFile(file);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(reader.read(0, { signal })).rejects.toThrow('enough');
    await expect(reader.readMany([0, 1], { signal })).rejects.toThrow('enough');
    // The header check was not harmed by it.
    expect(await reader.read(0)).toEqual(records[0]!.value);
  });

  it('waits for reads in flight before it fails', async () => {
    let inFlight = 0;
    class SlowHandle extends MemoryHandle {
      override async read(...args: Parameters<MemoryHandle['read']>): Promise<Uint8Array> {
        const [{ offset }] = args;
        // Record 3 fails at once; header and record 0, which lie before it, take a while.
        if (offset === failingOffset) throw new CorruptionError('unreadable', {});
        inFlight++;
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        inFlight--;
        return super.read(...args);
      }
    }
    let failingOffset = -1;
    const reader: SegmentReader = await openSegment(new SlowHandle(bytesOf(file)), expectedOf(file));
    failingOffset = reader.locate(3).offset;
    await expect(reader.readMany([0, 3])).rejects.toThrow(CorruptionError);
    expect(inFlight).toBe(0);
    const another = await openSegment(new SlowHandle(bytesOf(file)), expectedOf(file));
    await expect(another.read(3)).rejects.toThrow(CorruptionError);
    expect(inFlight).toBe(0);
  });

  it('holds what was written', async () => {
    expect(await readAll(await openFile(file))).toEqual(records);
  });
});

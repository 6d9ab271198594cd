import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { CorruptionError, UnsupportedError } from '../../src/errors/index.js';
import { openSegment, type SegmentFile } from '../../src/segment/index.js';
import {
  bytesOf,
  expectedOf,
  MemoryHandle,
  readAll,
  recordOf,
  run,
  sampleValue,
  writeOne,
} from './segment-samples.js';

const records = [3, 4, 70].map((index) => recordOf(index, sampleValue(index, 20 + index)));
let file: SegmentFile;
let intact: Uint8Array;

beforeAll(async () => {
  file = await writeOne(records);
  intact = bytesOf(file);
});

/** The right records, or the error that opening or reading gave. */
async function readDamaged(bytes: Uint8Array, sizeBytes = bytes.length): Promise<unknown> {
  try {
    const reader = await openSegment(new MemoryHandle(bytes), { ...expectedOf(file), sizeBytes });
    return await readAll(reader);
  } catch (error) {
    return error;
  }
}

function isRefusal(outcome: unknown): boolean {
  return outcome instanceof CorruptionError || outcome instanceof UnsupportedError;
}

/** A copy with its trailer's checksum, and then its header's, made right again. */
function resealed(change: (bytes: Uint8Array, trailerAt: number) => void): Uint8Array {
  const bytes = intact.slice();
  const trailerAt = bytes.length - 64;
  change(bytes, trailerAt);
  const view = new DataView(bytes.buffer);
  view.setUint32(trailerAt + 56, crc32(bytes.subarray(trailerAt, trailerAt + 56)), true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

describe('a damaged segment', () => {
  it('is refused when cut at any byte, known to the manifest or not', async () => {
    for (let length = 0; length < intact.length; length++) {
      const cut = intact.slice(0, length);
      expect(isRefusal(await readDamaged(cut, intact.length)), `cut at ${length}`).toBe(true);
      expect(isRefusal(await readDamaged(cut)), `cut at ${length}, size unknown`).toBe(true);
    }
  });

  it('is refused, or read right, when any bit is flipped', async () => {
    let harmless = 0;
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const damaged = intact.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = await readDamaged(damaged);
      if (isRefusal(outcome)) continue;
      expect(outcome, `bit ${bit}`).toEqual(records);
      harmless++;
    }
    // Only padding behind values is covered by no checksum.
    const padding = records.reduce((sum, { value }) => sum + (-(value.length + 16) & 7), 0);
    expect(harmless).toBe(padding * 8);
  });

  it('is refused when two records are swapped', async () => {
    const twins = [3, 4].map((index) => recordOf(index, sampleValue(index, 40)));
    const whole = await writeOne(twins);
    const bytes = bytesOf(whole);
    const swapped = bytes.slice();
    swapped.set(bytes.subarray(64, 120), 120);
    swapped.set(bytes.subarray(120, 176), 64);
    const reader = await openSegment(new MemoryHandle(swapped), expectedOf(whole));
    for (const k of [0, 1]) await expect(reader.read(k)).rejects.toThrow(CorruptionError);
    await expect(reader.readMany([0, 1])).rejects.toThrow(CorruptionError);
  });

  it.each([
    ['run', { run: { ...run, partition: 'z1' } }],
    ['generation', { generation: 2 }],
  ])('is not opened in place of a file of another %s', async (_, options) => {
    const other = bytesOf(await writeOne(records, options));
    expect(await readDamaged(other)).toBeInstanceOf(CorruptionError);
  });

  it.each([
    ['run', { run: { ...run, partition: 'z1' } }],
    ['generation', { generation: 2 }],
    ['commit', { commitId: 'commit-2' }],
  ])('is refused when its records come from a file of another %s', async (_, options) => {
    const other = bytesOf(await writeOne(records, options));
    const mixed = intact.slice();
    const tailAt = intact.length - file.name.tailBytes;
    mixed.set(other.subarray(64, tailAt), 64);
    const reader = await openSegment(new MemoryHandle(mixed), expectedOf(file));
    for (const k of [0, 1, 2]) await expect(reader.read(k)).rejects.toThrow(CorruptionError);
  });

  it('names file, place and index of a damaged record', async () => {
    const damaged = intact.slice();
    damaged[64 + 16]! ^= 1;
    const path = 'layers/a/tiles/0/t2m/all/damaged.seg';
    const reader = await openSegment(new MemoryHandle(damaged, path), expectedOf(file));
    await expect(reader.read(0)).rejects.toMatchObject({
      code: 'CORRUPTION',
      fields: { path, offset: 64, index: 3, expected: expect.any(Number), found: expect.any(Number) },
    });
    expect(await reader.read(1)).toEqual(records[1]!.value);
  });
});

describe('a segment of a later program', () => {
  it.each<[string, (bytes: Uint8Array, trailerAt: number) => void]>([
    ['trailer version', (bytes, at) => bytes.set([2], at + 52)],
    ['trailer feature', (bytes, at) => bytes.set([1], at + 48)],
    ['header version', (bytes) => bytes.set([2], 8)],
    ['header feature', (bytes) => bytes.set([0x80], 15)],
  ])('is refused as unsupported by its %s', async (_, change) => {
    expect(await readDamaged(resealed(change))).toBeInstanceOf(UnsupportedError);
  });

  it('is refused as unsupported by the format version in its meta', async () => {
    const bytes = resealed((copy, trailerAt) => {
      const at = Buffer.from(copy.buffer).indexOf('"formatVersion":1') + '"formatVersion":'.length;
      copy[at] = '2'.charCodeAt(0);
      const tailAt = copy.length - file.name.tailBytes;
      new DataView(copy.buffer).setUint32(trailerAt + 20, crc32(copy.subarray(tailAt, trailerAt)), true);
    });
    expect(await readDamaged(bytes)).toBeInstanceOf(UnsupportedError);
  });

  it.each<[string, (bytes: Uint8Array, view: DataView, tailAt: number) => void]>([
    ['keys that do not ascend', (_, view, at) => view.setUint32(at + 4, 0, true)],
    ['a key beyond the last', (_, view, at) => view.setUint32(at + 8, 68, true)],
    ['an offset outside the records', (_, view, at) => view.setUint32(at + 16 + 4, 2 ** 31, true)],
    ['overlapping records', (_, view, at) => view.setUint32(at + 16 + 4, 8, true)],
    ['a length beyond the records', (_, view, at) => view.setUint32(at + 32, 2 ** 31, true)],
    ['a length below the header', (_, view, at) => view.setUint32(at + 32, 8, true)],
    ['meta that is no JSON', (bytes, _, at) => bytes.set([0xff], at + 48)],
  ])('is refused when its checksums cover %s', async (_, change) => {
    const bytes = resealed((copy, trailerAt) => {
      const tailAt = copy.length - file.name.tailBytes;
      const view = new DataView(copy.buffer);
      change(copy, view, tailAt);
      view.setUint32(trailerAt + 20, crc32(copy.subarray(tailAt, trailerAt)), true);
    });
    expect(await readDamaged(bytes)).toBeInstanceOf(CorruptionError);
  });
});

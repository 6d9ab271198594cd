import { crc32 } from 'node:zlib';
import {
  createRecordDecoder,
  decodeTile,
  encodeRecord,
  encodeTile,
  recordSchema,
} from '../../../src/codec/index.js';
import type { CurveIndex } from '../../../src/curve/index.js';
import type { Parameter } from '../../../src/raster/index.js';
import {
  type ExpectedSegment,
  openSegment,
  type SegmentFile,
  writeSegments,
} from '../../../src/segment/index.js';
import { type Random, randomBelow } from '../../random.js';
import type { FuzzAttempt, FuzzTarget } from './fuzz-target.js';
import { memoryHandle } from './memory-handle.js';
import { mutateBytes } from './mutations.js';

const RUN = { level: 0, parameter: 'p', partition: 'all' };
const SHAPE = { t: 1, z: 1, row: 8, col: 8 };
const PARAMETER: Parameter = {
  id: 'p',
  title: 'p',
  type: 'float32',
  scale: 1,
  offset: 0,
  axes: [],
  attributes: {},
};
// Places of docs/format.md.
const HEADER = { size: 64, crc: 60 };
const TRAILER = { size: 64, tailCrc: 20, salt: 40, crc: 56 };
const RECORD = { headerSize: 16, valueLength: 4 };

/** Segments: the tail, the header, records and their values, with checksums made right again most of the time. */
export const segmentTarget: FuzzTarget = {
  name: 'segment',
  async prepare(): Promise<FuzzAttempt> {
    const files = [await sampleSegment(3), await sampleSegment(40)];
    const intact = files.map(({ chunks }) => Uint8Array.from(Buffer.concat(chunks)));
    return async (random) => {
      const which = randomBelow(random, files.length);
      const bytes = mutateBytes(intact[which]!, { random, other: intact[1 - which]! });
      const { name } = files[which]!;
      const isSealed = random() < 0.8;
      if (isSealed) reseal(bytes, { tailBytes: name.tailBytes });
      const expected = { name: mutatedName(name, random), sizeBytes: bytes.length, run: RUN };
      await readSegment(bytes, expected);
    };
  },
};

/** What a manifest says may be as wrong as the file. */
function mutatedName(name: SegmentFile['name'], random: Random): SegmentFile['name'] {
  if (random() < 0.7) return name;
  const values = [0, 1, name.count + 1, 65_536, 65_537, 2 ** 31, 2 ** 53 - 1];
  const fields = ['first', 'last', 'count', 'tailBytes', 'generation'] as const;
  const field = fields[randomBelow(random, fields.length)]!;
  return { ...name, [field]: values[randomBelow(random, values.length)]! };
}

async function readSegment(bytes: Uint8Array, expected: ExpectedSegment): Promise<void> {
  const reader = await openSegment(memoryHandle(bytes), expected);
  const decode = createRecordDecoder(reader.schema);
  const { values } = await reader.readMany(Array.from({ length: reader.count }, (_, k) => k));
  for (const value of values) {
    for (const { tile } of decode(value)) await decodeTile(tile, { ...PARAMETER, type: tile.type });
  }
}

/** Makes the checksums right as far as their places are known, so that what they cover is looked at. */
function reseal(bytes: Uint8Array, { tailBytes }: { tailBytes: number }): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const trailerAt = bytes.length - TRAILER.size;
  const tailAt = bytes.length - tailBytes;
  if (tailAt < HEADER.size) return;
  view.setUint32(HEADER.crc, crc32(bytes.subarray(0, HEADER.crc)), true);
  view.setUint32(trailerAt + TRAILER.tailCrc, crc32(bytes.subarray(tailAt, trailerAt)), true);
  view.setUint32(trailerAt + TRAILER.crc, crc32(bytes.subarray(trailerAt, trailerAt + TRAILER.crc)), true);
  const salt = bytes.subarray(trailerAt + TRAILER.salt, trailerAt + TRAILER.salt + 8);
  for (let at = HEADER.size; at + RECORD.headerSize <= tailAt; ) {
    const length = RECORD.headerSize + view.getUint32(at + RECORD.valueLength, true);
    if (at + length > tailAt) return;
    const place = Buffer.alloc(16);
    place.set(salt);
    place.writeBigUInt64LE(BigInt(at), 8);
    view.setUint32(at, crc32(bytes.subarray(at + RECORD.valueLength, at + length), crc32(place)), true);
    at += Math.ceil(length / 8) * 8;
  }
}

async function sampleSegment(count: number): Promise<SegmentFile> {
  async function* records() {
    for (let i = 0; i < count; i++) {
      const cells = Float32Array.from({ length: 64 }, (_, k) =>
        i % 3 === 0 ? i : Math.fround(k * 0.37 + i),
      );
      const key = { level: 0, parameter: 'p', col: i, row: 0, t: 0, z: 0, custom: [1] };
      const codec = i % 2 === 0 ? 'shuffle-deflate' : 'zstd';
      const tile = await encodeTile({ type: 'float32', shape: SHAPE, cells, parameter: PARAMETER, codec });
      yield { index: (i * 3) as CurveIndex, value: encodeRecord([{ key, tile }]) };
    }
  }
  const options = { generation: 1, run: RUN, commitId: 'commit', schema: recordSchema };
  for await (const file of writeSegments(records(), options)) return file;
  throw new Error('no segment was written');
}

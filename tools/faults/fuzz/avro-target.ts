import {
  createRecordDecoder,
  decodeTile,
  encodeRecord,
  encodeTile,
  recordSchema,
} from '../../../src/codec/index.js';
import type { Parameter } from '../../../src/raster/index.js';
import { randomBelow } from '../../random.js';
import type { FuzzAttempt, FuzzTarget } from './fuzz-target.js';
import { mutateBytes, mutateJson } from './mutations.js';

const PARAMETER: Parameter = {
  id: 'p',
  title: 'p',
  type: 'int16',
  scale: 1,
  offset: 0,
  axes: [],
  attributes: {},
};

/** Record values and the schemas they were written with, both hostile; the cells of what can be read. */
export const avroTarget: FuzzTarget = {
  name: 'avro',
  async prepare(): Promise<FuzzAttempt> {
    const values = [await sampleRecord(1), await sampleRecord(4)];
    return async (random) => {
      const which = randomBelow(random, 2);
      const schema = random() < 0.5 ? recordSchema : hostileSchema(random);
      const other = values[1 - which]!;
      const value = random() < 0.2 ? values[which]! : mutateBytes(values[which]!, { random, other });
      for (const { tile } of createRecordDecoder(schema)(value)) {
        await decodeTile(tile, { ...PARAMETER, type: tile.type });
      }
    };
  },
};

function hostileSchema(random: () => number): string {
  if (random() < 0.8) return JSON.stringify(mutateJson(JSON.parse(recordSchema), random));
  const text = Buffer.from(recordSchema);
  return Buffer.from(mutateBytes(text, { random, other: text })).toString('utf8');
}

async function sampleRecord(tiles: number): Promise<Uint8Array> {
  const pairs = [];
  for (let t = 0; t < tiles; t++) {
    const shape = { t: 2, z: 1, row: 4, col: 5 };
    const cells = Int16Array.from({ length: 40 }, (_, i) => (t === 1 ? 3 : (i * 7919) % (40 + t)));
    const codec = (['raw', 'shuffle-zstd', 'deflate', 'shuffle-deflate'] as const)[t % 4]!;
    const tile = await encodeTile({ type: 'int16', shape, cells, parameter: PARAMETER, codec });
    pairs.push({ key: { level: 0, parameter: 'p', col: 1, row: 2, t, z: 0, custom: [3, 4] }, tile });
  }
  return encodeRecord(pairs);
}

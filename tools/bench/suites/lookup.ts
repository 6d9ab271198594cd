import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { decodeTile, encodeRecord } from '../../../src/codec/index.js';
import type { TileKey } from '../../../src/grid/index.js';
import { gridTiles, LayerReader } from '../../../src/layer/index.js';
import { createRandom, randomBelow } from '../../random.js';
import { compare, type Work } from '../compare.js';
import { describeField, makeLayer, makeSource } from '../fixture.js';
import type { BenchContext, SuiteResult } from '../suite.js';

const KEYS = 200;

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** One stored tile by its key, warm, against the same bytes by key from LevelDB. */
export async function lookupSuite(context: BenchContext): Promise<SuiteResult> {
  const rounds = context.scale === 'full' ? 25 : 7;
  const source = await makeSource(context, 'maps');
  const reader = await LayerReader.open(await makeLayer(context, source), 'field');
  const keys = allKeys(reader);
  const { db, bytes } = await fillLevel(reader, keys, join(context.folder, 'level'));
  const random = createRandom(context.seed);
  const picks = Array.from({ length: rounds }, () =>
    Array.from({ length: KEYS }, () => randomBelow(random, keys.length)),
  );
  const each = (get: (k: number) => unknown): Work => {
    return async (round) => {
      for (const k of picks[round]!) {
        const found = get(k);
        if (found instanceof Promise) await found;
      }
    };
  };
  const peers = {
    'LevelDB getSync': each((k) => db.getSync(levelKey(k))),
    'LevelDB get': each((k) => db.get(levelKey(k))),
  };
  const parameter = reader.parameter('field');
  const decode = async (k: number) => {
    const lookup = await reader.get(keys[k]!);
    if (lookup.kind === 'found') await decodeTile(lookup.tile, parameter);
  };
  const options = { rounds, warmUps: 2 };
  const cases = [
    {
      name: `${KEYS} stored tiles`,
      comparisons: await compare(
        each((k) => reader.get(keys[k]!)),
        peers,
        options,
      ),
    },
    { name: `${KEYS} tiles, cells decoded`, comparisons: await compare(each(decode), peers, options) },
  ].map((one) => ({ ...one, counts: { 'bytes a tile': Math.round(bytes / keys.length) } }));
  await db.close();
  await reader.close();
  return { setup: { source: describeField(source.field), tiles: keys.length, rounds }, cases };
}

function allKeys({ manifest }: LayerReader): TileKey[] {
  const tiles = gridTiles(manifest.grid, manifest.tileShape);
  const keys: TileKey[] = [];
  for (let t = 0; t < tiles.t; t++) {
    for (let row = 0; row < tiles.row; row++) {
      for (let col = 0; col < tiles.col; col++) {
        keys.push({ level: 0, parameter: 'field', custom: [], t, z: 0, row, col });
      }
    }
  }
  return keys;
}

/** The same records under short keys, uncompressed as they are packed already, with a cache that holds them all. */
async function fillLevel(
  reader: LayerReader,
  keys: readonly TileKey[],
  location: string,
): Promise<{ db: Level; bytes: number }> {
  const db: Level = new ClassicLevel(location, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: false,
    cacheSize: 512 * 2 ** 20,
  });
  await db.open();
  let bytes = 0;
  for (const [k, key] of keys.entries()) {
    const lookup = await reader.get(key);
    if (lookup.kind !== 'found') throw new Error(`no tile at ${JSON.stringify(key)}`);
    const value = encodeRecord([{ key, tile: lookup.tile }]);
    await db.put(levelKey(k), value);
    bytes += value.length;
  }
  await db.compactRange(levelKey(0), levelKey(keys.length));
  return { db, bytes };
}

function levelKey(k: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, k);
  return key;
}

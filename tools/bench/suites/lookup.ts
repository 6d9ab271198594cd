import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../src/blob/index.js';
import type { TileKey } from '../../../src/grid/index.js';
import { LayerReader } from '../../../src/layer/index.js';
import { createSegmentCache, type Verification } from '../../../src/segment/index.js';
import { createRandom, randomBelow } from '../../random.js';
import { type Comparison, compare, type Work } from '../compare.js';
import { allocationOf, cpuAt } from '../cost.js';
import { installPeers } from '../peers/install.js';
import { fillPmtiles } from '../peers/pmtiles-archive.js';
import { fillLevel, fillLmdb, fillMbtiles, type PeerStore, type TilesToStore } from '../peers/tile-stores.js';
import { type RandomLayerShape, randomLayerKeys, writeRandomLayer } from '../random-layer.js';
import type { BenchContext, Case, Scale, SuiteResult } from '../suite.js';

interface Size extends RandomLayerShape {
  readonly name: string;
  /** Look-ups of one round: a few milliseconds, which mostly pass without another process in between. */
  readonly lookups: number;
}

const SIZES: Readonly<Record<Scale, readonly Size[]>> = {
  short: [{ name: '16 KiB', tileSide: 64, cols: 32, rows: 32, lookups: 300 }],
  full: [
    { name: '16 KiB', tileSide: 64, cols: 128, rows: 128, lookups: 300 },
    { name: '1 KiB', tileSide: 16, cols: 128, rows: 128, lookups: 500 },
    { name: '256 KiB', tileSide: 256, cols: 32, rows: 16, lookups: 50 },
  ],
};
/** Exponent of the skewed choice: the r-th most wanted tile is wanted 1 / r ** 0.99 as often as the first (YCSB's). */
const ZIPF = 0.99;
const PER_SECOND = 10_000;

/** One stored tile by its key, warm, against the same bytes by key from other stores of tiles. */
export async function lookupSuite(context: BenchContext): Promise<SuiteResult> {
  installPeers(context.log);
  const cases: Case[] = [];
  for (const size of SIZES[context.scale]) cases.push(...(await sizeCases(context, size)));
  const setup = {
    tiles: SIZES[context.scale].map(({ name, cols, rows }) => `${cols * rows} of ${name}`).join(', '),
    lookups: `${SIZES[context.scale].map(({ lookups }) => lookups).join(', ')} a round, one after the other`,
    rounds: roundsOf(context),
    'warm-ups': 2,
    times: 'of the processors, all threads together',
    ours: 'peek, checksums compared on first read, every tile read before',
  };
  return { setup, cases };
}

type Get = (k: number) => unknown;

async function sizeCases(context: BenchContext, size: Size): Promise<Case[]> {
  const folder = join(context.folder, size.name.replace(' ', ''));
  const store = await writeRandomLayer({ ...context, folder }, size);
  const keys = randomLayerKeys(size);
  const open = (verification: Verification) =>
    LayerReader.open(openStore(store), 'noise', { cache: createSegmentCache({ verification }) });
  const [first, every] = [await open('first-read'), await open('every-read')];
  for (const key of keys) await storedBytes(every, key);
  const peers = await fillPeers(first, { folder: join(folder, 'peers'), size, keys });
  await requireEqual(first, keys, peers);
  context.log(`${size.name}: peers filled`);
  const gets: Readonly<Record<string, Get>> = {
    ...Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, peer.get])),
    'tilecurve, every read verified': (k) => peekTile(every, keys[k]!),
    'tilecurve, by promise': (k) => first.get(keys[k]!),
  };
  const ours: Get = (k) => peekTile(first, keys[k]!);
  const cases: Case[] = [];
  for (const choice of ['uniform', 'Zipf'] as const) {
    const picks = choosePicks(context, { choice, count: keys.length, lookups: size.lookups });
    const comparisons = await compareGets(picks, { ours, gets });
    const counts =
      choice === 'uniform'
        ? await costs(ours, { peers, keys, verifying: gets['tilecurve, every read verified']! })
        : {};
    cases.push({
      name: `${size.name}, ${choice}`,
      comparisons,
      counts: { 'us a tile': usOf(comparisons, size.lookups), ...counts },
    });
    // Said at once: a run cut short has not been for nothing.
    context.log(JSON.stringify(cases.at(-1)));
  }
  for (const peer of Object.values(peers)) await peer.close();
  await first.close();
  await every.close();
  await rm(folder, { recursive: true });
  return cases;
}

async function fillPeers(
  reader: LayerReader,
  { folder, size, keys }: { folder: string; size: Size; keys: readonly TileKey[] },
): Promise<Readonly<Record<string, PeerStore>>> {
  await mkdir(folder);
  const tiles: TilesToStore = {
    folder,
    cols: size.cols,
    count: keys.length,
    zoom: Math.ceil(Math.log2(Math.max(size.cols, size.rows))),
    tileAt: (k) => storedBytes(reader, keys[k]!),
  };
  return {
    'LMDB getBinary': await fillLmdb(tiles),
    'LevelDB getSync': await fillLevel(tiles),
    'MBTiles (SQLite)': await fillMbtiles(tiles),
    PMTiles: await fillPmtiles(tiles),
  };
}

async function storedBytes(reader: LayerReader, key: TileKey): Promise<Uint8Array> {
  const lookup = await reader.get(key);
  if (lookup.kind === 'found' && lookup.tile.kind === 'coded') return lookup.tile.bytes;
  throw new Error(`no coded tile at ${JSON.stringify(key)}`);
}

function peekTile(reader: LayerReader, key: TileKey): Uint8Array {
  const lookup = reader.peek(key);
  if (lookup?.kind === 'found' && lookup.tile.kind === 'coded') return lookup.tile.bytes;
  throw new Error(`no coded tile at once at ${JSON.stringify(key)}`);
}

/** A benchmark of wrong answers is none: every tile of every peer, once; it warms all of them up as well. */
async function requireEqual(
  reader: LayerReader,
  keys: readonly TileKey[],
  peers: Readonly<Record<string, PeerStore>>,
): Promise<void> {
  for (const [k, key] of keys.entries()) {
    const ours = await storedBytes(reader, key);
    for (const [name, peer] of Object.entries(peers)) {
      const found = (await peer.get(k)) as Uint8Array | { readonly data: ArrayBuffer } | undefined;
      const theirs = found && ('data' in found ? new Uint8Array(found.data) : found);
      if (theirs === undefined || Buffer.compare(ours, theirs) !== 0) {
        throw new Error(`layer and ${name} differ in tile ${k}`);
      }
    }
  }
}

function roundsOf({ scale }: BenchContext): number {
  return scale === 'full' ? 101 : 21;
}

function choosePicks(
  context: BenchContext,
  { choice, count, lookups }: { choice: 'uniform' | 'Zipf'; count: number; lookups: number },
): Int32Array[] {
  const random = createRandom(context.seed);
  const pick = choice === 'uniform' ? () => randomBelow(random, count) : zipfOver(count, random);
  return Array.from({ length: roundsOf(context) }, () => Int32Array.from({ length: lookups }, pick));
}

/** Ranks by their weight, the tiles of the ranks shuffled. */
function zipfOver(count: number, random: () => number): () => number {
  const upTo = new Float64Array(count);
  const tiles = Int32Array.from({ length: count }, (_, i) => i);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1) ** ZIPF;
    upTo[rank] = sum;
    const other = rank + randomBelow(random, count - rank);
    [tiles[rank], tiles[other]] = [tiles[other]!, tiles[rank]!];
  }
  return () => {
    const at = random() * sum;
    let low = 0;
    for (let high = count - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if (upTo[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return tiles[low]!;
  };
}

function compareGets(
  picks: readonly Int32Array[],
  { ours, gets }: { ours: Get; gets: Readonly<Record<string, Get>> },
): Promise<Comparison[]> {
  const each = (get: Get): Work => {
    return async (round) => {
      for (const k of picks[round]!) {
        const found = get(k);
        if (found instanceof Promise) await found;
      }
    };
  };
  return compare(
    each(ours),
    Object.fromEntries(Object.entries(gets).map(([name, get]) => [name, each(get)])),
    {
      rounds: picks.length,
      warmUps: 2,
      clock: 'cpu',
    },
  );
}

function usOf([first]: readonly Comparison[], lookups: number): number {
  return (first!.oursMs.median / lookups) * 1000;
}

async function costs(
  ours: Get,
  {
    peers,
    keys,
    verifying,
  }: { peers: Readonly<Record<string, PeerStore>>; keys: readonly TileKey[]; verifying: Get },
): Promise<Record<string, number>> {
  // A stride that has no divisor in common with the number of tiles meets them all.
  const at = (i: number) => (i * 7919) % keys.length;
  const lmdb = peers['LMDB getBinary']!.get;
  return {
    'bytes allocated a look-up': Math.round(allocationOf((i) => ours(at(i)))),
    'LMDB, bytes allocated': Math.round(allocationOf((i) => lmdb(at(i)))),
    'CPU % at 10,000/s': await cpuAt(PER_SECOND, (i) => ours(at(i))),
    'every read verified, CPU %': await cpuAt(PER_SECOND, (i) => verifying(at(i))),
    'LMDB, CPU %': await cpuAt(PER_SECOND, (i) => lmdb(at(i))),
  };
}

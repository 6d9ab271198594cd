import { type BlobStore, createMemoryStore } from '../../../src/blob/index.js';
import {
  commitManifest,
  FORMAT_VERSION,
  type Manifest,
  type SegmentEntry,
} from '../../../src/catalog/index.js';
import { encodeRecord, recordSchema } from '../../../src/codec/index.js';
import { type CurveIndex, createKeyIndex } from '../../../src/curve/index.js';
import { CRS84, type TileKey } from '../../../src/grid/index.js';
import { LayerReader } from '../../../src/layer/index.js';
import { parseSegmentName, type SegmentFile, writeSegments } from '../../../src/segment/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import { compare } from '../compare.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const TILE_SIDE = 16;
const TILES_A_SEGMENT = 1024;
/** Orders of the curve: 16,384, a million, 67 and 268 million tiles. */
const ORDERS = { short: [7, 10], full: [7, 10, 13, 14] } as const;
const LOOKUPS = 2000;
/** Segments the look-ups of a case go to; all stay open. */
const OPEN_SEGMENTS = 16;
const BOXES = 50;
const BOX_SIDE = 64;
const commitId = 'growth';
const run = { level: 0, parameter: 'p', partition: 'all' };

/** What grows with a layer and what stays flat: the same work at ever more tiles, against the same on the smallest. */
export async function growthSuite(context: BenchContext): Promise<SuiteResult> {
  const rounds = context.scale === 'full' ? 9 : 3;
  const layers: GrownLayer[] = [];
  for (const order of ORDERS[context.scale]) {
    layers.push(await growLayer(order, createRandom(context.seed)));
    context.log(`a manifest of ${4 ** order} tiles`);
  }
  const smallest = layers[0]!;
  const cases: Case[] = [];
  for (const layer of layers) {
    const counts = { tiles: layer.tiles, segments: layer.segments, 'manifest bytes': layer.manifestBytes };
    const works = {
      [`${LOOKUPS} look-ups`]: (of: GrownLayer) => () => of.lookUp(),
      [`${BOXES} plans of ${BOX_SIDE} x ${BOX_SIDE} tiles`]: (of: GrownLayer) => () => of.plan(),
      'opening the layer': (of: GrownLayer) => () => of.open(),
    };
    for (const [name, of] of Object.entries(works)) {
      const peers = { [`${smallest.tiles} tiles`]: of(smallest) };
      const comparisons = await compare(of(layer), peers, { rounds, warmUps: 2, clock: 'cpu' });
      cases.push({ name: `${name}, ${layer.tiles} tiles`, comparisons, counts });
      // Said at once: a run cut short has not been for nothing.
      context.log(JSON.stringify(cases.at(-1)));
    }
  }
  const setup = {
    layers: `simulated: manifests of ${TILES_A_SEGMENT} tiles a segment, segments made when they are opened`,
    'look-ups': `of 1 KiB tiles in ${OPEN_SEGMENTS} open segments, every read verified`,
    times: 'of the processors, all threads together',
    rounds,
  };
  return { setup, cases };
}

interface GrownLayer {
  readonly tiles: number;
  readonly segments: number;
  readonly manifestBytes: number;
  readonly lookUp: () => number;
  readonly plan: () => number;
  readonly open: () => Promise<unknown>;
}

async function growLayer(order: number, random: Random): Promise<GrownLayer> {
  const manifest = manifestOf(order, await makeSegment(order, 0));
  const store = createMemoryStore();
  await commitManifest(store, manifest);
  const reader = new LayerReader(withMadeSegments(store, order), manifest);
  const keys = await openedKeys(reader, order, random);
  const side = 2 ** order;
  const boxes = Array.from({ length: BOXES }, () => {
    const span = () => {
      const start = randomBelow(random, side - BOX_SIDE + 1) * TILE_SIDE;
      return [{ start, end: start + BOX_SIDE * TILE_SIDE }];
    };
    return { parameter: 'p', x: span(), y: span() };
  });
  const { segments } = manifest.runs[0]!;
  return {
    tiles: 4 ** order,
    segments: segments.length,
    manifestBytes: (await store.stat('layers/grown/manifests/00000000000001.json'))!.sizeBytes,
    lookUp: () => keys.reduce((sum, key) => sum + (reader.peek(key)?.kind === 'found' ? 1 : Number.NaN), 0),
    plan: () => boxes.reduce((sum, box) => sum + reader.plan(box).segments, 0),
    open: () => LayerReader.open(store, 'grown'),
  };
}

/** Random keys of a few segments, which are open after it. */
async function openedKeys(reader: LayerReader, order: number, random: Random): Promise<TileKey[]> {
  const { curve } = createKeyIndex(reader.manifest.keyIndex, reader.manifest);
  const firsts = Array.from(
    { length: OPEN_SEGMENTS },
    () => randomBelow(random, 4 ** order / TILES_A_SEGMENT) * TILES_A_SEGMENT,
  );
  const keys = Array.from({ length: LOOKUPS }, (_, i) => {
    const index = firsts[i % OPEN_SEGMENTS]! + randomBelow(random, TILES_A_SEGMENT);
    const [col, row] = curve.decode(index);
    return { level: 0, parameter: 'p', custom: [], t: 0, z: 0, row: row!, col: col! };
  });
  for (const key of keys) {
    if ((await reader.get(key)).kind !== 'found') throw new Error(`no tile at ${JSON.stringify(key)}`);
  }
  return keys;
}

/** Every segment is like the given one, at its own place. */
function manifestOf(order: number, { name, sizeBytes }: SegmentFile): Manifest {
  const axis = (name: string, cells: number) => ({
    name,
    coordinates: { kind: 'regular' as const, start: 0, step: 90 / cells, count: cells },
  });
  const summary = { valid: TILES_A_SEGMENT * TILE_SIDE ** 2, min: -17.25, max: 1234.5678, sum: 123456.789 };
  const segments = Array.from({ length: 4 ** order / TILES_A_SEGMENT }, (_, i): SegmentEntry => {
    const first = i * TILES_A_SEGMENT;
    return { ...name, first, last: first + TILES_A_SEGMENT - 1, sizeBytes, summary };
  });
  return {
    formatVersion: FORMAT_VERSION,
    layer: 'grown',
    uuid: 'grown',
    sequence: 1,
    commitId,
    createdAt: '2026-01-01T00:00:00Z',
    operation: 'write',
    title: 'Grown',
    attributes: {},
    grid: {
      crs: CRS84,
      x: axis('x', 2 ** order * TILE_SIDE),
      y: axis('y', 2 ** order * TILE_SIDE),
      custom: [],
    },
    parameters: [{ id: 'p', title: 'P', type: 'int32', scale: 1, offset: 0, axes: [], attributes: {} }],
    scheme: 'floating',
    tileShape: { t: 1, z: 1, row: TILE_SIDE, col: TILE_SIDE },
    keyIndex: { curve: { name: 'hilbert', bits: [order, order] } },
    codec: 'raw',
    levels: 1,
    levelMethods: {},
    statistics: {},
    runs: [{ ...run, z: 0, custom: [], segments }],
  };
}

/** The store, in which every segment exists: its bytes are made when it is opened. */
function withMadeSegments(store: BlobStore, order: number): BlobStore {
  return {
    ...store,
    async open(path) {
      const { first } = parseSegmentName(path.slice(path.lastIndexOf('/') + 1))!;
      const made = createMemoryStore();
      await made.put(path, (await makeSegment(order, first)).chunks);
      return made.open(path);
    },
  };
}

async function makeSegment(order: number, first: number): Promise<SegmentFile> {
  const keyIndex = { curve: { name: 'hilbert', bits: [order, order] } } as const;
  const { curve } = createKeyIndex(keyIndex, { grid: { crs: CRS84 } } as never);
  const shape = { t: 1, z: 1, row: TILE_SIDE, col: TILE_SIDE };
  const bytes = new Uint8Array(TILE_SIDE ** 2 * 4).fill(7);
  async function* records() {
    for (let index = first; index < first + TILES_A_SEGMENT; index++) {
      const [col, row] = curve.decode(index);
      const key = { level: 0, parameter: 'p', custom: [], t: 0, z: 0, row: row!, col: col! };
      const tile = { kind: 'coded', type: 'int32', shape, codec: 'raw', bytes } as const;
      yield { index: index as CurveIndex, value: encodeRecord([{ key, tile }]) };
    }
  }
  const limits = { limitBytes: 2 ** 26, generation: 1 };
  for await (const file of writeSegments(records(), { ...limits, run, commitId, schema: recordSchema }))
    return file;
  throw new Error('no segment');
}

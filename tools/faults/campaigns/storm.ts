import { setImmediate as turn } from 'node:timers/promises';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { decodeTile } from '../../../src/codec/index.js';
import { NotFoundError } from '../../../src/errors/index.js';
import { CRS84, type Grid } from '../../../src/grid/index.js';
import {
  collectGarbage,
  LayerReader,
  updateLayer,
  verifyLayer,
  writeLayer,
} from '../../../src/layer/index.js';
import { createSegmentCache, type SegmentCache } from '../../../src/segment/index.js';
import type { Source } from '../../../src/sources/index.js';
import { denseSource } from '../../dense-source.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { OpenSegments } from '../open-segments.js';

const LAYER = 'a';
/** 256 tiles in three dozen segments. */
const SIZES = { t: 4, row: 64, col: 64 };
const TILE = { t: 1, row: 8, col: 8 };
const SEGMENT_BYTES = 4096;
const CALLERS = 1000;
const MAX_HANDLES = 2;
/** Commits during one storm; two snapshots are kept, so that readers from before it lose theirs. */
const COMMITS = 3;
const KEPT = 2;
/** Every cell says in which snapshot it was written. */
const VERSION = 1e6;

/** The campaign of `npm run faults -- storm`. */
export const stormCampaign: Campaign = {
  about:
    '1,000 look-ups at once with two handles, callers that give up, commits and gc beneath; no wrong tile',
  unit: 'storms',
  fullCount: 50,
  run: runStormCampaign,
};

/**
 * Lets storms of look-ups loose on a layer that changes meanwhile: a volley of all callers at the start and after
 * each commit. Every answer must be of the reader's own snapshot, or the caller's own abort, or a NotFoundError once
 * the snapshot was collected; between storms no more files are open than the cache may keep, and none at the end.
 *
 * Throws: an Error that says in which storm what was found.
 */
export async function runStormCampaign({
  seed,
  count,
  folder,
  log,
}: CampaignContext): Promise<CampaignFigures> {
  const store = openDirectoryStore(folder);
  const cache = createSegmentCache({ maxHandles: MAX_HANDLES, maxIndexBytes: 20_000 });
  const open = new OpenSegments(folder);
  const random = createRandom(seed);
  const figures = { found: 0, aborted: 0, collected: 0, commits: 0, mostOpen: 0 };
  const options = { layer: LAYER, tileShape: TILE, segmentBytes: SEGMENT_BYTES, levels: 1 } as const;
  await writeLayer(store, sourceOf(1), options);
  let sequence = 1;
  for (let storm = 0; storm < count; storm++) {
    try {
      const made = await runStorm({ store, cache, open, random, sequence });
      for (const outcome of made.outcomes) figures[outcome]++;
      figures.mostOpen = Math.max(figures.mostOpen, made.mostOpen);
      log(`storm ${storm}: at most ${made.mostOpen} segments open`);
    } catch (cause) {
      throw new Error(`storm ${storm} of seed ${seed}: ${cause}`, { cause });
    }
    sequence += COMMITS;
    figures.commits += COMMITS;
  }
  await cache.close();
  if (open.count() > 0) throw new Error(`seed ${seed}: ${open.count()} segments are open at the end`);
  const { faults } = await verifyLayer(store, LAYER);
  if (faults.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(faults)}`);
  return figures;
}

type Outcome = 'found' | 'aborted' | 'collected';

interface Storm {
  readonly store: BlobStore;
  readonly cache: SegmentCache;
  readonly open: OpenSegments;
  readonly random: Random;
  /** The newest snapshot before it. */
  readonly sequence: number;
}

async function runStorm({ store, cache, open, random, sequence }: Storm) {
  const shared = await LayerReader.open(store, LAYER, { cache });
  const state = { newest: sequence };
  const outcomes: Promise<Outcome>[] = [];
  const volley = () => {
    for (let i = 0; i < CALLERS; i++) {
      const outcome = call({ store, cache, shared, state, random: createRandom(random() * 2 ** 32) });
      // A failure is looked at when all are done.
      outcome.catch(() => undefined);
      outcomes.push(outcome);
    }
  };
  open.watch();
  let mostOpen: number;
  try {
    volley();
    await change(store, state, volley);
    await Promise.allSettled(outcomes);
  } finally {
    mostOpen = open.unwatch();
  }
  const answers = await Promise.all(outcomes);
  await requireSettled(open, cache);
  // Files in use stay open, each once, and one may be closing; so do the writer's and the collector's.
  const bound = 2 * shared.manifest.runs[0]!.segments.length * (COMMITS + 1);
  if (mostOpen > bound) throw new Error(`${mostOpen} segments were open at once, expected ${bound} at most`);
  return { outcomes: answers, mostOpen };
}

interface Caller {
  readonly store: BlobStore;
  readonly cache: SegmentCache;
  /** A reader that was there before the storm. */
  readonly shared: LayerReader;
  readonly state: { readonly newest: number };
  readonly random: Random;
}

/** One caller: opens the layer or has it open, asks, and perhaps gives up. */
async function call({ store, cache, shared, state, random }: Caller): Promise<Outcome> {
  const controller = random() < 0.25 ? new AbortController() : undefined;
  const patience = randomBelow(random, 40);
  if (controller) void giveUp(controller, patience);
  const signal = controller?.signal;
  let sequence = Number.POSITIVE_INFINITY;
  try {
    for (let wait = randomBelow(random, 20); wait > 0; wait--) await turn();
    const reader =
      random() < 0.6 ? shared : await LayerReader.open(store, LAYER, { cache, ...(signal && { signal }) });
    sequence = reader.manifest.sequence;
    if (random() < 0.5) await getTile(reader, random, signal);
    else await readBox(reader, random, signal);
    return 'found';
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'aborted';
    const isCollected = sequence <= state.newest - KEPT;
    if (error instanceof NotFoundError && isCollected) return 'collected';
    throw error;
  }
}

async function giveUp(controller: AbortController, turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await turn();
  controller.abort();
}

async function getTile(reader: LayerReader, random: Random, signal: AbortSignal | undefined): Promise<void> {
  const [t, row, col] = [
    randomBelow(random, SIZES.t),
    randomBelow(random, SIZES.row / TILE.row),
    randomBelow(random, SIZES.col / TILE.col),
  ];
  const lookup = await reader.get({ level: 0, parameter: 'p', t, row, col, z: 0, custom: [] }, { signal });
  if (lookup.kind !== 'found') throw new Error(`tile ${[t, row, col]} is a ${lookup.kind}`);
  const cells = await decodeTile(lookup.tile, reader.parameter('p'));
  let i = 0;
  for (let y = row * TILE.row; y < (row + 1) * TILE.row; y++) {
    for (let x = col * TILE.col; x < (col + 1) * TILE.col; x++) {
      requireCell(cells[i++]!, { version: reader.manifest.sequence, at: [t, y, x] });
    }
  }
}

async function readBox(reader: LayerReader, random: Random, signal: AbortSignal | undefined): Promise<void> {
  const span = (size: number, longest: number) => {
    const start = randomBelow(random, size);
    return { start, end: Math.min(size, start + 1 + randomBelow(random, longest)) };
  };
  const [t, y, x] = [span(SIZES.t, 2), span(SIZES.row, 20), span(SIZES.col, 20)];
  const values = await reader.read(reader.plan({ parameter: 'p', t: [t], y: [y], x: [x] }), { signal });
  let i = 0;
  for (let k = t.start; k < t.end; k++) {
    for (let r = y.start; r < y.end; r++) {
      for (let c = x.start; c < x.end; c++) {
        requireCell(values[i++]!, { version: reader.manifest.sequence, at: [k, r, c] });
      }
    }
  }
}

function requireCell(found: number, cell: { version: number; at: readonly number[] }): void {
  const expected = valueAt(cell.version, cell.at);
  if (found !== expected) throw new Error(`cell ${cell.at}: found ${found}, expected ${expected}`);
}

function valueAt(version: number, [t, y, x]: readonly number[]): number {
  return version * VERSION + (t! * SIZES.row + y!) * SIZES.col + x!;
}

/** Commits whole new versions and collects what they replace. */
async function change(store: BlobStore, state: { newest: number }, onCommit: () => void): Promise<void> {
  for (let i = 0; i < COMMITS; i++) {
    const next = state.newest + 1;
    const update = { layer: LAYER, segmentBytes: SEGMENT_BYTES };
    const { manifest } = await updateLayer(store, sourceOf(next), update);
    if (manifest.sequence !== next) throw new Error(`snapshot ${manifest.sequence}, expected ${next}`);
    state.newest = next;
    onCommit();
    await collectGarbage(store, { layer: LAYER, keep: KEPT, graceMs: 0, nowMs: Date.now() + 60_000 });
  }
}

function sourceOf(version: number): Source {
  const axis = (name: string, start: number, step: number, count: number) => ({
    name,
    coordinates: { kind: 'regular' as const, start, step, count },
  });
  const grid: Grid = {
    crs: CRS84,
    x: axis('lon', 0, 0.5, SIZES.col),
    y: axis('lat', 40, -0.5, SIZES.row),
    t: { ...axis('time', 0, 3_600_000, SIZES.t), calendar: 'standard' },
    custom: [],
  };
  const plain = { id: 'p', title: 'P', type: 'float64', scale: 1, offset: 0, attributes: {} } as const;
  return denseSource(grid, [
    { ...plain, axes: ['t'], chunkCells: 32, valueAt: (at) => valueAt(version, at) },
  ]);
}

/** Once nobody asks any more, only what the cache keeps is open. */
async function requireSettled(open: OpenSegments, cache: SegmentCache): Promise<void> {
  // Files are closed by other threads, and nobody waits for them.
  for (let turns = 0; turns < 1000 && open.count() > MAX_HANDLES; turns++) await turn();
  const { handles } = cache.stats();
  if (handles <= MAX_HANDLES && open.count() <= MAX_HANDLES) return;
  throw new Error(`the cache has ${handles} handles, ${open.count()} segments are open, nobody uses one`);
}

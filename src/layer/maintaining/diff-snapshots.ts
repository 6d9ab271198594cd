import type { BlobOptions, BlobStore } from '../../blob/index.js';
import { type Manifest, openManifest, type RunEntry, type SegmentEntry } from '../../catalog/index.js';
import { decodeTile, type StoredPair } from '../../codec/index.js';
import type { TileKey } from '../../grid/index.js';
import { bytesOfCells, type Parameter } from '../../raster/index.js';
import { runId } from '../run-table.js';
import type { MaintenanceOptions } from './maintenance-options.js';
import {
  decodeStored,
  readRecords,
  type SegmentFile,
  type StoredRecord,
  segmentPath,
} from './segment-files.js';

const MAX_KEYS = 1000;

/** One tile that two snapshots do not have in common. */
export interface TileChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly key: TileKey;
}

/** What differs between two snapshots of a layer. */
export interface SnapshotDiff {
  readonly layer: string;
  readonly from: number;
  readonly to: number;
  /** Members of the manifest that differ: title, grid, tileShape, keyIndex, codec, ... */
  readonly layout: readonly string[];
  readonly axes: readonly string[];
  readonly parameters: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  /** Paths; `changed` are segments of the later snapshot that took a stretch of the curve over from others. */
  readonly segments: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  /** Absent when tiles mean different cells, or lie on different curves. `keys` lists the first of them. */
  readonly tiles?: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly keys: readonly TileChange[];
  };
}

/**
 * Compares two snapshots. Only segments that are not in both are read; tiles differ when their cells do, however
 * they are packed.
 *
 * Throws: NotFoundError; CorruptionError.
 */
export async function diffSnapshots(
  store: BlobStore,
  { layer, from, to }: { readonly layer: string; readonly from: number; readonly to: number },
  { maxKeys = MAX_KEYS, ...options }: MaintenanceOptions & { readonly maxKeys?: number } = {},
): Promise<SnapshotDiff> {
  const before = await openManifest(store, { layer, sequence: from }, options);
  const after = await openManifest(store, { layer, sequence: to }, options);
  const runs = pairRuns(before, after);
  const layout = differingMembers(before, after, [
    'title',
    'attributes',
    'scheme',
    'tileShape',
    'keyIndex',
    'codec',
    'levels',
    'levelMethods',
  ]);
  const isComparable = !layout.includes('tileShape') && !layout.includes('keyIndex');
  const tiles = isComparable ? await diffTiles(store, { before, after, runs, maxKeys }, options) : undefined;
  return {
    layer,
    from,
    to,
    layout,
    axes: diffAxes(before, after),
    parameters: diffParameters(before, after),
    segments: joinSegments(layer, runs),
    ...(tiles && { tiles }),
  };
}

function differingMembers(a: Manifest, b: Manifest, members: readonly (keyof Manifest)[]): string[] {
  return members.filter((member) => !isEqual(a[member], b[member]));
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function diffAxes({ grid: a }: Manifest, { grid: b }: Manifest): string[] {
  const names = (['x', 'y', 'z', 't', 'crs'] as const).filter((name) => !isEqual(a[name], b[name]));
  const custom = new Set([...a.custom, ...b.custom].map(({ name }) => name));
  const axisOf = (grid: Manifest['grid'], name: string) => grid.custom.find((axis) => axis.name === name);
  return [...names, ...[...custom].filter((name) => !isEqual(axisOf(a, name), axisOf(b, name)))];
}

function diffParameters(a: Manifest, b: Manifest): SnapshotDiff['parameters'] {
  const before = new Map(a.parameters.map((parameter) => [parameter.id, parameter]));
  const after = new Map(b.parameters.map((parameter) => [parameter.id, parameter]));
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: [...after.keys()].filter((id) => before.has(id) && !isEqual(before.get(id), after.get(id))),
  };
}

/** The segments of one run that only one of two snapshots has. */
interface RunPair {
  readonly run: RunEntry;
  readonly removed: readonly SegmentEntry[];
  readonly added: readonly SegmentEntry[];
}

function pairRuns(a: Manifest, b: Manifest): RunPair[] {
  const runs = new Map<string, { before?: RunEntry; after?: RunEntry }>();
  for (const run of a.runs) runs.set(runId(run), { before: run });
  for (const run of b.runs) runs.set(runId(run), { ...runs.get(runId(run)), after: run });
  return [...runs.values()].flatMap(({ before, after }) => {
    const known = new Set(before?.segments.map(({ sha }) => sha));
    const kept = new Set(after?.segments.map(({ sha }) => sha));
    const removed = before?.segments.filter(({ sha }) => !kept.has(sha)) ?? [];
    const added = after?.segments.filter(({ sha }) => !known.has(sha)) ?? [];
    return removed.length + added.length === 0 ? [] : [{ run: (after ?? before)!, removed, added }];
  });
}

function joinSegments(layer: string, runs: readonly RunPair[]): SnapshotDiff['segments'] {
  const lists = { added: [] as string[], removed: [] as string[], changed: [] as string[] };
  for (const { run, added, removed } of runs) {
    for (const segment of added) {
      const list = meetsAny(segment, removed) ? lists.changed : lists.added;
      list.push(segmentPath(layer, run, segment));
    }
    for (const segment of removed) {
      if (!meetsAny(segment, added)) lists.removed.push(segmentPath(layer, run, segment));
    }
  }
  return lists;
}

/** `others` are ascending and disjoint. */
function meetsAny({ first, last }: SegmentEntry, others: readonly SegmentEntry[]): boolean {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (others[middle]!.last < first) low = middle + 1;
    else high = middle;
  }
  return low < others.length && others[low]!.first <= last;
}

async function diffTiles(
  store: BlobStore,
  job: { before: Manifest; after: Manifest; runs: readonly RunPair[]; maxKeys: number },
  options: MaintenanceOptions,
): Promise<NonNullable<SnapshotDiff['tiles']>> {
  const { before, after, runs, maxKeys } = job;
  const counts = { added: 0, removed: 0, changed: 0 };
  const keys: TileChange[] = [];
  for (const [done, pair] of runs.entries()) {
    const parameters = [before, after].map(({ parameters }) =>
      parameters.find(({ id }) => id === pair.run.parameter),
    );
    for await (const change of diffRun(store, { layer: after.layer, pair, parameters }, options)) {
      counts[change.change]++;
      if (keys.length < maxKeys) keys.push(change);
    }
    options.onProgress?.({ phase: 'comparing', done: done + 1, total: runs.length });
  }
  return { ...counts, keys };
}

async function* diffRun(
  store: BlobStore,
  job: { layer: string; pair: RunPair; parameters: readonly (Parameter | undefined)[] },
  options: BlobOptions,
): AsyncGenerator<TileChange> {
  const { layer, pair, parameters } = job;
  const { run } = pair;
  const filesOf = (segments: readonly SegmentEntry[]): SegmentFile[] =>
    segments.map((segment) => ({ run, segment, path: segmentPath(layer, run, segment) }));
  const removed = readRecords(store, filesOf(pair.removed), options);
  const added = readRecords(store, filesOf(pair.added), options);
  for await (const [before, after] of joinByIndex(removed, added)) {
    if (before && after && Buffer.compare(before.value, after.value) === 0) continue;
    yield* diffRecord(pairsOf(before), pairsOf(after), parameters);
  }
}

/** Records of two ascending streams, those of one index together. */
async function* joinByIndex(
  a: AsyncGenerator<StoredRecord>,
  b: AsyncGenerator<StoredRecord>,
): AsyncGenerator<readonly [StoredRecord | undefined, StoredRecord | undefined]> {
  try {
    let [left, right] = [await a.next(), await b.next()];
    while (!left.done || !right.done) {
      const order = compareIndexes(left, right);
      yield [order <= 0 ? left.value! : undefined, order >= 0 ? right.value! : undefined];
      if (order <= 0) left = await a.next();
      if (order >= 0) right = await b.next();
    }
  } finally {
    await a.return(undefined);
    await b.return(undefined);
  }
}

function compareIndexes(
  left: IteratorResult<StoredRecord, unknown>,
  right: IteratorResult<StoredRecord, unknown>,
): number {
  if (left.done) return 1;
  return right.done ? -1 : left.value.index - right.value.index;
}

function pairsOf(record: StoredRecord | undefined): Map<number, StoredPair> {
  if (record === undefined) return new Map();
  const pairs = decodeStored(record);
  // Tiles of one run and index differ by their time only.
  return new Map(pairs.map((pair) => [pair.key.t, pair]));
}

async function* diffRecord(
  before: ReadonlyMap<number, StoredPair>,
  after: ReadonlyMap<number, StoredPair>,
  parameters: readonly (Parameter | undefined)[],
): AsyncGenerator<TileChange> {
  for (const [t, pair] of before) if (!after.has(t)) yield { change: 'removed', key: pair.key };
  for (const [t, pair] of after) {
    const old = before.get(t);
    if (old === undefined) yield { change: 'added', key: pair.key };
    else if (!(await hasSameCells(old, pair, parameters))) yield { change: 'changed', key: pair.key };
  }
}

async function hasSameCells(
  { tile: a }: StoredPair,
  { tile: b }: StoredPair,
  [parameterA, parameterB]: readonly (Parameter | undefined)[],
): Promise<boolean> {
  if (a.type !== b.type || !isEqual(a.shape, b.shape)) return false;
  if (a.kind === 'constant' && b.kind === 'constant') return Object.is(a.value, b.value);
  const isSameCode = a.kind === 'coded' && b.kind === 'coded' && a.codec === b.codec;
  if (isSameCode && Buffer.compare(a.bytes, b.bytes) === 0) return true;
  if (!parameterA || !parameterB) return false;
  const [cellsA, cellsB] = [await decodeTile(a, parameterA), await decodeTile(b, parameterB)];
  return Buffer.compare(bytesOfCells(cellsA), bytesOfCells(cellsB)) === 0;
}

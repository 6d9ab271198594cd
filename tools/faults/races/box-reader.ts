import { openDirectoryStore } from '../../../src/blob/index.js';
import { NotFoundError } from '../../../src/errors/index.js';
import { LayerReader } from '../../../src/layer/index.js';
import { createSegmentCache } from '../../../src/segment/index.js';
import { createRandom, randomBelow } from '../../random.js';
import { BOX_PARAMETER, type CellBox } from '../box-source.js';
import { findWrongCell, STAMPED_GRID, STAMPED_LAYER, versionOf } from './stamped-cells.js';

/** How a reader is told what to do; it ends when it has made `reads` and is told to. */
export interface ReaderTask {
  readonly store: string;
  readonly seed: number;
  readonly reads: number;
  /** Segments it may keep open: with few of them it must open what a collection has removed. */
  readonly maxHandles: number;
}

/** What a reader has done so far. */
export interface ReaderCounts {
  reads: number;
  /** Reads that a collection had taken the file of; the reader then opened the layer anew. */
  gone: number;
  /** Reads of a snapshot that was not the newest any more when the next one was opened. */
  held: number;
  snapshots: number;
}

const REPORT_EVERY = 25;
/** Reads of one snapshot, at most. */
const MAX_HELD = 120;
/** Levels whose sizes are whole: 48 by 56, 24 by 28, 12 by 14. */
const LEVELS = 3;

const task = JSON.parse(process.argv[2]!) as ReaderTask;
const store = openDirectoryStore(task.store);
const random = createRandom(task.seed);
const cache = createSegmentCache({ maxHandles: task.maxHandles });
const counts: ReaderCounts = { reads: 0, gone: 0, held: 0, snapshots: 1 };
let isToldToEnd = false;

process.send!('ready');
await new Promise((begin) => process.once('message', begin));
process.on('message', () => {
  isToldToEnd = true;
});
let reader = await LayerReader.open(store, STAMPED_LAYER, { cache });
while (!isToldToEnd || counts.reads < task.reads) {
  const reads = randomBelow(random, MAX_HELD);
  for (let i = 0; i < reads; i++) {
    if (!(await readBox())) break;
  }
  await openNewest(reads);
}
await cache.close();
process.send!(counts);
process.disconnect();

/** False when the snapshot was collected, and the file that is asked for with it. */
async function readBox(): Promise<boolean> {
  const level = randomBelow(random, LEVELS);
  const box = chooseBox(level);
  const { sequence } = reader.manifest;
  counts.reads += 1;
  if (counts.reads % REPORT_EVERY === 0) process.send!(counts);
  let values: Float64Array;
  try {
    const [row, col] = [box.row, box.col].map(([start, end]) => [{ start, end }]);
    values = await reader.read(reader.plan({ parameter: BOX_PARAMETER, level, y: row!, x: col! }));
  } catch (error) {
    await requireGone(error, sequence);
    return false;
  }
  const wrong = findWrongCell(values, { box, level, version: sequence });
  if (wrong === undefined) return true;
  throw new Error(
    `snapshot ${sequence}, level ${level}: ${JSON.stringify(wrong)} is of version ${versionOf(wrong.found)}`,
  );
}

function chooseBox(level: number): CellBox {
  const span = (length: number): [number, number] => {
    const start = randomBelow(random, length);
    return [start, start + 1 + randomBelow(random, length - start)];
  };
  return { row: span(STAMPED_GRID.rows / 2 ** level), col: span(STAMPED_GRID.cols / 2 ** level) };
}

/** The one error a reader may get: a file of a snapshot that is not the newest is named, and is gone. */
async function requireGone(error: unknown, sequence: number): Promise<void> {
  if (!(error instanceof NotFoundError)) throw error;
  const path = String(error.fields.path);
  const newest = await LayerReader.open(store, STAMPED_LAYER, { cache });
  if (!path.endsWith('.seg') || newest.manifest.sequence === sequence) throw error;
  counts.gone += 1;
}

async function openNewest(reads: number): Promise<void> {
  const before = reader.manifest.sequence;
  reader = await reader.refresh();
  const { sequence } = reader.manifest;
  if (sequence < before) throw new Error(`snapshot ${sequence} after ${before}`);
  if (sequence === before) return;
  counts.snapshots += 1;
  counts.held += reads;
}

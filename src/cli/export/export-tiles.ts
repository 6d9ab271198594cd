import { createHash } from 'node:crypto';
import { CorruptionError, describeError, NotFoundError } from '../../errors/index.js';
import type { LayerReader } from '../../layer/index.js';
import {
  centerOf,
  DrawingThreads,
  describeTileSet,
  drawTileSet,
  sampleOf,
  type TileSetFormat,
  type TileSetPlan,
  wrapped,
} from '../../maps/index.js';
import { type StoredTile, type TileType, tileIdOf } from '../../pmtiles/index.js';
import { printNote } from '../output.js';
import type { ProgressLine } from '../progress.js';
import { Stopped } from '../stopped.js';
import { ArchiveOutput } from './archive-output.js';
import { FolderOutput } from './folder-output.js';
import { PartFolder } from './part-folder.js';
import type { WorkShares } from './share-work.js';
import type { StoredTiles, TileOutput, TileSetFacts } from './tile-output.js';

/** A later version that draws or stores otherwise must not go on with what this one began. */
const exportVersion = 2;

const tileTypes: Readonly<Record<TileSetFormat, TileType>> = {
  png: 'png',
  webp: 'webp',
  jpg: 'jpg',
  f32: 'other',
  f16: 'other',
  q16: 'png',
  q24: 'png',
};

/** Where tiles go. */
export interface ExportTarget {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly kind: 'folder' | 'archive';
  /** Of archives. */
  readonly isReplacing: boolean;
}

/** How a set of tiles is exported. */
export interface ExportTask {
  readonly target: ExportTarget;
  /** Of the store. */
  readonly location: string;
  readonly shares: WorkShares;
  /** Whether what an earlier export left is not used. */
  readonly isAnew: boolean;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
}

/** What an export made. */
export interface ExportedTiles extends StoredTiles {
  readonly tiles: number;
  /** Of these, by an earlier export that did not end. */
  readonly resumed: number;
}

/**
 * Draws a set of tiles and stores them, going on where an earlier export of the same ended. What is stored stays when the
 * signal aborts, or when this one fails before it adds to it, and is taken away after any other failure.
 *
 * Throws: NotFoundError when no tile has a value; ConflictError for a target that is there or in use.
 */
export async function exportTiles(
  reader: LayerReader,
  plan: TileSetPlan,
  task: ExportTask,
): Promise<ExportedTiles> {
  const { target, isAnew, signal, progress } = task;
  const part = await PartFolder.open(target.path, { request: fingerprint(reader, plan, target), isAnew });
  let exported: ExportedTiles;
  try {
    exported = await fill(part, { reader, plan, task });
  } catch (error) {
    // What led to it matters more than what is left.
    await (signal.aborted || part.isAsFound ? part.keep() : part.remove()).catch(noteLeft);
    throw signal.reason instanceof Stopped ? stoppedIn(part, signal.reason) : error;
  } finally {
    progress.end();
  }
  // The tiles are under their name already.
  await part.remove().catch(noteLeft);
  return exported;
}

function stoppedIn({ path }: PartFolder, { by }: Stopped): Stopped {
  return new Stopped(by, `what is done stays in ${path}, and the same command goes on there`);
}

function noteLeft(error: unknown): void {
  printNote(`the folder of the unfinished export stays: ${describeError(error)}`);
}

interface Job {
  readonly reader: LayerReader;
  readonly plan: TileSetPlan;
  readonly task: ExportTask;
}

async function fill(part: PartFolder, job: Job): Promise<ExportedTiles> {
  const { reader, plan, task } = job;
  const output = await takeUp(part, job);
  try {
    const resumed = countStored(part.stored);
    const tiles = resumed + (await draw(part, output, job));
    if (tiles === 0)
      throw new NotFoundError('no tile has a value', { to: task.target.path, tiles: plan.tiles });
    const stored = await output.finish(describe(reader, plan));
    return { ...stored, tiles, resumed };
  } finally {
    await output.close();
  }
}

/** The output with all that is stored, or a new one where that is damaged. */
async function takeUp(part: PartFolder, job: Job): Promise<TileOutput> {
  const output = await openOutput(part, job);
  try {
    for (const stored of part.stored) if (stored.length > 0) await output.restore(stored);
    return output;
  } catch (error) {
    await output.close();
    if (!(error instanceof CorruptionError)) throw error;
    await part.renew();
    return openOutput(part, job);
  }
}

function openOutput({ tiles: temporary }: PartFolder, { plan, task: { target } }: Job): Promise<TileOutput> {
  return target.kind === 'folder'
    ? FolderOutput.open({ temporary, folder: target.path, extension: plan.shown.format })
    : ArchiveOutput.open({ temporary, file: target.path, isReplacing: target.isReplacing });
}

/** Draws what is not stored; how many tiles have a value. */
async function draw(part: PartFolder, output: TileOutput, { reader, plan, task }: Job): Promise<number> {
  let [tiles, done] = [0, part.stored.length];
  const total = plan.tiles;
  const show = () => task.progress.update({ phase: 'drawing', done, total, unit: 'tiles' });
  show();
  const threads = task.shares.threads === 1 ? undefined : openThreads({ reader, plan, task });
  const options = { lanes: task.shares.lanes, threads, after: part.stored.at(-1)?.id, signal: task.signal };
  try {
    for await (const { tile, bytes } of drawTileSet(reader, plan, options)) {
      const isEmpty = bytes === undefined;
      await part.note(
        isEmpty ? { id: tileIdOf(tile), offset: 0, length: 0, checksum: 0 } : await output.put(tile, bytes),
      );
      if (!isEmpty) tiles++;
      done++;
      show();
    }
    return tiles;
  } finally {
    await threads?.close();
  }
}

function openThreads({ reader, plan, task }: Job): DrawingThreads {
  const { layer, sequence } = reader.manifest;
  const { threads, lanes, unpackedBytes } = task.shares;
  const set = { shown: plan.shown, sample: sampleOf(plan) };
  return new DrawingThreads(threads, {
    ...set,
    location: task.location,
    layer,
    sequence,
    unpackedBytes,
    lanes,
  });
}

function describe(reader: LayerReader, plan: TileSetPlan): TileSetFacts {
  const { minZoom, maxZoom, bounds, shown } = plan;
  const type = tileTypes[shown.format];
  const facts = { type, minZoom, maxZoom, bounds: wrapped(bounds), center: centerOf(plan) };
  return { facts, metadata: describeTileSet(reader, plan) };
}

function countStored(stored: readonly StoredTile[]): number {
  return stored.filter(({ length }) => length > 0).length;
}

/** Equal for two exports that make the same tiles, byte for byte. */
function fingerprint({ manifest, etag }: LayerReader, plan: TileSetPlan, { kind }: ExportTarget): string {
  const { shown, boxes, sample } = plan;
  const decided = [exportVersion, process.version, kind, manifest.uuid, etag, shown, boxes, sample.drawing];
  return createHash('sha256').update(JSON.stringify(decided)).digest('hex');
}

import { join } from 'node:path';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { findManifest } from '../../../src/catalog/index.js';
import { collectGarbage, listSnapshots, verifyLayer, writeLayer } from '../../../src/layer/index.js';
import { createRandom, type Random } from '../../random.js';
import { BOX_PARAMETER, boxSource, changeBox } from '../box-source.js';
import type { CampaignContext, CampaignFigures } from '../campaign.js';
import { type FieldCells, requireCells } from '../field-cells.js';
import { requireNoLeftovers } from '../leftovers.js';
import { startWorker, type WorkerProcess } from '../worker-process.js';
import {
  DELETED_BOX,
  DELETED_LAYER,
  DELETED_LAYOUT,
  type DeletionRound,
  type DeletionTask,
  type DeletionTry,
  MAX_RACERS,
  rowOf,
} from './deletion-plan.js';

const RACER = join(import.meta.dirname, 'deletion-racer.ts');
/** About as long as one of the things takes that are done in a round. */
const SPREAD_MS = 80;
/** In between names are used again beside the mark of their deletion. */
const ROUNDS_PER_COLLECTION = 4;

/** The newest snapshot when a round begins. */
interface StartingPoint {
  readonly sequence: number;
  readonly cells: FieldCells;
}

/**
 * Rounds in which one process deletes a layer while others update, overwrite, reindex, compact and roll it back. What
 * was acknowledged is gone with the layer, or in the one that was written after it; no snapshot lists what is gone.
 */
export async function raceDeletions(
  { seed, count, folder, log }: CampaignContext,
  racers = MAX_RACERS,
): Promise<CampaignFigures> {
  const path = join(folder, 'deletions');
  const race = new DeletionRace(path, { seed, racers });
  try {
    for (let round = 1; round <= count; round++) {
      try {
        await race.run(round);
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(race.tries)}`, { cause: error });
      }
    }
    log(`${count} deletions raced`);
    await race.end();
    return race.figures;
  } finally {
    race.kill();
  }
}

class DeletionRace {
  tries: DeletionTry[] = [];
  readonly figures = { rounds: 0, deletions: 0, landed: 0, refused: 0, writtenAgain: 0 };
  readonly #path: string;
  readonly #store: BlobStore;
  readonly #random: Random;
  readonly #workers: readonly WorkerProcess<DeletionTry>[];
  #roundEnds: () => void = () => {};

  constructor(path: string, { seed, racers }: { readonly seed: number; readonly racers: number }) {
    this.#path = path;
    this.#store = openDirectoryStore(path);
    this.#random = createRandom(seed);
    this.#workers = Array.from({ length: racers }, (_, racer) => {
      const task: DeletionTask = { store: path, racer, seed: seed * MAX_RACERS + racer };
      return startWorker<DeletionTry>(RACER, task, (outcome) => {
        this.tries.push(outcome);
        if (this.tries.length === racers) this.#roundEnds();
      });
    });
  }

  async run(number: number): Promise<void> {
    await Promise.all(this.#workers.map(({ isReady }) => isReady));
    const start = await this.#writeStart(number);
    this.tries = [];
    const hasEnded = new Promise<void>((done) => {
      this.#roundEnds = done;
    });
    const round: DeletionRound = { number, spreadMs: this.#random() * SPREAD_MS };
    for (const worker of this.#workers) worker.send(JSON.stringify(round));
    await Promise.race([hasEnded, ...this.#workers.map(({ ended }) => ended)]);
    await this.#check(start);
    if (number % ROUNDS_PER_COLLECTION === 0) await this.#collect();
  }

  async end(): Promise<void> {
    for (const worker of this.#workers) worker.send('end');
    await Promise.all(this.#workers.map(({ ended }) => ended));
  }

  kill(): void {
    for (const worker of this.#workers) worker.kill();
  }

  async #writeStart(number: number): Promise<StartingPoint> {
    const value = 100 * number + 99;
    const source = boxSource(DELETED_BOX, () => value);
    const { manifest } = await writeLayer(this.#store, source, { ...DELETED_LAYOUT, overwrite: true });
    return { sequence: manifest.sequence, cells: fullOf(value) };
  }

  async #check(start: StartingPoint): Promise<void> {
    const failed = this.tries.find(({ failure }) => failure !== undefined);
    if (failed) throw new Error(`${failed.action}: ${failed.failure}`);
    const landed = this.tries.filter(({ snapshot }) => snapshot !== undefined);
    const isDeleted = this.tries.some(({ action, refusal }) => action === 'delete' && refusal === undefined);
    const live = await this.#liveSnapshots();
    for (const sequence of live) {
      const { faults } = await verifyLayer(this.#store, DELETED_LAYER, { sequence });
      if (faults.length > 0) throw new Error(`snapshot ${sequence}: ${JSON.stringify(faults)}`);
    }
    if (isDeleted) await this.#requireHistory(live, { landed });
    else await this.#requireHistory(after(live, start.sequence), { landed, start });
    const [first = Number.POSITIVE_INFINITY] = live;
    const lost = landed.filter(({ snapshot }) => !live.includes(snapshot!));
    const wrong = lost.find(({ snapshot }) => !isDeleted || snapshot! > first);
    if (wrong) throw new Error(`snapshot ${wrong.snapshot} is gone, and should be there`);
    this.figures.rounds += 1;
    this.figures.deletions += isDeleted ? 1 : 0;
    this.figures.landed += landed.length;
    this.figures.refused += this.tries.filter(({ refusal }) => refusal !== undefined).length;
    this.figures.writtenAgain += isDeleted && live.length > 0 ? 1 : 0;
  }

  async #liveSnapshots(): Promise<number[]> {
    if ((await findManifest(this.#store, DELETED_LAYER)) === undefined) return [];
    return (await listSnapshots(this.#store, DELETED_LAYER)).map(({ snapshot }) => snapshot);
  }

  /** Each snapshot is the one before it and what was acknowledged with its number; without `start` the first is a new layer. */
  async #requireHistory(
    live: readonly number[],
    { landed, start }: { readonly landed: readonly DeletionTry[]; readonly start?: StartingPoint },
  ): Promise<void> {
    const known = new Map(start ? [[start.sequence, start.cells]] : []);
    let expected = start?.cells;
    for (const sequence of live) {
      const made = landed.find(({ snapshot }) => snapshot === sequence);
      if (made === undefined) throw new Error(`snapshot ${sequence} was acknowledged to nobody`);
      expected = changedBy(made, made.to === undefined ? expected : known.get(made.to));
      known.set(sequence, expected);
      await requireCells(this.#store, { layer: DELETED_LAYER, parameter: BOX_PARAMETER, sequence }, expected);
    }
  }

  /** As if the grace time was over: what is left are the snapshots of the layer that is there, if one is. */
  async #collect(): Promise<void> {
    const newest = (await this.#liveSnapshots()).at(-1);
    const { layers } = await collectGarbage(this.#store, { keep: 1, graceMs: 0, nowMs: Date.now() + 60_000 });
    const kept = layers.flatMap((layer) => layer.kept);
    if (JSON.stringify(kept) !== JSON.stringify(newest === undefined ? [] : [newest])) {
      throw new Error(`${JSON.stringify(layers)} is left of snapshot ${newest}`);
    }
    await requireNoLeftovers(this.#path);
  }
}

function after(sequences: readonly number[], start: number): number[] {
  return sequences.filter((sequence) => sequence > start);
}

function fullOf(value: number): FieldCells {
  const [rows, cols] = [DELETED_BOX.row[1], DELETED_BOX.col[1]];
  return { times: 1, rows, cols, values: new Float64Array(rows * cols).fill(value) };
}

function changedBy({ action, value, racer }: DeletionTry, cells: FieldCells | undefined): FieldCells {
  if (action === 'overwrite') return fullOf(value);
  if (cells === undefined) throw new Error(`${action} made a layer out of one that was deleted`);
  // The others change how cells are stored, and no cell.
  return action === 'update' ? changeBox(cells, rowOf(racer), () => value) : cells;
}

import { join } from 'node:path';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { collectGarbage, updateLayer, writeLayer } from '../../../src/layer/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import { BOX_PARAMETER, boxSource } from '../box-source.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { requireNoLeftovers, requireSound } from '../leftovers.js';
import type { ReaderCounts, ReaderTask } from '../races/box-reader.js';
import { STAMPED_GRID, STAMPED_LAYER, stampAt } from '../races/stamped-cells.js';
import { startWorker, type WorkerProcess } from '../worker-process.js';

const READER = join(import.meta.dirname, '../races/box-reader.ts');
const READERS = 4;
const READS_PER_PUBLISH = 125;
const FEW_HANDLES = 2;
const MANY_HANDLES = 256;
const GARBAGE_SHARE = 0.6;
const SHORT_GRACE_MS = 50;

/** The campaign of `npm run faults -- readers`. */
export const readersCampaign: Campaign = {
  about: 'processes read boxes while the layer is published and collected: no mixed answer, no older one',
  unit: 'publishes',
  fullCount: 200,
  run: (context) => publishToReaders(context, READERS),
};

/** `readers` processes read while the layer is published `count` times; each reads 125 boxes for each. */
export async function publishToReaders(
  { seed, count, folder, log }: CampaignContext,
  readers: number,
): Promise<CampaignFigures> {
  const path = join(folder, 'store');
  const store = openDirectoryStore(path);
  await publish(store, 1, 'write');
  const reads = count * READS_PER_PUBLISH;
  const crowd = new ReaderCrowd(
    Array.from({ length: readers }, (_, reader): ReaderTask => {
      const maxHandles = reader % 2 === 0 ? FEW_HANDLES : MANY_HANDLES;
      return { store: path, seed: seed * READERS + reader, reads, maxHandles };
    }),
  );
  try {
    await crowd.begin();
    const random = createRandom(seed);
    let collections = 0;
    for (let version = 2; version <= count + 1; version++) {
      await publish(store, version, random() < 0.5 ? 'write' : 'update');
      if (random() < GARBAGE_SHARE) {
        await collect(store, random);
        collections += 1;
      }
      await crowd.untilReads(((version - 1) / count) * reads * readers);
    }
    const figures = await crowd.end();
    log(JSON.stringify(figures));
    await collectGarbage(store, { graceMs: 0, keep: 1 });
    await requireNoLeftovers(path);
    await requireSound(store);
    return { publishes: count, collections, readers, ...figures };
  } finally {
    crowd.kill();
  }
}

/** Makes snapshot `version` of the layer, all of whose cells say so. */
async function publish(store: BlobStore, version: number, how: 'write' | 'update'): Promise<void> {
  const { rows, cols, tile } = STAMPED_GRID;
  const source = boxSource({ row: [0, rows], col: [0, cols] }, (row, col) => stampAt(version, row, col));
  const common = { layer: STAMPED_LAYER, segmentBytes: 4096 };
  const { manifest } =
    how === 'update'
      ? await updateLayer(store, source, common)
      : await writeLayer(store, source, {
          ...common,
          overwrite: true,
          tileShape: { row: tile, col: tile },
          levelMethods: { [BOX_PARAMETER]: 'max' },
        });
  if (manifest.sequence !== version) throw new Error(`version ${version} became ${manifest.sequence}`);
}

/** Nobody writes meanwhile, so the grace time may be as short as one likes; readers hold what is collected. */
async function collect(store: BlobStore, random: Random): Promise<void> {
  await collectGarbage(store, {
    graceMs: random() < 0.5 ? 0 : SHORT_GRACE_MS,
    keep: 1 + randomBelow(random, 2),
  });
}

/** The reading processes, and how far they are. */
class ReaderCrowd {
  readonly #workers: readonly WorkerProcess<ReaderCounts>[];
  readonly #counts: ReaderCounts[];
  #onProgress: () => void = () => {};

  constructor(tasks: readonly ReaderTask[]) {
    this.#counts = tasks.map(() => ({ reads: 0, gone: 0, held: 0, snapshots: 0 }));
    this.#workers = tasks.map((task, i) =>
      startWorker<ReaderCounts>(READER, task, (counts) => {
        this.#counts[i] = counts;
        this.#onProgress();
      }),
    );
  }

  async begin(): Promise<void> {
    await Promise.all(this.#workers.map(({ isReady }) => isReady));
    for (const worker of this.#workers) worker.send('begin');
  }

  /** Resolves once all together have made so many reads. Rejects when one of them has found something wrong. */
  async untilReads(reads: number): Promise<void> {
    const reached = new Promise<void>((done) => {
      this.#onProgress = () => {
        if (this.#sum('reads') >= reads) done();
      };
      this.#onProgress();
    });
    await Promise.race([reached, this.#failed()]);
  }

  async end(): Promise<ReaderCounts> {
    for (const worker of this.#workers) worker.send('end');
    await Promise.all(this.#workers.map(({ ended }) => ended));
    const [reads, gone] = [this.#sum('reads'), this.#sum('gone')];
    return { reads, gone, held: this.#sum('held'), snapshots: this.#sum('snapshots') };
  }

  kill(): void {
    for (const worker of this.#workers) worker.kill();
  }

  /** None ends before it is told to, unless badly. */
  async #failed(): Promise<void> {
    await Promise.race(this.#workers.map(({ ended }) => ended));
    throw new Error('a reader has ended too early');
  }

  #sum(name: keyof ReaderCounts): number {
    return this.#counts.reduce((sum, counts) => sum + counts[name], 0);
  }
}

import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BlobStore, openStore } from '../../../src/blob/index.js';
import { LayerReader } from '../../../src/layer/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import type { Campaign, CampaignContext } from '../campaign.js';
import { checkMaintenance, maintenanceNames } from '../rot/check-maintenance.js';
import { checkMetadata, checkRebuildFromHead, metadataNames, metadataPath } from '../rot/check-metadata.js';
import { checkReading, checkVerify, lossOf } from '../rot/check-segment.js';
import { type Damage, describeDamage, randomFlip, randomPage, withDamage } from '../rot/damage.js';
import { type KnownSegment, type LayerOracle, learnLayer } from '../rot/layer-oracle.js';
import { rotLayers, writeRotLayers } from '../rot/rot-layers.js';
import {
  beginStagedWrite,
  checkStagingDamage,
  randomStagingDamage,
  type StagingOutcome,
} from '../rot/staging-rot.js';
import { randomSwap } from '../rot/swaps.js';

/** Of all damages this part goes to manifests, heads, tags and the like. */
const METADATA_PART = 0.15;
/** One in so many damages is also met by `verify`, and by what rewrites a layer. */
const VERIFY_EVERY = 10;
const MAINTENANCE_EVERY = 25;
const LOG_EVERY = 500;
/** Of the count of flips. */
const PAGES_PART = 0.1;
const SWAPS_PART = 0.1;
const STAGING_PART = 0.06;

/** The campaign of `npm run faults -- bit-rot`. */
export const bitRotCampaign: Campaign = {
  about: 'bits flipped, pages zeroed, records swapped, files cut; no wrong value, the rest still answers',
  unit: 'flips (a tenth as many pages and swaps, every length of the small files)',
  fullCount: 10_000,
  async run({ seed, count, folder, log }) {
    const rot = await BitRot.begin({ folder, seed, log });
    const pages = Math.ceil(count * PAGES_PART);
    const swaps = Math.ceil(count * SWAPS_PART);
    await rot.run('flips', count, (size, random) => randomFlip(size, random));
    log(`${count} flips survived`);
    await rot.run('pages', pages, (size, random) => randomPage(size, random));
    log(`${pages} zeroed pages survived`);
    await rot.runSwaps(swaps);
    log(`${swaps} swaps survived`);
    // All lengths from 10,000 flips on, every so-manieth in a short run.
    await rot.runLengths(Math.max(1, Math.round(10_000 / count)));
    log('every length survived');
    const staged = await runStagingRot({
      folder: join(folder, 'staged'),
      seed,
      count: Math.ceil(count * STAGING_PART),
    });
    return { ...rot.figures, ...staged };
  },
};

/** Damages what a stopped write left in staging; the write that comes after it makes just the right layer. */
export async function runStagingRot({
  folder,
  seed,
  count,
}: {
  folder: string;
  seed: number;
  count: number;
}): Promise<Record<string, number>> {
  const write = await beginStagedWrite(folder);
  const outcomes: Record<StagingOutcome, number> = { continued: 0, 'begun anew': 0 };
  for (let i = 0; i < count; i++) {
    const random = createRandom(seed * 7_000_003 + i);
    try {
      outcomes[await checkStagingDamage(write, { make: randomStagingDamage, random })]++;
    } catch (cause) {
      throw new Error(`seed ${seed}, staging ${i}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }
  return { stagings: count, writesContinued: outcomes.continued, writesBegunAnew: outcomes['begun anew'] };
}

type RotContext = Pick<CampaignContext, 'folder' | 'seed' | 'log'>;

type MakeDamage = (sizeBytes: number, random: Random) => Damage;

/** Layers on disk, damaged again and again and always mended. */
class BitRot {
  readonly figures: Record<string, number> = {};
  readonly #folder: string;
  readonly #store: BlobStore;
  readonly #oracles: readonly LayerOracle[];
  readonly #seed: number;
  readonly #log: (line: string) => void;
  #step = 0;

  private constructor({ folder, seed, log }: RotContext, oracles: readonly LayerOracle[]) {
    this.#folder = folder;
    this.#store = openStore(join(folder, 'store'));
    this.#oracles = oracles;
    this.#seed = seed;
    this.#log = log;
  }

  static async begin(context: RotContext): Promise<BitRot> {
    const { folder } = context;
    const store = openStore(join(folder, 'store'));
    await writeRotLayers(store);
    const oracles: LayerOracle[] = [];
    for (const layer of rotLayers) oracles.push(await learnLayer(store, layer));
    return new BitRot(context, oracles);
  }

  async run(name: string, count: number, make: MakeDamage): Promise<void> {
    for (let i = 0; i < count; i++) {
      const random = this.#nextRandom();
      const oracle = pick(this.#oracles, random);
      if (random() < METADATA_PART) await this.#damageMetadata(oracle, make, random);
      else {
        const segment = pick(oracle.segments, random);
        await this.#damageSegment({ oracle, segment, damage: make(segment.sizeBytes, random), random });
      }
      this.#count(name);
    }
  }

  async runSwaps(count: number): Promise<void> {
    const read = (path: string) => readFileSync(join(this.#folder, 'store', path));
    for (let i = 0; i < count; i++) {
      const random = this.#nextRandom();
      const { oracle, segment, damage } = randomSwap(this.#oracles, { random, read });
      await this.#damageSegment({ oracle, segment, damage, random });
      this.#count('swaps');
    }
  }

  /** Each file cut to every `stride`-th length: the smallest segment and all that lies beside segments. */
  async runLengths(stride: number): Promise<void> {
    const [oracle] = this.#oracles;
    const segment = oracle!.segments.reduce((a, b) => (b.sizeBytes < a.sizeBytes ? b : a));
    const first = randomBelow(this.#nextRandom(), stride);
    for (let length = first; length < segment.sizeBytes; length += stride) {
      const random = this.#nextRandom();
      await this.#damageSegment({ oracle: oracle!, segment, damage: { kind: 'truncate', length }, random });
      this.#count('lengths');
    }
    for (const bytes of [1, 64, 4096]) {
      const random = this.#nextRandom();
      await this.#damageSegment({ oracle: oracle!, segment, damage: { kind: 'extend', bytes }, random });
    }
    for (const name of metadataNames) {
      const file = this.#file(metadataPath(name, oracle!));
      for (let length = first; length < readFileSync(file).length; length += stride) {
        this.#step++;
        await this.#guard({ path: file, damage: { kind: 'truncate', length } }, () =>
          checkMetadata(name, this.#store, oracle!),
        );
        this.#count('lengths');
      }
    }
  }

  async #damageMetadata(oracle: LayerOracle, make: MakeDamage, random: Random): Promise<void> {
    const name = pick(metadataNames, random);
    const path = metadataPath(name, oracle);
    const damage = make(readFileSync(this.#file(path)).length, random);
    await this.#guard({ path: this.#file(path), damage }, async () => {
      await checkMetadata(name, this.#store, oracle);
      if (name !== 'head') return;
      const scratch = join(this.#folder, 'scratch');
      const layer = join('layers', oracle.layer.name);
      rmSync(scratch, { recursive: true, force: true });
      cpSync(join(this.#folder, 'store', layer), join(scratch, layer), { recursive: true });
      await checkRebuildFromHead(openStore(scratch), oracle);
    });
  }

  async #damageSegment(job: {
    readonly oracle: LayerOracle;
    readonly segment: KnownSegment;
    readonly damage: Damage;
    readonly random: Random;
  }): Promise<void> {
    const { oracle, segment, damage, random } = job;
    // Every other time a reader has the segment open, its index known and its header checked.
    const isOpen = this.#step % 2 === 0;
    const reader = await LayerReader.open(this.#store, oracle.layer.name);
    if (isOpen) await reader.get(segment.records[0]!.keys[0]!);
    try {
      await this.#guard({ path: this.#file(segment.path), damage }, async ({ intact, found }) => {
        const loss = lossOf(segment, { intact, found, isOpen });
        this.#count(loss.isWhole ? 'segmentsLost' : loss.records.size > 0 ? 'recordsLost' : 'harmless');
        await checkReading(reader, { oracle, loss, random });
        const isChanged = Buffer.compare(intact, found) !== 0;
        if (this.#step % VERIFY_EVERY < 2) {
          await checkVerify(this.#store, {
            oracle,
            loss: lossOf(segment, { intact, found, isOpen: false }),
            isChanged,
          });
        }
        if (this.#step % MAINTENANCE_EVERY === 0) await this.#maintain(oracle, random);
      });
    } finally {
      await reader.close();
    }
  }

  async #maintain(oracle: LayerOracle, random: Random): Promise<void> {
    const name = pick(maintenanceNames, random);
    const [storeFolder, scratch] = ['store', 'scratch'].map((part) => join(this.#folder, part));
    const isRefused = await checkMaintenance(name, { storeFolder: storeFolder!, scratch: scratch!, oracle });
    this.#count(isRefused ? 'rewritesRefused' : 'rewrites');
  }

  /** The check with the file damaged; what goes wrong says how to have it again. */
  async #guard(
    { path, damage }: { path: string; damage: Damage },
    check: (bytes: { readonly intact: Uint8Array; readonly found: Uint8Array }) => Promise<void>,
  ): Promise<void> {
    try {
      await withDamage(path, damage, check);
    } catch (cause) {
      const what = `seed ${this.#seed}, step ${this.#step}: ${path}, ${describeDamage(damage)}`;
      throw new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  #file(path: string): string {
    return join(this.#folder, 'store', path);
  }

  #nextRandom(): Random {
    this.#step++;
    if (this.#step % LOG_EVERY === 0) this.#log(`step ${this.#step}: ${JSON.stringify(this.figures)}`);
    return createRandom(this.#seed * 1_000_003 + this.#step);
  }

  #count(name: string): void {
    this.figures[name] = (this.figures[name] ?? 0) + 1;
  }
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[randomBelow(random, items.length)]!;
}

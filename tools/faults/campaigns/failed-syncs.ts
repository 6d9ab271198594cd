import { openDirectoryStore } from '../../../src/blob/index.js';
import { describeError } from '../../../src/errors/index.js';
import { createRandom, type Random, shuffled } from '../../random.js';
import type { Campaign } from '../campaign.js';
import { type CallName, withMounted } from '../disk/mount-disk.js';
import { powerCuts } from '../disk/power-cut.js';
import type { SimulatedDisk } from '../disk/simulated-disk.js';
import { checkStore, requireWorld } from '../power/check-store.js';
import { failureAt, requireNamed } from '../power/named-errors.js';
import { type RecordedStep, recordSteps, runStep } from '../power/recorded-steps.js';
import { worldText } from '../power/store-world.js';

/** Random choices of what survives the cut right after the failure; beside them comes the loss of everything unsynced. */
const SAMPLES = 3;

/**
 * The campaign of `npm run faults -- failed-syncs`.
 *
 * Every sync of every operation, of files and of folders, fails once and loses what it was to make durable, as
 * Linux does it: the page cache shows the bytes and names still, no later sync writes them, and each reports
 * success. The operation must say so. A power cut then leaves what was before or after; and when the operation is
 * run again and reports success, a power cut must leave just that.
 *
 * Out of reach: a failed sync of a folder takes the names that others made in it at the same moment, and tells only
 * one of them; so what makes names side by side (copy, move, two writers) is left out. A removal that was lost may
 * come back.
 */
export const failedSyncsCampaign: Campaign = {
  about: 'every fsync fails once and drops what it was to write; no success is reported for what is lost',
  unit: 'failed syncs',
  fullCount: 5000,
  async run({ seed, count, log }) {
    const random = createRandom(seed);
    const alone = (await recordSteps()).filter(({ step }) => !step.isConcurrent);
    const places = alone.flatMap((recorded) =>
      Array.from({ length: recorded.calls.get('fsync') ?? 0 }, (_, i) => ({ ...recorded, k: i + 1 })),
    );
    log(`${places.length} syncs may fail`);
    const figures = { possible: places.length, tried: 0, cuts: 0 };
    for (const place of shuffled(places, random).slice(0, count)) {
      try {
        figures.cuts += await failSync(place, random);
      } catch (error) {
        throw failureAt(`seed ${seed}, ${place.step.name}, sync ${place.k}`, error);
      }
      figures.tried += 1;
    }
    return figures;
  },
};

interface SyncPlace extends RecordedStep {
  /** Counted from 1. */
  readonly k: number;
}

/** Fails one sync; how many power cuts were looked at. */
async function failSync({ step, worlds, before, k }: SyncPlace, random: Random): Promise<number> {
  const disk = before.clone();
  let left = k;
  const lost = { kind: 'lost', code: 'EIO' } as const;
  const faultOf = (called: CallName) => (called === 'fsync' && --left === 0 ? lost : undefined);
  const failure = await runStep(step, disk, { faultOf });
  if (failure === undefined) throw new Error('success is reported for what is lost');
  requireNamed(failure, { root: disk.root, code: lost.code });
  const cuts = [...powerCuts(disk, random, 0)];
  const chosen = [cuts[0]!, ...shuffled(cuts.slice(1), random).slice(0, SAMPLES)];
  for (const cut of chosen) await checkStore(cut.disk, { step, worlds });
  await runAgain(disk, { step, worlds }, random);
  return chosen.length + 1;
}

/** What a second run reports must be true after a power cut, too. */
async function runAgain(
  disk: SimulatedDisk,
  { step, worlds }: Pick<SyncPlace, 'step' | 'worlds'>,
  random: Random,
): Promise<void> {
  const shown = await withMounted(disk, {}, () => requireWorld(openDirectoryStore(disk.root), worlds));
  const failure = await runStep(step, disk, {});
  const last = worlds.at(-1)!;
  const isDone = step.saysDone && failure instanceof step.saysDone && worldText(shown) === worldText(last);
  if (failure !== undefined && !isDone)
    throw new Error(`run again: ${describeError(failure)}`, { cause: failure });
  const [cut] = powerCuts(disk, random, 0);
  await checkStore(cut!.disk, { step, worlds: failure === undefined ? [last] : worlds });
}

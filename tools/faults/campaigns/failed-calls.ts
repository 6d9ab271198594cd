import { createRandom, shuffled } from '../../random.js';
import type { Campaign } from '../campaign.js';
import { type CallFault, type CallName, callNames } from '../disk/mount-disk.js';
import { checkStore } from '../power/check-store.js';
import { failureAt, requireNamed } from '../power/named-errors.js';
import { type RecordedStep, recordSteps, runStep } from '../power/recorded-steps.js';

const EIO: CallFault = { kind: 'error', code: 'EIO' };
const FULL: CallFault = { kind: 'error', code: 'ENOSPC' };
const NO_FILES: CallFault = { kind: 'error', code: 'EMFILE' };
const SHORT: CallFault = { kind: 'short' };

/** What each call may answer. */
const faultsOf: Readonly<Record<CallName, readonly CallFault[]>> = {
  open: [EIO, FULL, NO_FILES],
  close: [EIO, FULL],
  stat: [EIO],
  fstat: [EIO],
  read: [EIO, SHORT],
  writev: [EIO, FULL, SHORT],
  fsync: [EIO, FULL],
  rename: [EIO, FULL],
  link: [EIO, FULL],
  copyFile: [EIO, FULL, NO_FILES],
  utimes: [EIO, FULL],
  unlink: [EIO, FULL],
  mkdir: [EIO, FULL],
  rmdir: [EIO],
  readdir: [EIO, NO_FILES],
};

/**
 * The campaign of `npm run faults -- failed-calls`.
 *
 * For every operation of `workload`, and for reading everything, the k-th call of every kind fails, for every k
 * there is. A success must be one, an error must be one of ours that names path and cause, the store must show
 * what it did before or after, and nothing stay open or, after a collection of garbage, be left.
 */
export const failedCallsCampaign: Campaign = {
  about: 'the k-th call of each kind fails with EIO, ENOSPC or EMFILE, or does half of its work, for every k',
  unit: 'failed calls',
  fullCount: 20_000,
  async run({ seed, count, log }) {
    const steps = await recordSteps();
    const places = steps.flatMap(placesOf);
    log(`${places.length} faults are possible in ${steps.length} operations`);
    const figures = { possible: places.length, tried: 0, refused: 0, succeeded: 0 };
    for (const place of shuffled(places, createRandom(seed)).slice(0, count)) {
      figures[await failAt(place, seed)] += 1;
      figures.tried += 1;
      if (figures.tried % 1000 === 0) log(`${figures.tried} faults survived`);
    }
    return figures;
  },
};

/** One call of one operation, and how it fails. */
interface FaultPlace extends RecordedStep {
  readonly name: CallName;
  /** Counted from 1 among the calls of that name. */
  readonly k: number;
  readonly fault: CallFault;
}

function placesOf(recorded: RecordedStep): FaultPlace[] {
  return callNames.flatMap((name) =>
    Array.from({ length: recorded.calls.get(name) ?? 0 }, (_, i) =>
      faultsOf[name].map((fault) => ({ ...recorded, name, k: i + 1, fault })),
    ).flat(),
  );
}

async function failAt(place: FaultPlace, seed: number): Promise<'refused' | 'succeeded'> {
  const { step, name, k, fault } = place;
  try {
    return await tryFailing(place);
  } catch (error) {
    const what = fault.kind === 'short' ? 'short' : fault.code;
    throw failureAt(`seed ${seed}, ${step.name}, ${what} of ${name} ${k}`, error);
  }
}

async function tryFailing({ step, worlds, before, name, k, fault }: FaultPlace) {
  const disk = before.clone();
  let left = k;
  const faultOf = (called: CallName) => (called === name && --left === 0 ? fault : undefined);
  const failure = await runStep(step, disk, { faultOf });
  if (failure === undefined) {
    await checkStore(disk, { step, worlds: worlds.slice(-1) });
    return 'succeeded';
  }
  if (fault.kind === 'short') throw new Error(`a short ${name} is no failure`, { cause: failure });
  requireNamed(failure, { root: disk.root, code: fault.code });
  await checkStore(disk, { step, worlds });
  return 'refused';
}

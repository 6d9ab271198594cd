import { openDirectoryStore } from '../../../src/blob/index.js';
import { createRandom, type Random, shuffled } from '../../random.js';
import type { Campaign } from '../campaign.js';
import { withMounted } from '../disk/mount-disk.js';
import { type PowerCut, powerCuts } from '../disk/power-cut.js';
import { SimulatedDisk } from '../disk/simulated-disk.js';
import { checkStore } from '../power/check-store.js';
import { failureAt } from '../power/named-errors.js';
import { simulatedRoot } from '../power/recorded-steps.js';
import { emptyWorld, type StoreWorld } from '../power/store-world.js';
import { type WorkStep, workload } from '../power/workload.js';

/** Random choices of what survives, at each call; beside them come the extreme ones. */
const SAMPLES = 6;

/**
 * The campaign of `npm run faults -- power-loss`.
 *
 * The operations of `workload` run on a simulated disk, which stands in for the calls of `node:fs` that a directory
 * store makes. After every call that a cut can tell from the one before, disks are made as the cut may leave them
 * (`powerCuts` has the model) and opened by the code itself (`checkStore`). `count` of them are drawn from all. LevelDB, which
 * larger writes stage their tiles in, is native and outside of this: layers here are staged in memory.
 */
export const powerLossCampaign: Campaign = {
  about: 'the power fails after any call; unsynced bytes torn or lost, unsynced names in any order',
  unit: 'states',
  fullCount: 6000,
  async run({ seed, count, log }) {
    const random = createRandom(seed);
    const states = await recordStates(random);
    log(
      `${states.drawn.length} different states after ${states.calls} calls of ${workload.length} operations`,
    );
    const chosen = shuffled(states.drawn, random).slice(0, count);
    for (const [i, state] of chosen.entries()) {
      await checkState(state, seed);
      if ((i + 1) % 250 === 0) log(`${i + 1} states sound`);
    }
    return { calls: states.calls, possible: states.drawn.length, checked: chosen.length };
  },
};

/** A disk after a power cut, and what must be on it. */
interface CutState extends PowerCut {
  readonly step: WorkStep;
  readonly call: number;
  readonly worlds: readonly StoreWorld[];
}

/** Runs the workload once and cuts the power after every call that changed the disk. */
async function recordStates(random: Random): Promise<{ drawn: CutState[]; calls: number }> {
  const disk = new SimulatedDisk(simulatedRoot);
  const drawn: CutState[] = [];
  let calls = 0;
  let world = emptyWorld;
  for (const step of workload) {
    const worlds = step.passes(world);
    const seen = new Set<string>();
    const cutHere = () => {
      calls += 1;
      for (const cut of powerCuts(disk, random, SAMPLES)) {
        if (seen.has(cut.signature)) continue;
        seen.add(cut.signature);
        drawn.push({ ...cut, step, call: calls, worlds });
      }
    };
    await withMounted(disk, { onChange: cutHere }, () => step.run(openDirectoryStore(simulatedRoot)));
    world = worlds.at(-1)!;
    // It was acknowledged: from here on nothing older may be shown.
    const ended = workload[workload.indexOf(step) + 1];
    for (const cut of powerCuts(disk, random, SAMPLES)) {
      const next = ended ?? step;
      drawn.push({ ...cut, step: next, call: calls, worlds: ended ? next.passes(world) : [world] });
    }
  }
  return { drawn, calls };
}

async function checkState({ disk, step, worlds, call, about }: CutState, seed: number): Promise<void> {
  try {
    await checkStore(disk, { step, worlds });
  } catch (error) {
    throw failureAt(`seed ${seed}, ${step.name}, after call ${call}, kept ${about}`, error);
  }
}

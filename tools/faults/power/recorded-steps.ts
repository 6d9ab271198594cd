import { openDirectoryStore } from '../../../src/blob/index.js';
import { type CallName, type CallWatcher, withMounted } from '../disk/mount-disk.js';
import { SimulatedDisk } from '../disk/simulated-disk.js';
import { requireAllClosed } from './check-store.js';
import { emptyWorld, type StoreWorld } from './store-world.js';
import { readingSteps, type WorkStep, workload } from './workload.js';

/** A folder of this name exists nowhere: whatever escapes the simulated disk fails at once. */
export const simulatedRoot = '/tilecurve-simulated-disk/store';

/** One operation, the disk it begins on, and how often it calls for each thing when nothing fails. */
export interface RecordedStep {
  readonly step: WorkStep;
  readonly worlds: readonly StoreWorld[];
  readonly before: SimulatedDisk;
  readonly calls: ReadonlyMap<CallName, number>;
}

/** Runs the workload once, without a fault; what only reads is done between the operations that it follows. */
export async function recordSteps(): Promise<RecordedStep[]> {
  const disk = new SimulatedDisk(simulatedRoot);
  const recorded: RecordedStep[] = [];
  let world = emptyWorld;
  const all = workload.flatMap((step) => [
    step,
    ...readingSteps.filter(({ follows }) => follows === step.name),
  ]);
  for (const step of all) {
    const before = disk.clone();
    const calls = new Map<CallName, number>();
    const faultOf = (name: CallName): undefined => void calls.set(name, (calls.get(name) ?? 0) + 1);
    const failure = await runStep(step, disk, { faultOf });
    if (failure !== undefined) throw failure;
    const worlds = step.passes(world);
    recorded.push({ step, worlds, before, calls });
    world = worlds.at(-1)!;
  }
  return recorded;
}

/** Runs an operation to its end; what it failed with, undefined when it succeeded. Throws when files stay open. */
export async function runStep(step: WorkStep, disk: SimulatedDisk, watcher: CallWatcher): Promise<unknown> {
  return await withMounted(disk, watcher, async () => {
    const failure = await step.run(openDirectoryStore(disk.root)).then(
      () => undefined,
      (error: unknown) => error ?? new Error('failed with nothing'),
    );
    await requireAllClosed(disk);
    return failure;
  });
}

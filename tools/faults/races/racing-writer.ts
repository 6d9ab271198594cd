import { openDirectoryStore } from '../../../src/blob/index.js';
import { ConflictError } from '../../../src/errors/index.js';
import { updateLayer } from '../../../src/layer/index.js';
import { createRandom } from '../../random.js';
import { boxSource } from '../box-source.js';
import { chooseUpdate, RACE_LAYER, type RaceTask, type RaceTry, type RaceUpdate } from './race-plan.js';

/** One of the processes of a race: makes its updates one after the other, each until it lands, and tells of every try. */
const task = JSON.parse(process.argv[2]!) as RaceTask;
const store = openDirectoryStore(task.store);
const random = createRandom(task.seed);

// All writers begin together, however long each took to load.
process.send!('ready');
await new Promise((begin) => process.once('message', begin));
for (let number = 1; number <= task.commits; number++) {
  const update = chooseUpdate(random, task.writer, number);
  let outcome: RaceTry;
  do {
    outcome = await tryUpdate(update);
    process.send!(outcome);
  } while (outcome.snapshot === undefined);
}
process.disconnect();

async function tryUpdate(update: RaceUpdate): Promise<RaceTry> {
  const { box, merge, value } = update;
  try {
    const source = boxSource(box, () => value);
    const { manifest, attempts } = await updateLayer(store, source, { layer: RACE_LAYER, merge });
    return { update, snapshot: manifest.sequence, attempts };
  } catch (error) {
    if (error instanceof ConflictError) return { update };
    throw error;
  }
}

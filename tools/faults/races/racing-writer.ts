import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { openDirectoryStore } from '../../../src/blob/index.js';
import { ConflictError, describeError } from '../../../src/errors/index.js';
import { updateLayer } from '../../../src/layer/index.js';
import { createRandom } from '../../random.js';
import { boxSource } from '../box-source.js';
import { writeBoxZarr } from './box-zarr.js';
import { chooseUpdate, RACE_LAYER, type RaceTask, type RaceTry, type RaceUpdate } from './race-plan.js';

const MAIN = resolve(import.meta.dirname, '../../../dist/cli/main.js');
const CONFLICT = /^tilecurve: another writer changed the same tiles meanwhile/;

/** One of the processes of a race: makes its updates one after the other, each until it lands, and tells of every try. */
const task = JSON.parse(process.argv[2]!) as RaceTask;
const store = openDirectoryStore(task.store);
const random = createRandom(task.seed);
const tryUpdate = task.through === 'command' ? tryCommand : tryModule;

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

async function tryModule(update: RaceUpdate): Promise<RaceTry> {
  const { box, merge, value } = update;
  try {
    const source = boxSource(box, () => value);
    const { manifest, attempts } = await updateLayer(store, source, { layer: RACE_LAYER, merge });
    return { update, snapshot: manifest.sequence, attempts };
  } catch (error) {
    if (error instanceof ConflictError) return { update, conflict: describeError(error) };
    throw error;
  }
}

/** A conflict is exit code 1 and one line; anything else but success is a violation. */
async function tryCommand(update: RaceUpdate): Promise<RaceTry> {
  const source = `${task.store}-source-${task.writer}`;
  await writeBoxZarr(source, update.box, update.value);
  const place = ['--store', task.store, '--layer', RACE_LAYER];
  const args = [MAIN, 'update', source, ...place, '--merge', update.merge, '--json'];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      if (error === null) {
        const { snapshot, attempts } = JSON.parse(stdout) as { snapshot: number; attempts: number };
        done({ update, snapshot, attempts });
      } else if (error.code === 1 && CONFLICT.test(stderr) && stdout === '')
        done({ update, conflict: stderr });
      else fail(new Error(`${args.join(' ')}: ${stderr}`, { cause: error }));
    });
  });
}

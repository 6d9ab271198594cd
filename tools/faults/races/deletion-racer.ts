import { setTimeout as wait } from 'node:timers/promises';
import { openDirectoryStore } from '../../../src/blob/index.js';
import { type Manifest, openManifest } from '../../../src/catalog/index.js';
import { ConflictError, describeError, NotFoundError } from '../../../src/errors/index.js';
import {
  compactLayer,
  deleteLayer,
  reindexLayer,
  rollbackLayer,
  updateLayer,
  writeLayer,
} from '../../../src/layer/index.js';
import { createRandom, randomBelow } from '../../random.js';
import { boxSource } from '../box-source.js';
import {
  DELETED_BOX,
  DELETED_LAYER,
  DELETED_LAYOUT,
  type DeletionRound,
  type DeletionTask,
  type DeletionTry,
  type RoundAction,
  rowOf,
  WRITING_ACTIONS,
} from './deletion-plan.js';

/** One of the processes of the deletion races: does one thing in each round it is told of. */
const task = JSON.parse(process.argv[2]!) as DeletionTask;
const random = createRandom(task.seed);

process.on('message', (message) => {
  if (message === 'end') process.disconnect();
  else void takePart(JSON.parse(message as string) as DeletionRound);
});
process.send!('ready');

async function takePart({ number, spreadMs }: DeletionRound): Promise<void> {
  const { racer } = task;
  const action: RoundAction =
    racer === 0 ? 'delete' : WRITING_ACTIONS[randomBelow(random, WRITING_ACTIONS.length)]!;
  const about = { racer, action, value: 100 * number + racer };
  await wait(random() * spreadMs);
  try {
    const outcome: DeletionTry = { ...about, ...(await act(action, about.value)) };
    process.send!(outcome);
  } catch (error) {
    const isRefusal = error instanceof ConflictError || error instanceof NotFoundError;
    process.send!({ ...about, [isRefusal ? 'refusal' : 'failure']: describeError(error) });
  }
}

/** The snapshot that was made, if one had to be. */
async function act(action: RoundAction, value: number): Promise<Pick<DeletionTry, 'snapshot' | 'to'>> {
  const store = openDirectoryStore(task.store);
  const layer = DELETED_LAYER;
  const { segmentBytes } = DELETED_LAYOUT;
  switch (action) {
    case 'delete':
      await deleteLayer(store, layer);
      return {};
    case 'update': {
      const source = boxSource(rowOf(task.racer), () => value);
      return made((await updateLayer(store, source, { layer, segmentBytes })).manifest);
    }
    case 'overwrite': {
      const source = boxSource(DELETED_BOX, () => value);
      return made((await writeLayer(store, source, { ...DELETED_LAYOUT, overwrite: true })).manifest);
    }
    case 'reindex':
      return made((await reindexLayer(store, layer, { curve: 'zorder', segmentBytes })).manifest);
    case 'compact': {
      const { snapshot, segmentsWritten } = await compactLayer(store, layer, {
        segmentBytes: 2 * segmentBytes,
      });
      return segmentsWritten === 0 ? {} : { snapshot };
    }
    case 'rollback': {
      const { sequence: to } = await openManifest(store, { layer });
      return { ...made(await rollbackLayer(store, { layer, to })), to };
    }
    default:
      return action satisfies never;
  }
}

function made({ sequence }: Manifest): Pick<DeletionTry, 'snapshot'> {
  return { snapshot: sequence };
}

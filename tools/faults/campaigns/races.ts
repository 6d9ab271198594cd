import { join } from 'node:path';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { openManifest } from '../../../src/catalog/index.js';
import { verifyLayer, writeLayer } from '../../../src/layer/index.js';
import { BOX_PARAMETER, boxSource, changeBox } from '../box-source.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { type FieldCells, requireCells } from '../field-cells.js';
import { requireNoLeftovers } from '../leftovers.js';
import { raceDeletions } from '../races/deletion-race.js';
import {
  isShared,
  MAX_WRITERS,
  RACE_GRID,
  RACE_LAYER,
  type RaceTask,
  type RaceTry,
} from '../races/race-plan.js';
import { startWorker } from '../worker-process.js';

/** Of a campaign: how many commits there are for each deletion. */
const COMMITS_PER_DELETION = 2;
const WRITER = join(import.meta.dirname, '../races/racing-writer.ts');

/** The campaign of `npm run faults -- races`. */
export const racesCampaign: Campaign = {
  about:
    'eight processes update one layer, five write to one that is deleted: nothing lost, disjoint updates land, others land or conflict',
  unit: 'commits',
  fullCount: 400,
  run: async (context) => {
    const updates = await race(context, MAX_WRITERS);
    const count = Math.ceil(context.count / COMMITS_PER_DELETION);
    return { ...updates, ...(await raceDeletions({ ...context, count })) };
  },
};

/** The race of `writers` processes, which share out the commits of the campaign. */
export async function race(
  { seed, count, folder, log }: CampaignContext,
  writers: number,
): Promise<CampaignFigures> {
  const path = join(folder, 'store');
  const store = openDirectoryStore(path);
  const start = await writeStart(store);
  const commits = Math.ceil(count / writers);
  const tasks = Array.from({ length: writers }, (_, writer): RaceTask => {
    const through = writer === 0 ? 'command' : 'module';
    return { store: path, writer, commits, seed: seed * MAX_WRITERS + writer, through };
  });
  const tries = await runWriters(tasks);
  const acknowledged = tries.filter(({ snapshot }) => snapshot !== undefined);
  if (acknowledged.length !== commits * writers)
    throw new Error(`${acknowledged.length} commits, seed ${seed}`);
  requireCleanConflicts(tries, seed);
  log(`${acknowledged.length} commits, ${tries.length - acknowledged.length} conflicts`);
  await requireHistory(store, start, acknowledged);
  // Without a collection: what lost a race must have taken all of its files back.
  await requireNoLeftovers(path);
  const { faults } = await verifyLayer(store, RACE_LAYER);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return {
    commits: acknowledged.length,
    conflicts: tries.length - acknowledged.length,
    shared: acknowledged.filter(({ update }) => isShared(update)).length,
    rebased: acknowledged.filter(({ attempts }) => attempts! > 1).length,
    mostAttempts: acknowledged.reduce((most, { attempts }) => Math.max(most, attempts!), 0),
  };
}

async function writeStart(store: BlobStore): Promise<FieldCells> {
  const { rows, cols, tile } = RACE_GRID;
  await writeLayer(
    store,
    boxSource({ row: [0, rows], col: [0, cols] }, () => 0),
    {
      layer: RACE_LAYER,
      tileShape: { row: tile, col: tile },
      segmentBytes: 4096,
      codec: 'raw',
      levelMethods: { [BOX_PARAMETER]: 'max' },
    },
  );
  return { times: 1, rows, cols, values: new Float64Array(rows * cols) };
}

async function runWriters(tasks: readonly RaceTask[]): Promise<RaceTry[]> {
  const workers = tasks.map((task) => startWorker<RaceTry>(WRITER, task));
  try {
    await Promise.all(workers.map(({ isReady }) => isReady));
    for (const worker of workers) worker.send('begin');
    return (await Promise.all(workers.map(({ ended }) => ended))).flat();
  } finally {
    for (const worker of workers) worker.kill();
  }
}

function requireCleanConflicts(tries: readonly RaceTry[], seed: number): void {
  const wrong = tries.find(({ update, snapshot }) => snapshot === undefined && !isShared(update));
  if (wrong) throw new Error(`seed ${seed}: a conflict over cells of one writer: ${JSON.stringify(wrong)}`);
}

/** Each snapshot is the one before it with just the update that was acknowledged with its number. */
async function requireHistory(
  store: BlobStore,
  start: FieldCells,
  acknowledged: readonly RaceTry[],
): Promise<void> {
  const place = { layer: RACE_LAYER, parameter: BOX_PARAMETER };
  const bySnapshot = new Map(acknowledged.map((each) => [each.snapshot!, each.update]));
  const { sequence: newest } = await openManifest(store, { layer: RACE_LAYER });
  if (bySnapshot.size !== acknowledged.length || newest !== acknowledged.length + 1) {
    throw new Error(
      `${acknowledged.length} commits made ${bySnapshot.size} snapshots, the last is ${newest}`,
    );
  }
  let cells = start;
  for (let sequence = 2; sequence <= newest; sequence++) {
    const update = bySnapshot.get(sequence);
    if (update === undefined) throw new Error(`snapshot ${sequence} was acknowledged to nobody`);
    const { box, merge, value } = update;
    cells = changeBox(cells, box, (old) => (merge === 'sum' ? old + value : value));
    await requireCells(store, { ...place, sequence }, cells);
  }
}

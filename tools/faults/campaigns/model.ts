import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { writeLayer } from '../../../src/layer/index.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { land, layerNames } from '../model/commands/command.js';
import {
  anyLayerSpec,
  contentOf,
  type LayerSpec,
  layoutOptions,
  levelMethodsOf,
  sourceOf,
} from '../model/commands/layer-spec.js';
import {
  anyCollection,
  anyCompaction,
  anyCopy,
  anyDeletion,
  anyMove,
  anyRebuild,
  anyReindex,
  anyRollback,
  anyTagging,
  reopening,
} from '../model/commands/maintaining-commands.js';
import {
  anyBoxQuery,
  anyGet,
  anyHold,
  anyLevelCheck,
  checkStore,
  readingHeld,
} from '../model/commands/reading-commands.js';
import { anyErasure, anyUpdate, anyWrite } from '../model/commands/writing-commands.js';
import type { StoreModel } from '../model/layer-model.js';
import { RealStore } from '../model/real-store.js';

/** Runs have any length up to this, so that they have more than 50 steps on average. */
const MAX_STEPS = 116;
/** Runs whose first layer has this codec, one of five, are on disk instead of in memory. */
const DISK_CODEC = 'shuffle-zstd';
const LOG_EVERY = 100;

/** What may be done in a run; what stands here twice is done twice as often. */
const steps = [
  anyUpdate,
  anyUpdate,
  anyUpdate,
  anyErasure,
  anyErasure,
  anyWrite,
  anyReindex,
  anyCompaction,
  anyCopy,
  anyMove,
  anyDeletion,
  anyRollback,
  anyRebuild,
  anyTagging,
  anyTagging,
  anyCollection,
  reopening,
  anyBoxQuery,
  anyBoxQuery,
  anyBoxQuery,
  anyGet,
  anyGet,
  anyLevelCheck,
  anyLevelCheck,
  anyHold,
  readingHeld,
];

/** How a failure is had again: what fast-check printed with it. */
export interface Replay {
  /** `path`: which of the runs, and how it was made smaller. */
  readonly path?: string | undefined;
  /** `replayPath`: which of its steps were done. */
  readonly steps?: string | undefined;
}

/** The campaign of `npm run faults -- model`; MODEL_PATH and MODEL_STEPS repeat a failure of a seed. */
export const modelCampaign: Campaign = {
  about: 'random steps; every cell, level, snapshot and refusal is that of a model in memory',
  unit: 'runs',
  fullCount: 2000,
  run: (context) =>
    runModelCampaign(context, { path: process.env.MODEL_PATH, steps: process.env.MODEL_STEPS }),
};

/**
 * Does `count` runs of random steps to stores and to their model.
 *
 * Throws: an Error with seed, path and replayPath, and the shortest steps that still fail.
 */
export async function runModelCampaign(
  { seed, count, folder, log }: CampaignContext,
  { path, steps: replayPath }: Replay = {},
): Promise<CampaignFigures> {
  const figures: Record<string, number> = { runs: 0, steps: 0 };
  const property = fc.asyncProperty(
    anyLayerSpec,
    fc.commands(steps, { maxCommands: MAX_STEPS, size: 'max', ...(replayPath && { replayPath }) }),
    async (first, commands) => {
      const run = figures.runs!++;
      // Decided by what is generated, so that a run that is made smaller, or had again, stays where it was.
      const onDisk = first.layout.codec === DISK_CODEC ? join(folder, `run-${run}`) : undefined;
      const real = await RealStore.open(onDisk, (step) => {
        figures.steps!++;
        figures[step] = (figures[step] ?? 0) + 1;
      });
      try {
        const model = await modelOf(real, first);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await checkStore(model, real);
      } finally {
        await real.close();
      }
      if (onDisk) await rm(onDisk, { recursive: true });
      if (figures.runs! % LOG_EVERY === 0) log(`${figures.runs} runs, ${figures.steps} steps`);
    },
  );
  await fc.assert(property, { seed, numRuns: count, ...(path && { path }) });
  return figures;
}

/** Every run begins with one layer, so that few steps meet an empty store. */
async function modelOf(real: RealStore, spec: LayerSpec): Promise<StoreModel> {
  const model: StoreModel = { layers: new Map() };
  const content = contentOf(spec);
  const [layer] = layerNames;
  const { manifest } = await writeLayer(real.store, sourceOf(content), {
    layer,
    levelMethods: levelMethodsOf(content),
    ...layoutOptions(content.grid, spec.layout),
  });
  await land({ model, real }, layer, { sequence: manifest.sequence, content });
  return model;
}

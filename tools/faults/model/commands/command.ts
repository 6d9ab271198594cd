import type { AsyncCommand } from 'fast-check';
import { NotFoundError } from '../../../../src/errors/index.js';
import { LayerReader } from '../../../../src/layer/index.js';
import { checkCells, DisagreementError } from '../check-content.js';
import { type Content, type LayerModel, newestOf, type StoreModel } from '../layer-model.js';
import type { RealStore } from '../real-store.js';

/** One step, done to the product and to the model. */
export type ModelCommand = AsyncCommand<StoreModel, RealStore, boolean>;

/** Names of the layers a run may have. */
export const layerNames = ['a', 'b', 'c'] as const;

type Run = (model: StoreModel, real: RealStore) => Promise<void>;

/** A step that is always possible: what the product must refuse is part of the model. */
export function command(name: string, args: unknown, run: Run): ModelCommand {
  return {
    check: async () => true,
    run: (model, real) => {
      real.onStep(name);
      return run(model, real);
    },
    toString: () => `${name}(${JSON.stringify(args)})`,
  };
}

/** A layer that is there, most of the time; else any name. */
export function pickLayer({ layers }: StoreModel, pick: number): string {
  const existing = [...layers.keys()].sort();
  const isAny = existing.length === 0 || pick % 8 === 7;
  return isAny ? layerNames[pick % layerNames.length]! : existing[pick % existing.length]!;
}

/** A number of a snapshot that is there, most of the time; the newest for 0. */
export function pickSnapshot(layer: LayerModel, pick: number): number {
  const all = [...layer.snapshots.keys()].sort((a, b) => b - a);
  return pick % 8 === 7 ? pick % (all[0]! + 3) : all[pick % all.length]!;
}

/** Throws: DisagreementError unless `work` is refused with an error of this class. */
export async function requireRefusal(
  expected: new (...args: never[]) => Error,
  work: () => Promise<unknown>,
): Promise<void> {
  let found: unknown = 'no error';
  try {
    await work();
  } catch (error) {
    if (error instanceof expected) return;
    found = error;
  }
  throw new DisagreementError(`expected ${expected.name}, found ${found}`, { cause: found });
}

/** Runs `use` with the model's layer; when there is none, what is asked of the product must be NotFoundError. */
export async function withLayer(
  model: StoreModel,
  name: string,
  { use, orElse }: { use: (layer: LayerModel) => Promise<void>; orElse: () => Promise<unknown> },
): Promise<void> {
  const layer = model.layers.get(name);
  if (layer === undefined) await requireRefusal(NotFoundError, orElse);
  else await use(layer);
}

/** Notes a commit and compares the newest snapshot, as it is found anew, with it. */
export async function land(
  { model, real }: { model: StoreModel; real: RealStore },
  name: string,
  made: { readonly sequence: number; readonly content: Content },
): Promise<void> {
  const layer = model.layers.get(name) ?? { snapshots: new Map(), tags: new Map() };
  const before = layer.snapshots.size === 0 ? undefined : newestOf(layer).sequence;
  if (before !== undefined && made.sequence !== before + 1) {
    throw new DisagreementError(`snapshot ${made.sequence} after ${before}`);
  }
  layer.snapshots.set(made.sequence, made.content);
  model.layers.set(name, layer);
  await checkNewest({ model, real }, name);
}

/** The newest snapshot, found anew, is the model's. */
export async function checkNewest(
  { model, real }: { model: StoreModel; real: RealStore },
  name: string,
): Promise<void> {
  const { sequence, content } = newestOf(model.layers.get(name)!);
  const reader = await LayerReader.open(real.store, name, { cache: real.cache });
  if (reader.manifest.sequence !== sequence) {
    throw new DisagreementError(`snapshot ${reader.manifest.sequence} is the newest, expected ${sequence}`);
  }
  await checkCells(reader, content);
}

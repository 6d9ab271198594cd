import fc from 'fast-check';
import { deleteTag, listManifests } from '../../../../src/catalog/index.js';
import { ConflictError, InvalidArgumentError, NotFoundError } from '../../../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  deleteLayer,
  moveLayer,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
  tagSnapshot,
} from '../../../../src/layer/index.js';
import { requireEqual } from '../check-content.js';
import { type Content, type LayerModel, newestOf } from '../layer-model.js';
import {
  checkNewest,
  command,
  land,
  layerNames,
  type ModelCommand,
  pickLayer,
  pickSnapshot,
  requireRefusal,
  withLayer,
} from './command.js';
import { anyLayout, laidOut, layoutOptions } from './layer-spec.js';

const anyPick = fc.nat({ max: 15 });
const anyName = fc.constantFrom(...layerNames);
const anyTag = fc.constantFrom('first', 'second');

/** The same cells with another curve, tile shape, codec or resolution, in place or as a new layer. */
export const anyReindex = fc
  .record({ pick: anyPick, layout: anyLayout, to: fc.option(anyName, { freq: 2 }) })
  .map(
    (args): ModelCommand =>
      command('reindex', args, async (model, real) => {
        const name = pickLayer(model, args.pick);
        const { to } = args;
        await withLayer(model, name, {
          orElse: () => reindexLayer(real.store, name),
          use: async (layer) => {
            const { content } = newestOf(layer);
            const { temporalResolution = null, ...options } = layoutOptions(content.grid, args.layout);
            const reindex = () =>
              reindexLayer(real.store, name, {
                ...options,
                ...(content.grid.has.includes('t') && { temporalResolution }),
                ...(to !== null && { to }),
              });
            if (to !== null && model.layers.has(to)) return requireRefusal(ConflictError, reindex);
            const { manifest } = await reindex();
            const made = { ...content, ...laidOut(content.grid, args.layout) };
            await land({ model, real }, to ?? name, { sequence: manifest.sequence, content: made });
          },
        });
      }),
  );

/** Small segments merged, large ones split; the cells stay. */
export const anyCompaction = fc.record({ pick: anyPick, segmentBytes: fc.constantFrom(4096, 2 ** 16) }).map(
  ({ pick, segmentBytes }): ModelCommand =>
    command('compact', { pick, segmentBytes }, async (model, real) => {
      const name = pickLayer(model, pick);
      const compact = () => compactLayer(real.store, name, { segmentBytes });
      await withLayer(model, name, {
        orElse: compact,
        use: async (layer) => {
          const { sequence, content } = newestOf(layer);
          const report = await compact();
          if (report.snapshot === sequence) {
            requireEqual('segments written', report.segmentsWritten, 0);
            await checkNewest({ model, real }, name);
            return;
          }
          await land({ model, real }, name, { sequence: report.snapshot, content: { ...content } });
        },
      });
    }),
);

/** A second layer with the content of a snapshot. */
export const anyCopy = fc.record({ pick: anyPick, to: anyName, snapshot: fc.option(anyPick) }).map(
  (args): ModelCommand =>
    command('copy', args, async (model, real) => {
      const name = pickLayer(model, args.pick);
      const { to } = args;
      const copy = (sequence?: number) => copyLayer(real.store, { layer: name, to }, { sequence });
      await withLayer(model, name, {
        orElse: copy,
        use: async (layer) => {
          const sequence = pickSnapshot(layer, args.snapshot ?? 0);
          const content = layer.snapshots.get(sequence);
          if (content === undefined) return requireRefusal(NotFoundError, () => copy(sequence));
          if (model.layers.has(to)) return requireRefusal(ConflictError, () => copy(sequence));
          const manifest = await copy(args.snapshot === null ? undefined : sequence);
          await land({ model, real }, to, { sequence: manifest.sequence, content });
          await checkNewest({ model, real }, name);
        },
      });
    }),
);

/** Another name; what the old one had besides its newest snapshot is gone. */
export const anyMove = fc.record({ pick: anyPick, to: anyName }).map(
  (args): ModelCommand =>
    command('move', args, async (model, real) => {
      const name = pickLayer(model, args.pick);
      const { to } = args;
      const move = () => moveLayer(real.store, { layer: name, to });
      if (name === to) return requireRefusal(InvalidArgumentError, move);
      await withLayer(model, name, {
        orElse: move,
        use: async (layer) => {
          const { content } = newestOf(layer);
          const existing = model.layers.get(to);
          // A layer with the very same segments is a move that was cut short, and is finished.
          if (existing && newestOf(existing).content !== content) return requireRefusal(ConflictError, move);
          const manifest = await move();
          model.layers.delete(name);
          if (existing) requireEqual('snapshot', manifest.sequence, newestOf(existing).sequence);
          else await land({ model, real }, to, { sequence: manifest.sequence, content });
          await checkNewest({ model, real }, to);
        },
      });
    }),
);

export const anyDeletion = anyPick.map(
  (pick): ModelCommand =>
    command('delete', { pick }, async (model, real) => {
      const name = pickLayer(model, pick);
      const remove = () => deleteLayer(real.store, name);
      await withLayer(model, name, {
        orElse: remove,
        use: async () => {
          await remove();
          model.layers.delete(name);
          // The mark of the deletion, and whose name it was.
          requireEqual('names left', await real.store.listNames(`layers/${name}/`), [
            'layer.json',
            'manifests',
          ]);
          requireEqual('marks left', (await listManifests(real.store, name)).length, 1);
        },
      });
    }),
);

/** An older snapshot becomes the newest. */
export const anyRollback = anySnapshotStep('rollback', async (real, name, to) => {
  return (await rollbackLayer(real.store, { layer: name, to })).sequence;
});

/** The same from its head and the segments alone. */
export const anyRebuild = anySnapshotStep('rebuild', async (real, name, sequence) => {
  return (await rebuildLayer(real.store, name, { isForced: true, sequence })).snapshot;
});

function anySnapshotStep(
  step: string,
  run: (real: Parameters<ModelCommand['run']>[1], name: string, sequence: number) => Promise<number>,
) {
  return fc.record({ pick: anyPick, snapshot: fc.integer({ min: 1, max: 15 }) }).map(
    (args): ModelCommand =>
      command(step, args, async (model, real) => {
        const name = pickLayer(model, args.pick);
        await withLayer(model, name, {
          orElse: () => run(real, name, 1),
          use: async (layer) => {
            const wanted = pickSnapshot(layer, args.snapshot);
            const content = layer.snapshots.get(wanted);
            if (content === undefined) return requireRefusal(NotFoundError, () => run(real, name, wanted));
            const sequence = await run(real, name, wanted);
            await land({ model, real }, name, { sequence, content });
          },
        });
      }),
  );
}

/** A name for a snapshot, or its removal. */
export const anyTagging = fc
  .record({ pick: anyPick, snapshot: anyPick, tag: anyTag, isRemoved: fc.boolean() })
  .map(
    (args): ModelCommand =>
      command('tag', args, async (model, real) => {
        const layer = pickLayer(model, args.pick);
        const { tag: name } = args;
        const untag = () => deleteTag(real.store, { layer, name });
        const put = (sequence?: number) => tagSnapshot(real.store, { layer, name, sequence });
        await withLayer(model, layer, {
          orElse: () => (args.isRemoved ? untag() : put()),
          use: async (known) => {
            if (args.isRemoved) return removeTag(known, name, untag);
            const sequence = pickSnapshot(known, args.snapshot);
            if (!known.snapshots.has(sequence)) return requireRefusal(NotFoundError, () => put(sequence));
            const other = known.tags.get(name);
            if (other !== undefined && other !== sequence) {
              return requireRefusal(ConflictError, () => put(sequence));
            }
            await put(sequence);
            known.tags.set(name, sequence);
          },
        });
      }),
  );

async function removeTag(layer: LayerModel, name: string, untag: () => Promise<void>): Promise<void> {
  if (!layer.tags.has(name)) return requireRefusal(NotFoundError, untag);
  await untag();
  layer.tags.delete(name);
}

/** All but the newest snapshots and those with a tag go; young or not. */
export const anyCollection = fc
  .record({ keep: fc.integer({ min: 1, max: 4 }), pick: fc.option(anyPick) })
  .map(
    ({ keep, pick }): ModelCommand =>
      command('gc', { keep, pick }, async (model, real) => {
        const layer = pick === null ? undefined : pickLayer(model, pick);
        // A minute from now everything is older than the grace time.
        const options = { keep, graceMs: 0, nowMs: Date.now() + 60_000, ...(layer && { layer }) };
        const collect = () => collectGarbage(real.store, options);
        const isKnown = layer === undefined || (await real.store.listNames(`layers/${layer}/`)).length > 0;
        if (!isKnown) return requireRefusal(NotFoundError, collect);
        const { layers } = await collect();
        for (const [name, known] of model.layers) {
          if (layer !== undefined && layer !== name) continue;
          const report = layers.find((one) => one.layer === name);
          const kept = forgetOld(known, keep);
          requireEqual(`snapshots of ${name} kept`, report?.kept, kept);
          await checkNewest({ model, real }, name);
        }
        // What is left of those that were deleted is old.
        const left = layer === undefined ? await real.store.listNames('layers/') : [];
        requireEqual('layers left', left, layer === undefined ? [...model.layers.keys()].sort() : []);
      }),
  );

function forgetOld({ snapshots, tags }: LayerModel, keep: number): number[] {
  const all = [...snapshots.keys()].sort((a, b) => a - b);
  const tagged = new Set(tags.values());
  const kept = all.filter((sequence, i) => i >= all.length - keep || tagged.has(sequence));
  for (const sequence of all) if (!kept.includes(sequence)) snapshots.delete(sequence);
  return kept;
}

/** As if the process ended and another began. */
export const reopening = fc.constant(
  command('reopen', {}, async (_, real) => {
    await real.reopen();
  }),
);

/** True while the very same snapshot is there: a layer of the same name may have come later. */
export function isStillThere(
  model: Parameters<ModelCommand['run']>[0],
  { layer, content }: { readonly layer: string; readonly content: Content },
): boolean {
  return [...(model.layers.get(layer)?.snapshots.values() ?? [])].includes(content);
}

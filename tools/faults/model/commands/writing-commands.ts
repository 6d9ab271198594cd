import fc from 'fast-check';
import { ConflictError, InvalidArgumentError, UnsupportedError } from '../../../../src/errors/index.js';
import {
  eraseCells,
  type MergeMode,
  mergeModes,
  updateLayer,
  writeLayer,
} from '../../../../src/layer/index.js';
import {
  DenseField,
  mergedCell,
  type Place,
  placeOf,
  type Role,
  roles,
  UnheldValueError,
} from '../dense-field.js';
import { type Content, levelsUntilOneTile, newestOf } from '../layer-model.js';
import { longer, type ModelGrid, sizesOf } from '../model-grid.js';
import {
  command,
  land,
  layerNames,
  type ModelCommand,
  pickLayer,
  requireRefusal,
  withLayer,
} from './command.js';
import {
  anyLayerSpec,
  contentOf,
  layoutOptions,
  levelMethodsOf,
  sampleValue,
  sourceOf,
} from './layer-spec.js';

const largest: Place = { member: 3, t: 6, z: 3, y: 10, x: 10 };
const somewhere: ModelGrid = contentOf({
  has: ['t'],
  sizes: { member: 1, t: 1, z: 1, y: 2, x: 2 },
  isGlobal: false,
  calendar: 'standard',
  first: { packing: 'float64', axes: [], method: 'mean' },
  second: null,
  layout: {
    tile: { t: 1, z: 1, y: 2, x: 2 },
    curve: 'zorder',
    codec: 'raw',
    resolution: null,
    levels: 1,
    segmentBytes: 4096,
  },
  seed: 0,
}).grid;

/** A new layer, or another in the place of one. */
export const anyWrite = fc
  .record({ layer: fc.constantFrom(...layerNames), spec: anyLayerSpec, overwrite: fc.boolean() })
  .map(
    ({ layer, spec, overwrite }): ModelCommand =>
      command('write', { layer, overwrite, spec }, async (model, real) => {
        const content = contentOf(spec);
        const write = () =>
          writeLayer(real.store, sourceOf(content), {
            layer,
            overwrite,
            levelMethods: levelMethodsOf(content),
            ...layoutOptions(content.grid, spec.layout),
          });
        if (model.layers.has(layer) && !overwrite) return requireRefusal(ConflictError, write);
        const { manifest } = await write();
        await land({ model, real }, layer, { sequence: manifest.sequence, content });
      }),
  );

/** Where an update is: a window of columns and rows, some of the other positions, and new ones behind them. */
const anyWindow = fc.record({
  x: fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 6 })),
  y: fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 6 })),
  picks: fc.nat({ max: 0xfff }),
  added: fc.constantFrom(0, 0, 0, 1, 2),
  skip: fc.constantFrom(0, 0, 1, 4),
});
type Window = typeof anyWindow extends fc.Arbitrary<infer T> ? T : never;
type Positions = Readonly<Record<Role, readonly number[]>>;

/** An update: where, how, and with which values. */
export interface UpdateStep {
  readonly pick: number;
  readonly window: Window;
  readonly mode: MergeMode;
  readonly isFirstOnly: boolean;
  readonly seed: number;
}

/** Cells merged into a layer, by any mode, perhaps behind the ends of its axes. */
export const anyUpdate = fc
  .record({
    pick: fc.nat({ max: 15 }),
    window: anyWindow,
    mode: fc.constantFrom(...mergeModes),
    isFirstOnly: fc.boolean(),
    seed: fc.nat({ max: 0xffff }),
  })
  .map(updateStep);

/** The step that does an update. */
export function updateStep(args: UpdateStep): ModelCommand {
  return command('update', args, async (model, real) => {
    const name = pickLayer(model, args.pick);
    const run = (source: ReturnType<typeof sourceOf>) =>
      updateLayer(real.store, source, { layer: name, merge: args.mode, segmentBytes: 4096 });
    await withLayer(model, name, {
      orElse: () => run(sourceOf({ grid: somewhere, fields: [] })),
      use: async (layer) => {
        const { content } = newestOf(layer);
        const change = changeOf(content, args);
        const next = updatedContent(content, change, args.mode);
        if (next === undefined) {
          await requireRefusal(UnsupportedError, () => run(change.source));
          return;
        }
        const { manifest, segmentsWritten, segmentsReplaced } = await run(change.source);
        const isSame = segmentsWritten + segmentsReplaced === 0 && change.grid === content.grid;
        await land({ model, real }, name, {
          sequence: manifest.sequence,
          content: isSame ? content : next,
        });
      },
    });
  });
}

interface Change {
  readonly grid: ModelGrid;
  readonly fields: readonly DenseField[];
  readonly at: Positions;
  readonly source: ReturnType<typeof sourceOf>;
}

function changeOf(
  content: Content,
  { window, isFirstOnly, seed }: { window: Window; isFirstOnly: boolean; seed: number },
): Change {
  const at = positionsOf(content.grid, window);
  const reach = placeOf((role) => (role === 'x' && content.grid.isGlobal ? 0 : Math.max(...at[role]) + 1));
  const sizes = sizesOf(content.grid);
  const isLonger = roles.some((role) => reach[role] > sizes[role]);
  const grid = isLonger ? longer(content.grid, reach, window.skip) : content.grid;
  const fields = content.fields
    .filter((_, i) => i === 0 || !isFirstOnly)
    .map(({ spec }) => DenseField.of(spec, sizesOf(grid), (place) => sampleValue(spec, seed, place)));
  return { grid, fields, at, source: sourceOf({ grid, fields }, at) };
}

function positionsOf(grid: ModelGrid, { x, y, picks, added }: Window): Positions {
  const sizes = sizesOf(grid);
  const window = (role: 'x' | 'y', [from, length]: readonly [number, number]) => {
    const isRound = role === 'x' && grid.isGlobal;
    const start = from % (isRound ? sizes.x : Math.min(sizes[role] + added, largest[role]));
    const end = isRound ? start + length : Math.min(start + length, sizes[role] + added, largest[role]);
    return range(start, Math.max(end, start + 1));
  };
  const chosen = (role: 'member' | 't' | 'z', bits: number) => {
    if (!grid.has.includes(role)) return [0];
    const known = range(0, sizes[role]).filter((i) => (bits >> i) & 1);
    const end = Math.min(sizes[role] + added, Math.max(largest[role], sizes[role]));
    const all = [...known, ...range(sizes[role], end)];
    return all.length === 0 ? [0] : all;
  };
  return {
    member: chosen('member', picks >> 9),
    t: chosen('t', picks),
    z: chosen('z', picks >> 6),
    y: window('y', y),
    x: window('x', x),
  };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

/** Undefined when a merged value does not fit its cell: then nothing must change. */
function updatedContent(content: Content, change: Change, mode: MergeMode): Content | undefined {
  const { grid, at } = change;
  const columns = new Set(at.x.map((x) => (grid.isGlobal ? x % sizesOf(grid).x : x)));
  try {
    const fields = content.fields.map((field) => {
      const update = change.fields.find(({ spec }) => spec.id === field.spec.id);
      const isCovered = (place: Place) =>
        columns.has(place.x) &&
        at.y.includes(place.y) &&
        field.spec.axes.every((role) => at[role].includes(place[role]));
      return field.changed(sizesOf(grid), (old, place) =>
        update && isCovered(place) ? mergedCell(field.spec, mode, { old, update: update.at(place) }) : old,
      );
    });
    const grown = content.levels === 1 ? 1 : levelsUntilOneTile(grid, content.tile);
    return { ...content, grid, fields, levels: Math.max(content.levels, grown) };
  } catch (error) {
    if (error instanceof UnheldValueError) return undefined;
    throw error;
  }
}

/** An erasure: where, and of which parameters; beyond the end of an axis it must be refused. */
export interface ErasureStep {
  readonly pick: number;
  readonly window: Window;
  readonly isFirstOnly: boolean;
  readonly isBeyond: boolean;
}

/** Cells without data from now on: of a box, of some times, levels and members, of one parameter or all. */
export const anyErasure = fc
  .record({
    pick: fc.nat({ max: 15 }),
    window: anyWindow.map((window) => ({ ...window, added: 0 as const })),
    isFirstOnly: fc.boolean(),
    isBeyond: fc.constantFrom(false, false, false, false, false, true),
  })
  .map(erasureStep);

/** The step that does an erasure. */
export function erasureStep(args: ErasureStep): ModelCommand {
  return command('erase', args, async (model, real) => {
    const name = pickLayer(model, args.pick);
    await withLayer(model, name, {
      orElse: () => eraseCells(real.store, {}, { layer: name }),
      use: async (layer) => {
        const { content } = newestOf(layer);
        const { grid } = content;
        const at = positionsOf(grid, args.window);
        const x = [...new Set(at.x.map((i) => i % sizesOf(grid).x))].sort((a, b) => a - b);
        const spans = (positions: readonly number[]) => positions.map((i) => ({ start: i, end: i + 1 }));
        const erase = (columns: readonly number[]) =>
          eraseCells(
            real.store,
            {
              x: spans(columns),
              y: spans(at.y),
              ...(grid.has.includes('t') && { t: spans(at.t) }),
              ...(grid.has.includes('z') && { z: spans(at.z) }),
              ...(grid.has.includes('member') && { custom: { member: spans(at.member) } }),
              ...(args.isFirstOnly && { parameters: ['p'] }),
            },
            { layer: name, segmentBytes: 4096 },
          );
        if (args.isBeyond) {
          await requireRefusal(InvalidArgumentError, () => erase([...x, sizesOf(grid).x + 1]));
          return;
        }
        const fields = content.fields.map((field, i) =>
          i > 0 && args.isFirstOnly
            ? field
            : field.changed(sizesOf(grid), (old, place) => {
                const isErased =
                  x.includes(place.x) &&
                  at.y.includes(place.y) &&
                  field.spec.axes.every((role) => at[role].includes(place[role]));
                return isErased ? null : old;
              }),
        );
        const { manifest, segmentsWritten, segmentsReplaced } = await erase(x);
        const next = segmentsWritten + segmentsReplaced === 0 ? content : { ...content, fields };
        await land({ model, real }, name, { sequence: manifest.sequence, content: next });
      },
    });
  });
}

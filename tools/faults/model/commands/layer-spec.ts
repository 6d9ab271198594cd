import fc from 'fast-check';
import type { WriteOptions } from '../../../../src/layer/index.js';
import type { Source } from '../../../../src/sources/index.js';
import { type DenseParameter, denseSource } from '../../../dense-source.js';
import { DenseField, type FieldSpec, type Place, placeOf, type Role, roles } from '../dense-field.js';
import { type Content, levelsUntilOneTile } from '../layer-model.js';
import { type GridSpec, type ModelGrid, newGrid, productGrid, sizesOf } from '../model-grid.js';

/** How cells are cut and packed. */
export const anyLayout = fc.record({
  tile: fc.record({
    t: fc.integer({ min: 1, max: 3 }),
    z: fc.integer({ min: 1, max: 2 }),
    y: fc.integer({ min: 2, max: 5 }),
    x: fc.integer({ min: 2, max: 5 }),
  }),
  curve: fc.constantFrom('hilbert', 'zorder', 'rowmajor'),
  codec: fc.constantFrom('raw', 'deflate', 'zstd', 'shuffle-deflate', 'shuffle-zstd'),
  resolution: fc.option(fc.constantFrom('PT2H', 'PT5H', 'P1D')),
  levels: fc.constantFrom<('auto' | 1)[]>('auto', 'auto', 1),
  segmentBytes: fc.constantFrom(4096, 8192, 2 ** 20),
} as const);

export type Layout = typeof anyLayout extends fc.Arbitrary<infer T> ? T : never;

/** Cell types; some with a no-data value in the midst of the others, which sums and means may meet. */
const packings = {
  int8: { type: 'int8', noData: 20, scale: 1, offset: 0 },
  uint8: { type: 'uint8', noData: 255, scale: 1, offset: 0 },
  int16: { type: 'int16', noData: -99, scale: 0.5, offset: 10 },
  uint16: { type: 'uint16', noData: 20, scale: 0.25, offset: -3 },
  int32: { type: 'int32', noData: -(2 ** 31), scale: 2, offset: 0 },
  uint32: { type: 'uint32', noData: 2 ** 32 - 1, scale: 1, offset: 0 },
  float32: { type: 'float32', noData: 1e20, scale: 1, offset: 0 },
  float64: { type: 'float64', noData: 2.5, scale: 1, offset: 0 },
  'float64 with NaN': { type: 'float64', scale: 1, offset: 0 },
} as const satisfies Readonly<Record<string, Pick<FieldSpec, 'type' | 'noData' | 'scale' | 'offset'>>>;
const packingNames = Object.keys(packings) as (keyof typeof packings)[];

const anyField = fc.record({
  packing: fc.constantFrom(...packingNames),
  axes: fc.subarray<Role>(['member', 't', 'z']),
  method: fc.constantFrom('mean', 'nearest', 'mode', 'min', 'max', 'median'),
} as const);

/** A layer to write: its grid, its first parameter with all axes and perhaps another with some. */
export const anyLayerSpec = fc.record({
  has: fc.subarray<Role>(['member', 't', 'z']),
  sizes: fc
    .tuple(...[2, 3, 2, 8, 8].map((max, d) => fc.integer({ min: d < 3 ? 1 : 2, max })))
    .map((sizes): Place => placeOf((role) => sizes[roles.indexOf(role)]!)),
  isGlobal: fc.boolean(),
  calendar: fc.constantFrom('standard', 'noleap', '360_day'),
  first: anyField,
  second: fc.option(anyField),
  layout: anyLayout,
  seed: fc.nat({ max: 0xffff }),
} as const);

export type LayerSpec = typeof anyLayerSpec extends fc.Arbitrary<infer T> ? T : never;

/** What the layer of a spec must show. */
export function contentOf(spec: LayerSpec): Content {
  const grid = newGrid(spec satisfies GridSpec);
  const all = { ...spec.first, axes: spec.has };
  const fields = [all, ...(spec.second ? [spec.second] : [])].map((field, i): DenseField => {
    const described: FieldSpec = {
      id: i === 0 ? 'p' : 'q.2',
      ...packings[field.packing],
      axes: field.axes.filter((axis) => spec.has.includes(axis)),
      method: field.method,
    };
    return DenseField.of(described, sizesOf(grid), (at) => sampleValue(described, spec.seed + i, at));
  });
  return { grid, fields, ...laidOut(grid, spec.layout) };
}

/** How a snapshot is cut, for the grid it has. */
export function laidOut(grid: ModelGrid, { tile, levels }: Pick<Layout, 'tile' | 'levels'>) {
  const own = { ...tile, t: grid.has.includes('t') ? tile.t : 1, z: grid.has.includes('z') ? tile.z : 1 };
  return { tile: own, levels: levels === 1 ? 1 : levelsUntilOneTile(grid, own) };
}

/** The options that lay a layer out like that. */
export function layoutOptions(
  grid: ModelGrid,
  { tile, curve, codec, levels, ...layout }: Layout,
): WriteOptions {
  const { resolution, segmentBytes } = layout;
  return {
    curve,
    codec,
    levels,
    segmentBytes,
    tileShape: { t: tile.t, z: tile.z, row: tile.y, col: tile.x },
    ...(resolution !== null && grid.has.includes('t') && { temporalResolution: resolution }),
  };
}

/** How the levels of each parameter are made. */
export function levelMethodsOf({ fields }: Content): Record<string, FieldSpec['method']> {
  return Object.fromEntries(fields.map(({ spec: { id, method } }) => [id, method]));
}

/** The source of fields, or of the cells at some positions of them. */
export function sourceOf(
  { grid, fields }: Pick<Content, 'grid' | 'fields'>,
  at: Partial<Record<Role, readonly number[]>> = {},
): Source {
  return denseSource(
    productGrid(grid, at),
    fields.map((field): DenseParameter => {
      const { method, axes, ...spec } = field.spec;
      const own = [...roles.filter((role) => axes.includes(role)), 'y', 'x'] as Role[];
      return {
        ...spec,
        axes,
        title: spec.id,
        unit: 'K',
        attributes: {},
        valueAt: (index) => {
          const place = placeOf((role) => {
            const i = index[own.indexOf(role)] ?? 0;
            return at[role] && own.includes(role) ? at[role][i]! % wrapOf(field, grid, role) : i;
          });
          return field.at(place) ?? spec.noData ?? Number.NaN;
        },
      };
    }),
  );
}

/** Columns are counted on beyond the seam. */
function wrapOf(field: DenseField, { isGlobal }: ModelGrid, role: Role): number {
  return role === 'x' && isGlobal ? field.sizes.x : Number.POSITIVE_INFINITY;
}

/** A stored value that depends on seed and place: all equal, mostly holes, or a few holes. */
export function sampleValue({ type, noData }: FieldSpec, seed: number, at: Place): number | null {
  const kind = seed % 8;
  if (kind === 0) return 7;
  const mixed = roles.reduce((hash, role) => Math.imul(hash ^ at[role], 0x9e3779b1) + 0x7f4a7c15, seed);
  const hash = (mixed ^ (mixed >>> 15)) >>> 0;
  if (kind === 1 ? hash % 8 !== 0 : hash % 8 === 0) return null;
  const step = type.startsWith('float') ? 0.25 : 1;
  const value = step * (((hash >>> 8) % 61) - (type.startsWith('u') ? 0 : 25));
  return value === noData ? value + step : value;
}

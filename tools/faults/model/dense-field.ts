import type { LevelMethod } from '../../../src/catalog/index.js';
import type { MergeMode } from '../../../src/layer/index.js';
import type { CellType } from '../../../src/raster/index.js';

/** The axes a model has, in the order of its cells. */
export const roles = ['member', 't', 'z', 'y', 'x'] as const;
export type Role = (typeof roles)[number];

/** One number for each axis: a position, or how many cells there are. */
export type Place = Readonly<Record<Role, number>>;

/** What the cells of a field are. */
export interface FieldSpec {
  readonly id: string;
  readonly type: CellType;
  readonly noData?: number;
  readonly scale: number;
  readonly offset: number;
  /** Axes it has beside x and y. */
  readonly axes: readonly Role[];
  readonly method: LevelMethod;
}

/** A sum or mean that the cells cannot hold: the update that asked for it must be refused. */
export class UnheldValueError extends Error {}

/** All cells of a parameter as stored, null for no data; never changed once made. */
export class DenseField {
  readonly spec: FieldSpec;
  readonly sizes: Place;
  readonly cells: readonly (number | null)[];

  constructor(spec: FieldSpec, sizes: Place, cells: readonly (number | null)[]) {
    this.spec = spec;
    this.sizes = sizes;
    this.cells = cells;
  }

  /** A field whose cells are what `valueAt` says, rounded as its type rounds. */
  static of(spec: FieldSpec, sizes: Place, valueAt: (at: Place) => number | null): DenseField {
    const own = ownSizes(spec, sizes);
    return new DenseField(
      spec,
      own,
      [...placesIn(own)].map((at) => {
        const value = valueAt(at);
        return value !== null && spec.type === 'float32' ? Math.fround(value) : value;
      }),
    );
  }

  /** As stored; null for no data and for what is not there. */
  at(at: Place): number | null {
    let index = 0;
    for (const role of roles) {
      if (at[role] >= this.sizes[role]) return null;
      index = index * this.sizes[role] + at[role];
    }
    return this.cells[index]!;
  }

  /** In physical units. */
  physicalAt(at: Place): number | null {
    const raw = this.at(at);
    return raw === null ? null : raw * this.spec.scale + this.spec.offset;
  }

  /** The field with room for `sizes`, and `change` made to every cell. */
  changed(sizes: Place, change: (old: number | null, at: Place) => number | null): DenseField {
    return DenseField.of(this.spec, sizes, (at) => change(this.at(at), at));
  }

  /** Valid cells, in physical units. */
  *valid(): Generator<number> {
    for (const raw of this.cells) if (raw !== null) yield raw * this.spec.scale + this.spec.offset;
  }
}

/** Sizes with 1 along the axes a field lacks. */
export function ownSizes({ axes }: FieldSpec, sizes: Place): Place {
  const has = (role: Role) => role === 'x' || role === 'y' || axes.includes(role);
  return placeOf((role) => (has(role) ? sizes[role] : 1));
}

/** Every position, x fastest. */
export function* placesIn(sizes: Place): Generator<Place> {
  for (let member = 0; member < sizes.member; member++)
    for (let t = 0; t < sizes.t; t++)
      for (let z = 0; z < sizes.z; z++)
        for (let y = 0; y < sizes.y; y++) for (let x = 0; x < sizes.x; x++) yield { member, t, z, y, x };
}

/** A number for each axis. */
export function placeOf(numberOf: (role: Role) => number): Place {
  const [member, t, z, y, x] = roles.map(numberOf);
  return { member: member!, t: t!, z: z!, y: y!, x: x! };
}

/**
 * What is stored in a cell after an update: cells without data never take the place of others.
 *
 * Throws: UnheldValueError.
 */
export function mergedCell(
  spec: FieldSpec,
  mode: MergeMode,
  { old, update }: { readonly old: number | null; readonly update: number | null },
): number | null {
  if (update === null) return old;
  if (old === null) return update;
  // Scales are powers of two and values small: physical values and their sums are exact.
  const [a, b] = [old * spec.scale + spec.offset, update * spec.scale + spec.offset];
  if (mode === 'replace') return update;
  if (mode === 'keep') return old;
  if (mode === 'min') return a < b ? old : update;
  if (mode === 'max') return a > b ? old : update;
  const physical = mode === 'sum' ? a + b : (a + b) / 2;
  if (physical === a) return old;
  if (physical === b) return update;
  return heldValue(spec, (physical - spec.offset) / spec.scale);
}

const integerLimits: Readonly<Partial<Record<CellType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

function heldValue({ id, type, noData }: FieldSpec, raw: number): number {
  const limits = integerLimits[type];
  const rounded = limits ? Math.floor(raw + 0.5) : type === 'float32' ? Math.fround(raw) : raw;
  const fits = limits === undefined || (rounded >= limits[0] && rounded <= limits[1]);
  if (fits && rounded !== noData) return rounded;
  throw new UnheldValueError(`${id}: ${rounded}`);
}

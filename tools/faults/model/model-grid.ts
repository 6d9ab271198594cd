import { type Axis, type CalendarName, CRS84, type Grid } from '../../../src/grid/index.js';
import { type Place, placeOf, type Role, roles } from './dense-field.js';

const HOUR_MS = 3_600_000;
const GLOBAL_COLUMNS = 8;

/** Where the cells of a model are. */
export interface ModelGrid {
  /** Values of each axis; one value, never told to the product, along an axis the layer lacks. */
  readonly values: Readonly<Record<Role, readonly number[]>>;
  readonly has: readonly Role[];
  /** Columns go once round the globe. */
  readonly isGlobal: boolean;
  readonly calendar: CalendarName;
}

/** How long the axes of a new grid are, and which of them there are. */
export interface GridSpec {
  readonly sizes: Place;
  readonly has: readonly Role[];
  readonly isGlobal: boolean;
  readonly calendar: CalendarName;
}

/** The grid of a new layer. */
export function newGrid({ sizes, has, isGlobal, calendar }: GridSpec): ModelGrid {
  const empty = { member: [], t: [], z: [], y: [], x: [] };
  const grid = { values: empty, has: [...has, 'y', 'x'] as Role[], isGlobal, calendar };
  return longer(
    grid,
    placeOf((role) => {
      if (role === 'x' && isGlobal) return GLOBAL_COLUMNS;
      return grid.has.includes(role) ? sizes[role] : 1;
    }),
  );
}

/** The grid with axes at least as long as asked; `skip` instants are left out before the first one added. */
export function longer(grid: ModelGrid, sizes: Place, skip = 0): ModelGrid {
  const values = { ...grid.values };
  for (const role of roles) {
    const axis = [...values[role]];
    while (axis.length < sizes[role]) axis.push(nextValue(grid, role, axis, skip));
    values[role] = axis;
  }
  return { ...grid, values };
}

/** How many cells each axis has. */
export function sizesOf({ values }: ModelGrid): Place {
  return placeOf((role) => values[role].length);
}

function nextValue(grid: ModelGrid, role: Role, axis: readonly number[], skip: number): number {
  const i = axis.length;
  if (role === 'x') return grid.isGlobal ? -180 + 45 * i : -20 + 0.5 * i;
  if (role === 'y') return grid.isGlobal ? 90 - 15 * i : 40 - 0.5 * i;
  if (role === 'z') return 100 * (i + 1);
  if (role === 'member') return i;
  return i === 0 ? 0 : axis[i - 1]! + HOUR_MS * (1 + skip);
}

/** What the product is told: of each axis the cells at `at`, all when absent; columns counted round the globe. */
export function productGrid(grid: ModelGrid, at: Partial<Record<Role, readonly number[]>> = {}): Grid {
  const axis = (role: Role, name: string): Axis => ({
    name,
    coordinates: coordinatesOf(role, at[role]?.map((i) => valueAt(grid, role, i)) ?? grid.values[role]),
  });
  const has = (role: Role) => grid.has.includes(role);
  return {
    crs: CRS84,
    x: axis('x', 'lon'),
    y: axis('y', 'lat'),
    ...(has('z') && { z: { ...axis('z', 'level'), unit: 'hPa' } }),
    ...(has('t') && { t: { ...axis('t', 'time'), calendar: grid.calendar } }),
    custom: has('member') ? [axis('member', 'member')] : [],
  };
}

/** A column beyond the seam is the same column a turn further east. */
function valueAt({ values, isGlobal }: ModelGrid, role: Role, index: number): number {
  const axis = values[role];
  if (role !== 'x' || !isGlobal || index < axis.length) return axis[index]!;
  return axis[index - axis.length]! + 360;
}

function coordinatesOf(role: Role, values: readonly number[]): Axis['coordinates'] {
  const step = values.length > 1 ? values[1]! - values[0]! : 0;
  const isRegular = values.length > 1 && values.every((value, i) => value === values[0]! + i * step);
  // Rows and columns of a layer are regular, so that it can grow.
  if (isRegular && role !== 'z') return { kind: 'regular', start: values[0]!, step, count: values.length };
  return { kind: 'explicit', values };
}

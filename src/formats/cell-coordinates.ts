import { InvalidArgumentError } from '../errors/index.js';
import type { Domain } from './coverage.js';
import { cleanCoordinate, numbersOf, timesOf } from './domain-axes.js';

/** One coordinate of every cell: that of a cell is `values[floor(cell / stride) % values.length]`. */
export interface CellCoordinate<T> {
  readonly values: readonly T[];
  readonly stride: number;
}

/** Where and when the cells of a domain are, counted in row-major order of t, z, y, x (or composite). */
export interface CellCoordinates {
  readonly count: number;
  /** Both there, unless `polygon` is. */
  readonly x?: CellCoordinate<number>;
  readonly y?: CellCoordinate<number>;
  /** Which polygon of the domain, counted from 1. */
  readonly polygon?: CellCoordinate<number>;
  readonly z?: CellCoordinate<number>;
  readonly t?: CellCoordinate<string>;
}

/** The same of cells that each have an x and a y. */
export type PlacedCells = CellCoordinates & Required<Pick<CellCoordinates, 'x' | 'y'>>;

/** As `cellCoordinates`. Throws: InvalidArgumentError also for polygons. */
export function placedCells(domain: Domain): PlacedCells {
  const { x, y, ...others } = cellCoordinates(domain);
  if (x === undefined || y === undefined) throw new InvalidArgumentError('a domain has polygons for x and y');
  return { ...others, x, y };
}

/** The coordinates of all cells of a domain. Throws: InvalidArgumentError for a domain without x or y. */
export function cellCoordinates(domain: Domain): CellCoordinates {
  const { places, stride: plane } = planeOf(domain);
  let stride = plane;
  const z = domain.z && { values: numbersOf(domain.z), stride };
  stride *= z?.values.length ?? 1;
  const t = domain.t && { values: timesOf(domain.t), stride };
  stride *= t?.values.length ?? 1;
  // A trajectory at one level has z as an axis of one value, and t among its tuples.
  return { ...(z && { z }), ...(t && { t }), ...places, count: stride };
}

/** Position of a cell among the values of one of its coordinates. */
export function coordinateIndex({ values, stride }: CellCoordinate<unknown>, cell: number): number {
  return Math.floor(cell / stride) % values.length;
}

/** The value of one coordinate of a cell. */
export function coordinateOf<T>(coordinate: CellCoordinate<T>, cell: number): T {
  return coordinate.values[coordinateIndex(coordinate, cell)]!;
}

interface Plane {
  readonly places: Omit<CellCoordinates, 'count'>;
  /** Cells of one time and level. */
  readonly stride: number;
}

function planeOf({ composite, polygons, ...domain }: Domain): Plane {
  if (composite !== undefined) return tuplePlaces(composite);
  if (polygons === undefined) return gridPlaces(domain);
  const numbers = polygons.map((_, at) => at + 1);
  return { places: { polygon: { values: numbers, stride: 1 } }, stride: polygons.length };
}

function gridPlaces({ x, y }: Pick<Domain, 'x' | 'y'>): Plane {
  if (x === undefined || y === undefined) throw new InvalidArgumentError('a domain has no x or no y');
  const [xs, ys] = [numbersOf(x), numbersOf(y)];
  return {
    places: { x: { values: xs, stride: 1 }, y: { values: ys, stride: xs.length } },
    stride: xs.length * ys.length,
  };
}

function tuplePlaces({ coordinates, values }: NonNullable<Domain['composite']>): Plane {
  const column = (name: string): (number | string)[] | undefined => {
    const at = coordinates.indexOf(name);
    return at < 0 ? undefined : values.map((tuple) => tuple[at]!);
  };
  const numbers = (name: string) => column(name)?.map((value) => cleanCoordinate(Number(value)));
  const [x, y, z, t] = [numbers('x'), numbers('y'), numbers('z'), column('t')?.map(String)];
  if (x === undefined || y === undefined) throw new InvalidArgumentError('a domain has no x or no y');
  return {
    places: {
      x: { values: x, stride: 1 },
      y: { values: y, stride: 1 },
      ...(z && { z: { values: z, stride: 1 } }),
      ...(t && { t: { values: t, stride: 1 } }),
    },
    stride: values.length,
  };
}

import type { Domain, DomainAxis } from '../coverage.js';
import { numbersOf } from '../domain-axes.js';

/** Where the pixels of an image are: its north-west corner and the size of a pixel. */
export interface RasterPlace {
  readonly west: number;
  readonly north: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Whether values come from west to east, and from north to south. */
  readonly isEastward: boolean;
  readonly isSouthward: boolean;
}

/** Steps of a regular axis differ by less than this part of a step. */
const tolerance = 1e-3;

/** The place of a grid as an image; undefined when its cells have not all the same size. */
export function rasterPlace({ x, y }: Domain): RasterPlace | undefined {
  if (x === undefined || y === undefined) return undefined;
  const [xs, ys] = [numbersOf(x), numbersOf(y)];
  const [stepX, stepY] = [widthOf(x) ?? stepOf(xs), widthOf(y) ?? stepOf(ys)];
  if (stepX === undefined || stepY === undefined) return undefined;
  // An axis of one value says nothing of its cell, which is taken to be square.
  const width = Math.abs(stepX || stepY);
  const height = Math.abs(stepY || stepX);
  if (width === 0) return undefined;
  return {
    west: Math.min(xs[0]!, xs.at(-1)!) - width / 2,
    north: Math.max(ys[0]!, ys.at(-1)!) + height / 2,
    width,
    height,
    columns: xs.length,
    rows: ys.length,
    isEastward: stepX >= 0,
    isSouthward: stepY <= 0,
  };
}

/** How wide the cell of a single value is, where its axis says so. */
function widthOf(axis: DomainAxis): number | undefined {
  const bounds = axis.kind === 'numbers' ? axis.bounds : undefined;
  return bounds?.length === 2 ? Math.abs(bounds[1]! - bounds[0]!) : undefined;
}

/** Zero for a single value, undefined for an irregular axis. */
function stepOf(values: readonly number[]): number | undefined {
  if (values.length === 1) return 0;
  const [first] = values as [number];
  const step = (values.at(-1)! - first) / (values.length - 1);
  const isRegular = values.every(
    (value, index) => Math.abs(value - first - index * step) <= tolerance * Math.abs(step),
  );
  return isRegular ? Number(step.toPrecision(12)) : undefined;
}

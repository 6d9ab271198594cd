import type { CalendarName, Crs } from '../grid/index.js';

/**
 * One axis of a domain, in the order of its values. `bounds` are where each value's stretch of the axis begins and
 * ends, of one value after the other; there when values stand for more than a place.
 */
export type DomainAxis =
  | { readonly kind: 'numbers'; readonly values: readonly number[]; readonly bounds?: readonly number[] }
  | { readonly kind: 'regular'; readonly start: number; readonly stop: number; readonly count: number }
  | { readonly kind: 'times'; readonly values: readonly string[]; readonly bounds?: readonly string[] };

export type DomainType =
  | 'Grid'
  | 'Point'
  | 'PointSeries'
  | 'VerticalProfile'
  | 'MultiPoint'
  | 'Trajectory'
  | 'Section'
  | 'Polygon'
  | 'PolygonSeries'
  | 'MultiPolygon'
  | 'MultiPolygonSeries';

/** The outer ring and holes, each closed, of x and y. */
export type DomainPolygon = readonly (readonly (readonly [x: number, y: number])[])[];

export interface Domain {
  readonly domainType: DomainType;
  readonly x?: DomainAxis;
  readonly y?: DomainAxis;
  readonly z?: DomainAxis;
  readonly t?: DomainAxis;
  /** Tuples (x, y[, z]) of a MultiPoint, (t, x, y[, z]) of a Trajectory or (t, x, y) of a Section; t is a text as on a `times` axis. */
  readonly composite?: {
    readonly coordinates: readonly string[];
    readonly values: readonly (readonly (number | string)[])[];
  };
  /** Instead, of the domains of polygons: a value for each. */
  readonly polygons?: readonly DomainPolygon[];
  readonly crs: Crs;
  readonly vertical?: { readonly unit?: string; readonly title?: string; readonly positive?: 'up' | 'down' };
  readonly calendar?: CalendarName;
}

export interface CoverageParameter {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly unit?: string;
  readonly standardName?: string;
  readonly dataType: 'float' | 'integer';
  /** Significant decimals worth printing: 'float32' prints the shortest text that reads back equal as float32. */
  readonly precision: 'float32' | 'float64' | { readonly decimals: number };
  /** Of results over axes (t, z, y, x, or custom ones). */
  readonly cellMethod?: CellMethod;
}

/** How values over some axes became one. */
export interface CellMethod {
  readonly method: 'mean' | 'min' | 'max' | 'sum' | 'count' | 'std';
  readonly axes: readonly string[];
}

/** Physical values in row-major order of the range's axes, NaN for no data, in blocks of any length. */
export type ValueBlocks = AsyncIterable<Float64Array | Float32Array>;

export interface CoverageRange {
  readonly parameter: string;
  /** Axes longer than one, in the order t, z, y, x (or composite). */
  readonly axisNames: readonly string[];
  readonly shape: readonly number[];
  /** Names it among the ranges of its answer, as a part of an address, where it can be read in tiles. */
  readonly tiledAs?: string;
  values(): ValueBlocks;
}

export interface Coverage {
  readonly id?: string;
  readonly domain: Domain;
  readonly ranges: readonly CoverageRange[];
  /** Values of custom axes this coverage belongs to, as members of the coverage ("number": 3). */
  readonly members?: Readonly<Record<string, number | string>>;
}

/** The answer of one query: one coverage, or several that share parameters. */
export interface CoverageAnswer {
  readonly parameters: readonly CoverageParameter[];
  readonly coverages: readonly Coverage[];
  /** True when the answer is a collection even with one coverage. */
  readonly isCollection: boolean;
}

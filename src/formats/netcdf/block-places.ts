import type { Domain } from '../coverage.js';
import { numbersOf, timesOf } from '../domain-axes.js';
import { placeAttributes, timeNumbers, verticalAttributes } from './cf-attributes.js';
import type { ClassicDimension } from './classic-layout.js';
import type { FileParts } from './file-parts.js';

/** Where the values of a block's variables are. */
export interface BlockPlaces {
  readonly dimensions: readonly ClassicDimension[];
  /** Names of coordinates that are no dimensions. */
  readonly auxiliary: readonly string[];
  readonly gridMapping?: string;
  readonly featureType?: 'point' | 'timeSeries' | 'trajectory';
}

/** What plans of places need. */
export interface Planning {
  readonly parts: FileParts;
  /** Of projected x and y. */
  readonly unit: string | undefined;
}

/** The axes of a grid. */
export function planGrid(domain: Domain, { parts, unit }: Planning): BlockPlaces {
  const places = (['y', 'x'] as const).map((axis) =>
    parts.axis(
      nameOf(axis, domain),
      { kind: 'numbers', values: numbersOf(domain[axis]!) },
      placeAttributes(axis, domain, unit),
    ),
  );
  return { dimensions: [...timeAndLevel(domain, parts), ...places], auxiliary: [] };
}

/** Dimensions for the axes of time and level that a domain has, in this order. */
export function timeAndLevel(domain: Domain, parts: FileParts): ClassicDimension[] {
  const dimensions: ClassicDimension[] = [];
  if (domain.t !== undefined) {
    const { values, attributes } = timeNumbers(timesOf(domain.t), domain.calendar);
    dimensions.push(parts.axis('time', { kind: 'numbers', values }, attributes));
  }
  if (domain.z !== undefined) {
    const content = { kind: 'numbers', values: numbersOf(domain.z) } as const;
    dimensions.push(parts.axis('vertical', content, verticalAttributes(domain)));
  }
  return dimensions;
}

/** What x or y is called. */
export function nameOf(axis: 'x' | 'y', { crs }: Domain): string {
  if (crs.kind === 'projected') return axis;
  return axis === 'x' ? 'lon' : 'lat';
}

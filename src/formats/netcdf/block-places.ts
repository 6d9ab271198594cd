import type { Domain, DomainAxis } from '../coverage.js';
import { numbersOf, timesOf } from '../domain-axes.js';
import { coordinateName, placeAttributes, timeNumbers, verticalAttributes } from './cf-attributes.js';
import type { Attributes, ClassicDimension } from './classic-layout.js';
import type { FileParts } from './file-parts.js';

/** Where the values of a block's variables are. */
export interface BlockPlaces {
  readonly dimensions: readonly ClassicDimension[];
  /** Names of coordinates that are no dimensions. */
  readonly auxiliary: readonly string[];
  readonly gridMapping?: string;
  /** The variable that says which polygons the values are of. */
  readonly geometry?: string;
  readonly featureType?: 'point' | 'timeSeries' | 'trajectory';
}

/** What plans of places need. */
export interface Planning {
  readonly parts: FileParts;
  /** Of projected x and y. */
  readonly unit: string | undefined;
  /** The variable that states the system of x and y, if it is known. */
  readonly gridMapping: string | undefined;
}

/** The axes of a grid. */
export function planGrid(domain: Domain, { parts, unit }: Planning): BlockPlaces {
  const places = (['y', 'x'] as const).map((axis) =>
    numberAxis(parts, domain[axis]!, {
      name: coordinateName(axis, domain),
      attributes: placeAttributes(axis, domain, unit),
    }),
  );
  return { dimensions: [...timeAndLevel(domain, parts), ...places], auxiliary: [] };
}

/** Dimensions for the axes of time and level that a domain has, in this order. */
export function timeAndLevel(domain: Domain, parts: FileParts): ClassicDimension[] {
  const dimensions: ClassicDimension[] = [];
  if (domain.t !== undefined) {
    const bounds = domain.t.kind === 'times' ? (domain.t.bounds ?? []) : [];
    const times = timesOf(domain.t);
    // One unit for all, since bounds are counted as their axis is.
    const { values, attributes } = timeNumbers([...times, ...bounds], domain.calendar);
    dimensions.push(
      parts.axis(
        'time',
        { kind: 'numbers', values: values.slice(0, times.length) },
        attributes,
        values.slice(times.length),
      ),
    );
  }
  if (domain.z !== undefined) {
    dimensions.push(
      numberAxis(parts, domain.z, { name: 'vertical', attributes: verticalAttributes(domain) }),
    );
  }
  return dimensions;
}

function numberAxis(
  parts: FileParts,
  axis: DomainAxis,
  { name, attributes }: { readonly name: string; readonly attributes: Attributes },
): ClassicDimension {
  const bounds = axis.kind === 'numbers' ? axis.bounds : undefined;
  return parts.axis(name, { kind: 'numbers', values: numbersOf(axis) }, attributes, bounds);
}

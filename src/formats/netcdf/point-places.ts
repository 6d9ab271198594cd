import type { Domain } from '../coverage.js';
import type { Planning } from './block-places.js';
import { coordinateName, placeAttributes, timeUnitOf, verticalAttributes } from './cf-attributes.js';
import type { Attributes, ClassicDimension } from './classic-layout.js';

/** Coordinates of points, each as long as the others. */
export interface Points {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly zs?: readonly number[] | undefined;
  readonly ts?: readonly string[] | undefined;
}

/**
 * Coordinates of points over the same dimensions; returns their names. `blocks` makes them, with the same coordinates
 * in each: once for every variable, and again where the file is written, so that no more than a block is held.
 */
export function planPoints(
  { domain, blocks }: { readonly domain: Domain; readonly blocks: () => Iterable<Points> },
  {
    dimensions,
    parts,
    unit,
  }: Pick<Planning, 'parts' | 'unit'> & { readonly dimensions: readonly ClassicDimension[] },
): string[] {
  const add = (
    name: string,
    { axis: _, ...attributes }: Attributes,
    valuesOf: (points: Points) => readonly number[],
  ): string => {
    const content = { kind: 'blocks', blocks: () => mapped(blocks(), valuesOf) } as const;
    return parts.variable(name, { dimensions, content, attributes });
  };
  const [first] = blocks();
  const time =
    first?.ts &&
    timeUnitOf(
      mapped(blocks(), ({ ts }) => ts!),
      domain.calendar,
    );
  return [
    ...(time ? [add('time', time.attributes, ({ ts }) => time.numbers(ts!))] : []),
    ...(first?.zs ? [add('vertical', verticalAttributes(domain), ({ zs }) => zs!)] : []),
    add(coordinateName('y', domain), placeAttributes('y', domain, unit), ({ ys }) => ys),
    add(coordinateName('x', domain), placeAttributes('x', domain, unit), ({ xs }) => xs),
  ];
}

function* mapped<T>(blocks: Iterable<Points>, valuesOf: (points: Points) => T): Generator<T> {
  for (const points of blocks) yield valuesOf(points);
}

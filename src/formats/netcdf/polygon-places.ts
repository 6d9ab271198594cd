import type { Domain, DomainAxis } from '../coverage.js';
import { numbersOf } from '../domain-axes.js';
import { type BlockPlaces, type Planning, timeAndLevel } from './block-places.js';
import { coordinateName, placeAttributes } from './cf-attributes.js';

/**
 * Values of polygons: an instance for each, whose rings are described by a geometry container. Rings are closed,
 * outer ones anticlockwise, as those of domains are. Coverages of several levels become one more dimension.
 *
 * Source: CF conventions 1.8, section 7.5.
 */
export function planPolygons(domains: readonly Domain[], planning: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const { parts } = planning;
  const instance = parts.once(`instances ${JSON.stringify(first.polygons)}`, () =>
    parts.dimension('instance', first.polygons!.length),
  );
  const geometry = parts.once(`geometry of ${instance.name}`, () => planGeometry(first, instance, planning));
  const { z: _, ...others } = first;
  const outer =
    domains.length === 1
      ? timeAndLevel(first, parts)
      : [...timeAndLevel(withoutTime(first, levelsOf(domains)), parts), ...timeAndLevel(others, parts)];
  return { dimensions: [...outer, instance], auxiliary: [], geometry };
}

/** The container, and what it names: nodes of all rings, one after the other, and how many each polygon and ring has. */
function planGeometry(
  domain: Domain,
  instance: BlockPlaces['dimensions'][number],
  { parts, unit, gridMapping }: Planning,
): string {
  const polygons = domain.polygons!;
  const rings = polygons.flat();
  const vertices = rings.flat();
  const node = parts.dimension('node', vertices.length);
  const [x, y] = (['x', 'y'] as const).map((axis, at) =>
    parts.variable(coordinateName(axis, domain), {
      dimensions: [node],
      content: { kind: 'numbers', values: vertices.map((vertex) => vertex[at]!) },
      attributes: placeAttributes(axis, domain, unit),
    }),
  );
  const counts = (name: string, dimension: typeof node, values: readonly number[]) =>
    parts.variable(name, { dimensions: [dimension], content: { kind: 'ints', values }, attributes: {} });
  const nodeCount = counts(
    'node_count',
    instance,
    polygons.map((polygon) => polygon.flat().length),
  );
  const hasHoles = rings.length > polygons.length;
  const part = hasHoles ? parts.dimension('part', rings.length) : undefined;
  return parts.attributes('geometry_container', {
    geometry_type: 'polygon',
    node_count: nodeCount,
    node_coordinates: `${x} ${y}`,
    ...(part && {
      part_node_count: counts(
        'part_node_count',
        part,
        rings.map(({ length }) => length),
      ),
      interior_ring: counts(
        'interior_ring',
        part,
        polygons.flatMap((polygon) => polygon.map((_, at) => Math.min(at, 1))),
      ),
    }),
    ...(gridMapping !== undefined && { grid_mapping: gridMapping }),
  });
}

function levelsOf(domains: readonly Domain[]): DomainAxis {
  return { kind: 'numbers', values: domains.flatMap(({ z }) => numbersOf(z!)) };
}

function withoutTime({ t: _, ...domain }: Domain, z: DomainAxis): Domain {
  return { ...domain, z };
}

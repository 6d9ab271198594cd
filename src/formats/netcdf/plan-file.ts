import { cellCoordinates } from '../cell-coordinates.js';
import { cellsOf, checkAnswer, parameterOf, wrongCount } from '../check-answer.js';
import type { CoverageAnswer, Domain } from '../coverage.js';
import { lengthOf, numbersOf, timesOf } from '../domain-axes.js';
import { floatTypeOf } from '../value-bytes.js';
import type { AnswerBlock } from './answer-blocks.js';
import { parameterAttributes, placeAttributes, timeNumbers, verticalAttributes } from './cf-attributes.js';
import type { Attributes, ClassicDimension, ClassicFile } from './classic-layout.js';
import { FileParts, labels, texts } from './file-parts.js';
import { gridMapping } from './grid-mapping.js';

/** Where the values of a block's variables are. */
interface BlockPlaces {
  readonly dimensions: readonly ClassicDimension[];
  /** Names of coordinates that are no dimensions. */
  readonly auxiliary: readonly string[];
  readonly gridMapping?: string;
  readonly featureType?: 'point' | 'timeSeries' | 'trajectory';
}

/**
 * The file that holds an answer: coordinates first, then a variable for each parameter. Axes are called `time`,
 * `vertical`, `lat` and `lon` (`y` and `x` when projected); a name that is taken already gets a number.
 *
 * Throws: InvalidArgumentError for a range that does not cover its domain.
 */
export function planFile(answer: CoverageAnswer, blocks: readonly AnswerBlock[]): ClassicFile {
  checkAnswer(answer);
  const parts = new FileParts();
  const places = blocks.map((block) => planPlaces(block, parts));
  for (const [index, block] of blocks.entries()) addParameters(block, places[index]!, { answer, parts });
  const types = new Set(places.map(({ featureType }) => featureType));
  const [featureType] = types;
  return {
    dimensions: parts.dimensions,
    variables: parts.variables,
    attributes: {
      Conventions: 'CF-1.8',
      ...(types.size === 1 && featureType !== undefined && { featureType }),
    },
  };
}

function planPlaces({ members, domains }: AnswerBlock, parts: FileParts): BlockPlaces {
  const [domain] = domains as [Domain];
  const dimensions = members.map(({ name, values }) => parts.axis(name, labels(values), { long_name: name }));
  const mapping = domain.crs.kind === 'projected' ? gridMapping(domain.crs) : undefined;
  const about = { parts, unit: mapping?.unit };
  const inside =
    domains.length > 1
      ? planSites(domains, about)
      : domain.composite === undefined
        ? planGrid(domain, about)
        : planTuples(domain, about);
  const mappingName =
    mapping &&
    parts.variable('crs', {
      dimensions: [],
      content: { kind: 'int', value: 0 },
      attributes: mapping.attributes,
    });
  return {
    dimensions: [...dimensions, ...inside.dimensions],
    auxiliary: inside.auxiliary,
    ...(mappingName !== undefined && { gridMapping: mappingName }),
    // The shapes of CF's feature types have no further dimensions.
    ...(members.length === 0 && inside.featureType !== undefined && { featureType: inside.featureType }),
  };
}

interface Planning {
  readonly parts: FileParts;
  /** Of projected x and y. */
  readonly unit: string | undefined;
}

function planGrid(domain: Domain, { parts, unit }: Planning): BlockPlaces {
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
function timeAndLevel(domain: Domain, parts: FileParts): ClassicDimension[] {
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

/** Points, or the vertices of a trajectory; a single time or level is written beside each of them. */
function planTuples(domain: Domain, { parts, unit }: Planning): BlockPlaces {
  const { composite, t, z, ...others } = domain;
  const length = composite!.values.length;
  const axes = {
    ...others,
    ...(t !== undefined && lengthOf(t) > 1 && { t }),
    ...(z !== undefined && lengthOf(z) > 1 && { z }),
  };
  const cells = cellCoordinates(domain);
  const isTrajectory = domain.domainType === 'Trajectory';
  const outer = timeAndLevel(axes, parts);
  const point = parts.dimension(isTrajectory ? 'obs' : 'point', length);
  const spread = <T>(values: readonly T[]): readonly T[] =>
    values.length === length ? values : Array.from({ length }, () => values[0]!);
  const auxiliary = planPoints(
    {
      domain,
      xs: cells.x.values,
      ys: cells.y.values,
      ...(axes.z === undefined && cells.z && { zs: spread(cells.z.values) }),
      ...(axes.t === undefined && cells.t && { ts: spread(cells.t.values) }),
    },
    { dimension: point, parts, unit },
  );
  if (isTrajectory) auxiliary.push(featureName('trajectory', texts(['1']), { dimensions: [], parts }));
  const featureType =
    outer.length > 0 ? {} : ({ featureType: isTrajectory ? 'trajectory' : 'point' } as const);
  return { dimensions: [...outer, point], auxiliary, ...featureType };
}

/** Series of single positions. */
function planSites(domains: readonly Domain[], { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const { z: _, ...domain } = first;
  const station = parts.dimension('station', domains.length);
  const zs = domains.flatMap(({ z }) => (z === undefined ? [] : numbersOf(z)));
  const auxiliary = planPoints(
    {
      domain: first,
      xs: domains.flatMap(({ x }) => numbersOf(x!)),
      ys: domains.flatMap(({ y }) => numbersOf(y!)),
      ...(zs.length > 0 && { zs }),
    },
    { dimension: station, parts, unit },
  );
  const names = texts(domains.map((_, index) => String(index + 1)));
  auxiliary.push(featureName('station_name', names, { dimensions: [station], parts }));
  return { dimensions: [station, ...timeAndLevel(domain, parts)], auxiliary, featureType: 'timeSeries' };
}

function featureName(
  name: 'trajectory' | 'station_name',
  content: ReturnType<typeof texts>,
  { dimensions, parts }: { readonly dimensions: readonly ClassicDimension[]; readonly parts: FileParts },
): string {
  const role = name === 'trajectory' ? 'trajectory_id' : 'timeseries_id';
  return parts.variable(name, { dimensions, content, attributes: { cf_role: role } });
}

interface Points {
  readonly domain: Domain;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly zs?: readonly number[];
  readonly ts?: readonly string[];
}

/** Coordinates of points over one dimension; returns their names. */
function planPoints(
  { domain, xs, ys, zs, ts }: Points,
  { dimension, parts, unit }: Planning & { readonly dimension: ClassicDimension },
): string[] {
  const add = (name: string, values: readonly number[], { axis: _, ...attributes }: Attributes): string =>
    parts.variable(name, { dimensions: [dimension], content: { kind: 'numbers', values }, attributes });
  const times = ts && timeNumbers(ts, domain.calendar);
  return [
    ...(times ? [add('time', times.values, times.attributes)] : []),
    ...(zs ? [add('vertical', zs, verticalAttributes(domain))] : []),
    add(nameOf('y', domain), ys, placeAttributes('y', domain, unit)),
    add(nameOf('x', domain), xs, placeAttributes('x', domain, unit)),
  ];
}

function nameOf(axis: 'x' | 'y', { crs }: Domain): string {
  if (crs.kind === 'projected') return axis;
  return axis === 'x' ? 'lon' : 'lat';
}

function addParameters(
  { coverages }: AnswerBlock,
  { dimensions, auxiliary, gridMapping }: BlockPlaces,
  { answer, parts }: { readonly answer: CoverageAnswer; readonly parts: FileParts },
): void {
  const counts = coverages.map(({ domain }) => cellCoordinates(domain).count);
  for (const [place, range] of coverages[0]!.ranges.entries()) {
    const parameter = parameterOf(answer, range);
    const ranges = coverages.map((coverage) => coverage.ranges[place]!);
    const wrong = ranges.find((one, index) => cellsOf(one) !== counts[index]);
    if (wrong !== undefined) throw wrongCount(wrong, cellsOf(wrong));
    parts.values(parameter.id, {
      dimensions,
      content: { kind: 'ranges', type: floatTypeOf(parameter), ranges },
      attributes: {
        ...parameterAttributes(parameter),
        ...(auxiliary.length > 0 && { coordinates: auxiliary.join(' ') }),
        ...(gridMapping !== undefined && { grid_mapping: gridMapping }),
      },
    });
  }
}

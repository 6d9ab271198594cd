import type { Location, LocationGeometry, LonLat } from '../catalog/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import type { CoverageAnswer } from '../formats/index.js';
import { addWork, checkCoverageCount, type EdrPlan, noWork } from './answer-plan.js';
import { planArea } from './area.js';
import { type Bounds, boxesMeet } from './bounds.js';
import { parseBbox } from './box.js';
import { chooseAxes, type EdrRequest, type QueryableLayer, type ReadContext } from './edr-request.js';
import { planPosition } from './position.js';
import { parseQueryCrs } from './query-crs.js';

type AnswerPlan = Extract<EdrPlan, { readonly kind: 'answer' }>;

/** Places whose data are asked for. */
export interface AskedLocations {
  /** `one` answers as its query does; `several` are a collection, also when only one of them has data. */
  readonly kind: 'one' | 'several';
  readonly locations: readonly Location[];
}

/**
 * Data of named places: of a point as `position` answers it, of polygons as `area` does. Coverages of several come one
 * after the other; places without data are left out.
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planLocations(
  layer: QueryableLayer,
  { kind, locations }: AskedLocations,
  request: EdrRequest,
): EdrPlan {
  requireLonLat(layer, request.crs);
  const plans = locations
    .map(({ geometry }) => planGeometry(layer, geometry, request))
    .filter((plan) => plan.kind === 'answer');
  const [first] = plans;
  if (first === undefined) return { kind: 'no-data' };
  if (kind === 'one') return first;
  return {
    kind: 'answer',
    cells: plans.reduce((sum, { cells }) => sum + cells, 0),
    crs: first.crs,
    work: () => plans.map((plan) => plan.work()).reduce(addWork, noWork),
    open: (context) => openAll(plans, context),
  };
}

/** Which of a list of locations are asked for. */
export interface LocationFilter {
  readonly bbox?: string | undefined;
  readonly datetime?: string | undefined;
}

/**
 * The locations that meet a box, all of them when there is none, and none when the layer has no data at `datetime`.
 * Throws: InvalidArgumentError.
 */
export function filterLocations(
  { manifest: { grid } }: QueryableLayer,
  locations: readonly Location[],
  { bbox, datetime }: LocationFilter,
): readonly Location[] {
  const times = chooseAxes(grid, datetime === undefined ? {} : { datetime }).t;
  const box = bbox === undefined ? undefined : parseBbox(bbox).bounds;
  if (times?.length === 0) return [];
  return box === undefined
    ? locations
    : locations.filter(({ geometry }) => boxesMeet(boundsOf(geometry), box));
}

function boundsOf(geometry: LocationGeometry): Bounds {
  const vertices = verticesOf(geometry);
  const bounds: [number, number, number, number] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [lon, lat] of vertices) {
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
  }
  return bounds;
}

function verticesOf({ type, coordinates }: LocationGeometry): readonly LonLat[] {
  switch (type) {
    case 'Point':
      return [coordinates];
    case 'Polygon':
      return coordinates.flat();
    case 'MultiPolygon':
      return coordinates.flat(2);
    default:
      return type satisfies never;
  }
}

/** Locations are where they are in longitude and latitude; in other coordinates their edges would not be straight. */
function requireLonLat({ manifest }: QueryableLayer, crs: string | undefined): void {
  if (parseQueryCrs(crs, manifest.grid).isGeographic) return;
  throw new InvalidArgumentError('locations are answered in longitude and latitude', {
    parameter: 'crs',
    found: crs,
    allowed: 'CRS84, EPSG:4326',
  });
}

function planGeometry(layer: QueryableLayer, geometry: LocationGeometry, request: EdrRequest): EdrPlan {
  switch (geometry.type) {
    case 'Point':
      return planPosition(layer, { ...request, coords: `POINT(${geometry.coordinates.join(' ')})` });
    case 'Polygon':
      return planArea(layer, { ...request, coords: `POLYGON${ringsText(geometry.coordinates)}` });
    case 'MultiPolygon': {
      const polygons = geometry.coordinates.map(ringsText);
      return planArea(layer, { ...request, coords: `MULTIPOLYGON(${polygons.join(',')})` });
    }
    default:
      return geometry satisfies never;
  }
}

function ringsText(rings: readonly (readonly LonLat[])[]): string {
  const texts = rings.map((ring) => `(${ring.map((vertex) => vertex.join(' ')).join(',')})`);
  return `(${texts.join(',')})`;
}

async function openAll(
  plans: readonly AnswerPlan[],
  context: ReadContext,
): Promise<CoverageAnswer | undefined> {
  const answers: CoverageAnswer[] = [];
  for (const plan of plans) {
    const answer = await plan.open(context);
    if (answer !== undefined) answers.push(answer);
  }
  const [first] = answers;
  if (first === undefined) return undefined;
  const coverages = answers.flatMap((answer) => answer.coverages);
  checkCoverageCount(coverages.length);
  return { parameters: first.parameters, coverages, isCollection: true };
}

import { type CellCoordinates, cellCoordinates, coordinateOf } from './cell-coordinates.js';
import type { Coverage, CoverageAnswer, DomainPolygon } from './coverage.js';
import { cleanCoordinate } from './domain-axes.js';
import { NamePool } from './name-pool.js';

/** Properties that every feature has, or may have, besides custom axes and parameters. */
const ownProperties = ['datetime', 'parameter-name', 'label', 'edrqueryendpoint', 'time', 'vertical'];

/** What custom axes and parameters are called among the properties. */
export interface PropertyNames {
  readonly members: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Names for all properties of an answer; one that is taken already gets a number. */
export function propertyNames({ coverages, parameters }: CoverageAnswer): PropertyNames {
  const pool = new NamePool();
  for (const name of ownProperties) pool.take(name);
  const axes = new Set(coverages.flatMap(({ members = {} }) => Object.keys(members)));
  return {
    members: new Map([...axes].map((axis) => [axis, pool.take(axis)])),
    parameters: new Map(parameters.map(({ id }) => [id, pool.take(id)])),
  };
}

/** The beginnings of the features of one coverage: all but the values. */
export class FeatureHeads {
  readonly cells: CellCoordinates;
  readonly #id: string | undefined;
  readonly #fixed: string;
  readonly #polygons: readonly string[];
  /** Of a single time that stands for several. */
  readonly #period: string | undefined;

  constructor(coverage: Coverage, names: PropertyNames, address: string | undefined) {
    this.cells = cellCoordinates(coverage.domain);
    this.#id = coverage.id;
    this.#fixed = fixedProperties(coverage, names, address);
    this.#polygons = (coverage.domain.polygons ?? []).map(geometryOfPolygon);
    const { t } = coverage.domain;
    const bounds = t?.kind === 'times' ? t.bounds : undefined;
    this.#period = bounds?.length === 2 ? bounds.join('/') : undefined;
  }

  /** The feature of one cell. */
  ofCell(cell: number, number: number): string {
    const { t, z } = this.cells;
    const time = this.#period ?? (t && coordinateOf(t, cell));
    const level = z === undefined ? '' : `,"vertical":${coordinateOf(z, cell)}`;
    return `${this.#open(cell, { id: number, time })}${level}`;
  }

  /** One feature for all cells of a coverage at one place; times and levels that are many are lists. */
  ofPlace(number: number): string {
    const { t, z } = this.cells;
    const times = t?.values ?? [];
    const time = this.#period ?? (times.length > 1 ? `${times[0]}/${times.at(-1)}` : times[0]);
    const list = times.length > 1 ? `,"time":${JSON.stringify(times)}` : '';
    const levels =
      z === undefined ? '' : `,"vertical":${JSON.stringify(z.values.length > 1 ? z.values : z.values[0])}`;
    return `${this.#open(0, { id: this.#id ?? number, time })}${list}${levels}`;
  }

  #open(cell: number, { id, time }: { id: string | number; time: string | undefined }): string {
    const { geometry, label } = this.#placeOf(cell);
    return (
      `{"type":"Feature","id":${JSON.stringify(id)},"geometry":${geometry},` +
      `"properties":{"datetime":${JSON.stringify(time ?? null)},"label":${JSON.stringify(this.#id ?? label)}${this.#fixed}`
    );
  }

  #placeOf(cell: number): { geometry: string; label: string } {
    const { x: xs, y: ys, polygon } = this.cells;
    if (polygon !== undefined) {
      const number = coordinateOf(polygon, cell);
      return { geometry: this.#polygons[number - 1]!, label: `polygon ${number}` };
    }
    const x = wrapLongitude(coordinateOf(xs!, cell));
    const y = coordinateOf(ys!, cell);
    return { geometry: `{"type":"Point","coordinates":[${x},${y}]}`, label: `lon ${x}, lat ${y}` };
  }
}

function fixedProperties(
  { members = {}, ranges }: Coverage,
  names: PropertyNames,
  address: string | undefined,
): string {
  const properties = {
    'parameter-name': ranges.map(({ parameter }) => parameter),
    ...(address !== undefined && { edrqueryendpoint: address }),
    ...Object.fromEntries(
      Object.entries(members).map(([axis, value]) => [names.members.get(axis) ?? axis, value]),
    ),
  };
  return `,${JSON.stringify(properties).slice(1, -1)}`;
}

/** One across 180 degrees goes on beyond it: cut there it would be several. */
function geometryOfPolygon(polygon: DomainPolygon): string {
  const coordinates = polygon.map((ring) => ring.map((vertex) => vertex.map(cleanCoordinate)));
  return JSON.stringify({ type: 'Polygon', coordinates });
}

/** Axes across 180 degrees go on beyond it; a position of GeoJSON does not. */
function wrapLongitude(x: number): number {
  return x >= -180 && x <= 180 ? x : cleanCoordinate(x - 360 * Math.floor((x + 180) / 360));
}

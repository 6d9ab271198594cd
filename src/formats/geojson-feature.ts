import { type CellCoordinates, cellCoordinates, coordinateOf } from './cell-coordinates.js';
import type { Coverage, CoverageAnswer } from './coverage.js';
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

  constructor(coverage: Coverage, names: PropertyNames, address: string | undefined) {
    this.cells = cellCoordinates(coverage.domain);
    this.#id = coverage.id;
    this.#fixed = fixedProperties(coverage, names, address);
  }

  /** The feature of one cell. */
  ofCell(cell: number, number: number): string {
    const { t, z } = this.cells;
    const time = t && coordinateOf(t, cell);
    const level = z === undefined ? '' : `,"vertical":${coordinateOf(z, cell)}`;
    return `${this.#open(cell, { id: number, time })}${level}`;
  }

  /** One feature for all cells of a coverage at one place; times and levels that are many are lists. */
  ofPlace(number: number): string {
    const { t, z } = this.cells;
    const times = t?.values ?? [];
    const time = times.length > 1 ? `${times[0]}/${times.at(-1)}` : times[0];
    const list = times.length > 1 ? `,"time":${JSON.stringify(times)}` : '';
    const levels =
      z === undefined ? '' : `,"vertical":${JSON.stringify(z.values.length > 1 ? z.values : z.values[0])}`;
    return `${this.#open(0, { id: this.#id ?? number, time })}${list}${levels}`;
  }

  #open(cell: number, { id, time }: { id: string | number; time: string | undefined }): string {
    const x = wrapLongitude(coordinateOf(this.cells.x, cell));
    const y = coordinateOf(this.cells.y, cell);
    const label = JSON.stringify(this.#id ?? `lon ${x}, lat ${y}`);
    return (
      `{"type":"Feature","id":${JSON.stringify(id)},"geometry":{"type":"Point","coordinates":[${x},${y}]},` +
      `"properties":{"datetime":${JSON.stringify(time ?? null)},"label":${label}${this.#fixed}`
    );
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

/** Axes across 180 degrees go on beyond it; a position of GeoJSON does not. */
function wrapLongitude(x: number): number {
  return x >= -180 && x <= 180 ? x : cleanCoordinate(x - 360 * Math.floor((x + 180) / 360));
}

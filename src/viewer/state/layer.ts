import { type Fields, fields, list, text } from '../api/fields.js';
import type { Bbox } from './place.js';

/** A layer as the service lists it, as far as the page needs it. */
export interface Layer {
  readonly id: string;
  readonly title: string;
  /** West, south, east, north in degrees. */
  readonly bbox: Bbox;
  /** About how wide and how high a cell is. */
  readonly cellDegrees: readonly [number, number];
  readonly parameters: readonly Parameter[];
  /** ISO 8601 texts in the axis' order; empty without a time axis. */
  readonly times: readonly string[];
  /** False where days are not those of `Date`. */
  readonly isCivil: boolean;
  /** Pyramid levels, the native one included. */
  readonly levels: number;
  /** Levels and custom axes: what else has to be chosen. */
  readonly axes: readonly ChoiceAxis[];
}

/** A quantity of a layer. */
export interface Parameter {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Of the CF conventions; empty where there is none. */
  readonly standardName: string;
  /** Smallest and largest value in the whole layer, where the service knows them. */
  readonly range?: readonly [number, number];
  /** Names of its axes; absent: all of the layer's. */
  readonly axes?: readonly string[];
}

/** An axis shown as a list; `name` is its query parameter. */
export interface ChoiceAxis {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Of levels: which way they count, where the layer says so. */
  readonly positive?: 'up' | 'down';
  readonly values: readonly string[];
}

const world: Bbox = [-180, -90, 180, 90];
/** Calendars in which an instant is what `Date` takes it for. */
const civilCalendars = ['standard', 'proleptic_gregorian', ''];

/** A layer's name and title, before its axes are known. */
export interface ListedLayer {
  readonly id: string;
  readonly title: string;
}

/** Reads `GET /layers`. */
export function parseLayers(answer: unknown): ListedLayer[] {
  return list(fields(answer).layers).map(parseName);
}

/** Reads `GET /layers/{layer}`; what is absent becomes empty, so that a newer service does not break the page. */
export function parseLayer(answer: unknown): Layer {
  const layer = fields(answer);
  const { t, z, y, x, ...custom } = fields(layer.axes);
  const corners = list(layer.bbox).map(Number);
  const bbox = corners.length === 4 && corners.every(Number.isFinite) ? (corners as unknown as Bbox) : world;
  const [west, south, east, north] = bbox;
  const length = (axis: unknown) => Math.max(1, Number(fields(axis).length) || 1);
  return {
    ...parseName(answer),
    bbox,
    cellDegrees: [(east < west ? east + 360 - west : east - west) / length(x), (north - south) / length(y)],
    parameters: list(layer.parameters).map(parseParameter),
    times: parseTimes(t),
    isCivil: civilCalendars.includes(text(fields(t).calendar)),
    levels: Math.max(1, list(layer.levels).length),
    axes: Object.entries({ z, ...custom })
      .map(([name, axis]) => parseAxis(name, axis))
      .filter(({ values }) => values.length > 0),
  };
}

function parseName(answer: unknown): ListedLayer {
  const layer = fields(answer);
  const id = String(layer.layer ?? layer.id);
  return { id, title: text(layer.title) || id };
}

function parseParameter(answer: unknown): Parameter {
  const parameter = fields(answer);
  const id = String(parameter.id);
  const range = rangeOf(parameter);
  return {
    id,
    title: text(parameter.title) || id,
    unit: text(parameter.unit),
    standardName: text(parameter.standardName),
    ...(range && { range }),
    ...(Array.isArray(parameter.axes) && { axes: parameter.axes.map(String) }),
  };
}

function rangeOf(parameter: Fields): [number, number] | undefined {
  const { min, max } = fields(parameter.statistics);
  return typeof min === 'number' && typeof max === 'number' ? [min, max] : undefined;
}

function parseAxis(name: string, answer: unknown): ChoiceAxis {
  const axis = fields(answer);
  const title = text(axis.title) || (name === 'z' ? 'Level' : name);
  const positive = axis.positive === 'up' || axis.positive === 'down' ? { positive: axis.positive } : {};
  return {
    name,
    title,
    unit: text(axis.unit),
    ...positive,
    values: coordinatesOf(axis).map(String),
  } as ChoiceAxis;
}

/** Instants as texts. Other calendars are shown as the service spells them, or left to it when it does not. */
function parseTimes(answer: unknown): string[] {
  const axis = fields(answer);
  if (Array.isArray(axis.values)) return axis.values.map(String);
  if (!civilCalendars.includes(text(axis.calendar))) return [];
  return coordinatesOf(axis).map((instant) => new Date(Number(instant)).toISOString().replace('.000Z', 'Z'));
}

function coordinatesOf(axis: Fields): readonly unknown[] {
  const { kind, start, step, count, values } = fields(axis.coordinates);
  if (kind !== 'regular') return list(axis.values ?? values);
  return Array.from({ length: Number(count) }, (_, i) => Number(start) + i * Number(step));
}

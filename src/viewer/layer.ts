/** A layer as the service lists it, as far as the page needs it. */
export interface Layer {
  readonly id: string;
  readonly title: string;
  /** West, south, east, north in degrees. */
  readonly bbox: readonly [number, number, number, number];
  readonly parameters: readonly Parameter[];
  /** ISO 8601 texts in the axis' order; empty without a time axis. */
  readonly times: readonly string[];
  /** Levels and custom axes: what else has to be chosen. */
  readonly axes: readonly ChoiceAxis[];
}

/** A quantity of a layer. */
export interface Parameter {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
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
  readonly values: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const world = [-180, -90, 180, 90] as const;
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
  const bbox = list(layer.bbox).map(Number);
  return {
    ...parseName(answer),
    bbox:
      bbox.length === 4 && bbox.every(Number.isFinite) ? (bbox as [number, number, number, number]) : world,
    parameters: list(layer.parameters).map(parseParameter),
    times: parseTimes(t),
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
  return { name, title, unit: text(axis.unit), values: coordinatesOf(axis).map(String) };
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

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

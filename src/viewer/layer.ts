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

/** Reads `GET /layers`. */
export function parseLayers(answer: unknown): Layer[] {
  return list(fields(answer).layers).map(parseLayer);
}

/** Reads one layer; what is absent becomes empty, so that a newer service does not break the page. */
export function parseLayer(answer: unknown): Layer {
  const layer = fields(answer);
  const id = String(layer.id);
  const levels = axisOf('z', layer.levels ?? layer.z);
  const custom = list(layer.axes ?? layer.custom).map((axis) => axisOf(text(fields(axis).name), axis));
  const bbox = list(layer.bbox).map(Number);
  return {
    id,
    title: text(layer.title) || id,
    bbox:
      bbox.length === 4 && bbox.every(Number.isFinite) ? (bbox as [number, number, number, number]) : world,
    parameters: list(layer.parameters).map(parseParameter),
    times: valuesOf(layer.times ?? layer.t),
    axes: [levels, ...custom].filter(({ values }) => values.length > 0),
  };
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
  const statistics = { ...parameter, ...fields(parameter.statistics) };
  const range = parameter.range ?? [statistics.min, statistics.max];
  const [min, max] = list(range);
  return typeof min === 'number' && typeof max === 'number' ? [min, max] : undefined;
}

function axisOf(name: string, answer: unknown): ChoiceAxis {
  const axis = fields(answer);
  return {
    name,
    title: text(axis.title) || (name === 'z' ? 'Level' : name),
    unit: text(axis.unit),
    values: valuesOf(answer),
  };
}

/** An axis is a plain list or an object with its `values`. */
function valuesOf(answer: unknown): string[] {
  return list(Array.isArray(answer) ? answer : fields(answer).values).map(String);
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

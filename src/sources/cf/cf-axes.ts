import { CorruptionError, TilecurveError, UnsupportedError } from '../../errors/index.js';
import {
  type Axis,
  axisFromNumbers,
  type Coordinates,
  formatInstant,
  type NumberStorage,
  parseCalendarName,
  parseTimeUnits,
  type TimeAxis,
  type VerticalAxis,
} from '../../grid/index.js';
import type { JsonObject } from '../bounded-json.js';
import type { Dimension } from './cf-dimensions.js';
import { isPressureUnit, textOf } from './cf-role.js';
import { cellCount, type Variable } from './dataset.js';

/** Reads coordinate variables into axes. */
export class AxisReader {
  private readonly signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  /** x or y: numbers, strictly monotonic. */
  async readSpatial(dimension: Dimension): Promise<Axis> {
    const variable = coordinateOf(dimension);
    return { ...describe(dimension), coordinates: await this.readCoordinates(variable) };
  }

  async readVertical(dimension: Dimension): Promise<VerticalAxis> {
    const variable = coordinateOf(dimension);
    const positive = directionOf(variable);
    return {
      ...describe(dimension),
      coordinates: await this.readCoordinates(variable),
      ...(positive === undefined ? {} : { positive }),
    };
  }

  async readTime(dimension: Dimension): Promise<TimeAxis> {
    const variable = coordinateOf(dimension);
    const { calendar, instants } = await this.readInstants(variable);
    const { title } = describe(dimension);
    return {
      name: dimension.name,
      ...(title === undefined ? {} : { title }),
      calendar,
      coordinates: aboutCoordinate(variable, () => axisFromNumbers(instants, 'integer')),
    };
  }

  /** Labels where the coordinate is text or has no order, numbers else; 0, 1, ... where there is none. */
  async readCustom(dimension: Dimension, length: number): Promise<Axis> {
    const variable = dimension.coordinate;
    if (variable === undefined) return { name: dimension.name, coordinates: positions(length) };
    if (variable.layout().element.kind === 'text') {
      checkLength(variable);
      return {
        ...describe(dimension),
        coordinates: labels(await variable.open().readTexts(this.signal), variable),
      };
    }
    if (dimension.evidence.role === 't') {
      const { calendar, instants } = await this.readInstants(variable);
      const texts = instants.map((instant) => formatInstant(instant, calendar));
      return { name: dimension.name, coordinates: labels(texts, variable) };
    }
    const { values, storage } = await this.readNumbers(variable);
    const isOrdered = values.every(
      (value, i) => i < 2 || (value - values[i - 1]!) * (values[1]! - values[0]!) > 0,
    );
    const coordinates = isOrdered
      ? aboutCoordinate(variable, () => axisFromNumbers(values, storage))
      : labels(Array.from(values, String), variable);
    return { ...describe(dimension), coordinates };
  }

  /** Instants of a time coordinate of any rank, in its calendar. */
  async readInstants(variable: Variable) {
    const { attributes, name } = variable;
    const units = textOf(attributes.units);
    if (units === undefined) throw new UnsupportedError('time coordinate has no unit', { array: name });
    const calendar = aboutCoordinate(variable, () => parseCalendarName(textOf(attributes.calendar)));
    const toInstant = aboutCoordinate(variable, () => parseTimeUnits(units, calendar));
    const { values } = await this.readNumbers(variable);
    return { calendar, instants: Array.from(values, toInstant) };
  }

  /** Values of a numeric coordinate, unpacked; its fill value is a value like any other. */
  async readNumbers(variable: Variable): Promise<{ values: Float64Array; storage: NumberStorage }> {
    const { element } = variable.layout();
    if (element.kind === 'text')
      throw new UnsupportedError('coordinate is text where numbers are needed', { array: variable.name });
    checkLength(variable);
    const values = await variable.open().readNumbers(this.signal);
    const scale = packingNumber(variable, 'scale_factor', 1);
    const offset = packingNumber(variable, 'add_offset', 0);
    if (scale !== 1 || offset !== 0)
      return { values: values.map((value) => value * scale + offset), storage: 'float64' };
    if (!element.type.startsWith('float')) return { values, storage: 'integer' };
    return { values, storage: element.type === 'float32' ? 'float32' : 'float64' };
  }

  private async readCoordinates(variable: Variable): Promise<Coordinates> {
    const { values, storage } = await this.readNumbers(variable);
    return aboutCoordinate(variable, () => axisFromNumbers(values, storage));
  }
}

const maxCoordinates = 10_000_000;

/** Runs `compute`, its errors naming the coordinate; what is wrong with its values is damage of the source. */
function aboutCoordinate<T>(variable: Variable, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof TilecurveError)) throw error;
    const Kind = error.code === 'INVALID_ARGUMENT' ? CorruptionError : UnsupportedError;
    throw new Kind(error.message, { array: variable.name, ...error.fields }, { cause: error });
  }
}

/** Values of a coordinate that other values depend on are never many. */
function checkLength(variable: Variable): void {
  const { shape, chunkShape } = variable.layout();
  const found = Math.max(cellCount(shape), cellCount(chunkShape));
  if (found > maxCoordinates)
    throw new UnsupportedError('coordinate has too many values', {
      array: variable.name,
      found,
      allowed: maxCoordinates,
    });
}

function coordinateOf({ name, coordinate }: Dimension): Variable {
  if (coordinate !== undefined) return coordinate;
  throw new UnsupportedError('dimension has no coordinate variable, so its cells have no place', {
    dimension: name,
  });
}

function describe({ name, coordinate }: Dimension): Omit<Axis, 'coordinates'> {
  const attributes: JsonObject = coordinate?.attributes ?? {};
  const unit = textOf(attributes.units);
  const title = textOf(attributes.long_name);
  return { name, ...(unit ? { unit } : {}), ...(title ? { title } : {}) };
}

function directionOf({ name, attributes }: Variable): 'up' | 'down' | undefined {
  const stated = textOf(attributes.positive)?.toLowerCase();
  if (stated === 'up' || stated === 'down') return stated;
  const standardName = textOf(attributes.standard_name) ?? '';
  if (isPressureUnit(textOf(attributes.units)) || /^depth/i.test(standardName || name)) return 'down';
  return /^(height|altitude|geopotential_height)/.test(standardName) ? 'up' : undefined;
}

function positions(length: number): Coordinates {
  return length === 1
    ? { kind: 'explicit', values: [0] }
    : { kind: 'regular', start: 0, step: 1, count: length };
}

function labels(values: readonly string[], variable: Variable): Coordinates {
  if (new Set(values).size === values.length) return { kind: 'labels', values };
  throw new CorruptionError('two coordinates are the same', { array: variable.name });
}

function packingNumber({ name, attributes }: Variable, attribute: string, fallback: number): number {
  const value = attributes[attribute];
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isFinite(value) && (value !== 0 || fallback === 0)) return value;
  throw new CorruptionError(`attribute ${attribute} is not a usable number`, { array: name });
}

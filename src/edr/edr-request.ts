import { InvalidArgumentError } from '../errors/index.js';
import { type Axis, byName, type Grid, type IndexSpan, wholeAxis } from '../grid/index.js';
import type { LayerReader, QueryStats } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import { parseLevelFilter, selectCustom, selectLevels } from './level-filter.js';
import { shorten } from './number-text.js';
import { parseTimeFilter, selectTimes } from './time-filter.js';

/** The texts of one EDR query, decoded but not yet understood. */
export interface EdrRequest {
  readonly coords?: string;
  readonly bbox?: string;
  readonly z?: string;
  readonly datetime?: string;
  /** Comma list; all parameters when absent. */
  readonly parameterNames?: string;
  readonly crs?: string;
  /** Of a radius. */
  readonly within?: string;
  readonly withinUnits?: string;
  /** Of a corridor: its whole width and height. */
  readonly corridorWidth?: string;
  readonly widthUnits?: string;
  readonly corridorHeight?: string;
  readonly heightUnits?: string;
  /** Of all but trajectories: `(method,axis[,axis...])`, or a comma list of such. */
  readonly aggregation?: string;
  /** Of a position: `nearest` or `linear`. */
  readonly method?: string;
  /** Of a grid: samples along an axis, 0 for the resolution of the data. */
  readonly resolutionX?: string;
  readonly resolutionY?: string;
  readonly resolutionZ?: string;
  /** By the name of a custom axis. */
  readonly custom?: Readonly<Record<string, string>>;
}

/** What queries need of a layer; a LayerReader is one. */
export type QueryableLayer = Pick<
  LayerReader,
  'manifest' | 'plan' | 'slabs' | 'read' | 'cut' | 'parts' | 'runSummaries'
>;

/** How an answer is read. */
export interface ReadContext {
  readonly signal?: AbortSignal;
  readonly stats?: QueryStats;
}

/** Cells asked for on the axes besides x and y. An empty list means nothing on the axis matches. */
export interface AxisChoices {
  readonly t?: readonly IndexSpan[];
  readonly z?: readonly IndexSpan[];
  /** True when the request says which levels. */
  readonly hasLevels: boolean;
  readonly custom: readonly CustomChoice[];
}

/** What a request chooses on one custom axis. */
export interface CustomChoice {
  readonly axis: Axis;
  readonly spans: readonly IndexSpan[];
  /** The request names exactly one value, so that the answer need not be a collection. */
  readonly isSingle: boolean;
}

/** Parameters that have the same axes, and so can share a domain. */
export interface ParameterGroup {
  readonly axes: readonly string[];
  readonly parameters: readonly Parameter[];
}

/**
 * The cells that `datetime`, `z` and custom parameters choose. A layer without time takes any datetime.
 * Throws: InvalidArgumentError.
 */
export function chooseAxes(grid: Grid, request: EdrRequest): AxisChoices {
  const calendar = grid.t?.calendar ?? grid.referenceTime?.calendar ?? 'standard';
  const times = request.datetime === undefined ? undefined : parseTimeFilter(request.datetime, calendar);
  const levels = request.z === undefined ? undefined : parseLevelFilter(request.z, 'z');
  const custom = byName(Object.entries(request.custom ?? {}));
  return {
    ...(grid.t && { t: times ? selectTimes(grid.t, times) : wholeAxis(grid.t) }),
    ...(grid.z && { z: levels ? selectLevels(grid.z, levels) : wholeAxis(grid.z) }),
    hasLevels: levels !== undefined,
    custom: grid.custom.map((axis) => chooseCustom(axis, custom[axis.name])),
  };
}

function chooseCustom(axis: Axis, text: string | undefined): CustomChoice {
  if (text === undefined) return { axis, spans: wholeAxis(axis), isSingle: false };
  return { axis, spans: selectCustom(axis, text), isSingle: !/[,/]/.test(text) };
}

/**
 * The parameters asked for, in the order asked, grouped by the axes they have.
 * Throws: InvalidArgumentError naming the known ones.
 */
export function groupParameters(all: readonly Parameter[], names: string | undefined): ParameterGroup[] {
  const groups = new Map<string, Parameter[]>();
  for (const parameter of chooseParameters(all, names)) {
    const axes = [...parameter.axes].sort().join('\n');
    groups.set(axes, [...(groups.get(axes) ?? []), parameter]);
  }
  return [...groups.values()].map((parameters) => ({ axes: parameters[0]!.axes, parameters }));
}

function chooseParameters(all: readonly Parameter[], names: string | undefined): readonly Parameter[] {
  if (names === undefined) return all;
  const chosen = names.split(',').map((text) => {
    const parameter = all.find(({ id }) => id === text.trim());
    if (parameter !== undefined) return parameter;
    throw new InvalidArgumentError('parameter-name is not known here', {
      parameter: 'parameter-name',
      found: shorten(text),
      allowed: all.map(({ id }) => id).join(', '),
    });
  });
  return [...new Set(chosen)];
}

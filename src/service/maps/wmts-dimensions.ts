import { axisNumbers, formatInstant, type TimeAxis } from '../../grid/index.js';
import type { LayerReader } from '../../layer/index.js';
import type { Parameter } from '../../raster/index.js';
import { type MapDimension, mapDimensions } from './layer-map.js';

/** An axis as WMTS lists it: its name in templates, the value of tiles that name none, and the values there are. */
export interface WmtsDimension {
  readonly id: string;
  readonly parameter: string;
  readonly default: string;
  readonly values: readonly string[];
}

/** Of more values the last ones are listed, or a rule where there is one. */
const maxValues = 500;
/** What may stand in the braces of a template. */
const TEMPLATE_NAME = /^[A-Za-z_][\w.-]{0,63}$/;

/** The dimensions of a parameter, each under another name; an axis of a name that no template can have is left out. */
export function wmtsDimensions(layer: LayerReader, parameter: Parameter): WmtsDimension[] {
  const named = mapDimensions(layer, parameter).filter(
    ({ id }, at, all) => TEMPLATE_NAME.test(id) && all.findIndex((other) => other.id === id) === at,
  );
  const { t } = layer.manifest.grid;
  return named.flatMap((dimension) => {
    const listed = t && dimension.parameter === 'datetime' ? listTimes(dimension, t) : listOthers(dimension);
    return listed.values.length === 0
      ? []
      : [{ id: dimension.id, parameter: dimension.parameter, ...listed }];
  });
}

/** The newest is the default, as it is of tiles. */
function listTimes(
  { interval, values }: MapDimension,
  axis: TimeAxis,
): Pick<WmtsDimension, 'default' | 'values'> {
  const [[first, last] = []] = interval;
  const [, step] = /^R\d+\/[^/]+\/(P[^/]+)$/.exec(values[0] ?? '') ?? [];
  const instants = axisNumbers(axis).toSorted((a, b) => a - b);
  const isRule = instants.length > maxValues && step !== undefined;
  return {
    default: last!,
    values: isRule
      ? [`${first}/${last}/${step}`]
      : instants.slice(-maxValues).map((instant) => formatInstant(instant, axis.calendar)),
  };
}

function listOthers({ values }: MapDimension): Pick<WmtsDimension, 'default' | 'values'> {
  const listed = values.filter((value) => value !== undefined).slice(0, maxValues);
  return { default: listed[0] ?? '', values: listed };
}

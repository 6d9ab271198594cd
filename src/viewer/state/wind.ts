import type { Layer, Parameter } from './layer.js';

/** The components of a vector: to the east, to the north. */
export type Wind = readonly [Parameter, Parameter];

/**
 * The wind, or another vector, that a parameter is a component of: standard names `eastward_...` and `northward_...` or
 * `x_...` and `y_...`, or names that differ by their first letter, u and v; both of one unit and with the same axes.
 */
export function windOf(layer: Layer, parameter: Parameter): Wind | undefined {
  for (const east of layer.parameters) {
    const north = layer.parameters.find((other) => areComponents(east, other));
    if (north !== undefined && (east.id === parameter.id || north.id === parameter.id)) return [east, north];
  }
  return undefined;
}

function areComponents(east: Parameter, north: Parameter): boolean {
  if (east.id === north.id || east.unit !== north.unit) return false;
  if ([...(east.axes ?? [])].sort().join() !== [...(north.axes ?? [])].sort().join()) return false;
  return northOfName(east.standardName) === north.standardName || northOfId(east.id) === north.id;
}

function northOfName(standardName: string): string | undefined {
  const north = standardName.replace(/^eastward_/, 'northward_').replace(/^x_/, 'y_');
  return north === standardName ? undefined : north;
}

/** `u`, `u10`, `UWND`, `10u`, `u_component_of_wind`. */
function northOfId(id: string): string | undefined {
  return /^\d*u/i.test(id) ? id.replace(/u/i, (letter) => (letter === 'u' ? 'v' : 'V')) : undefined;
}

/** Units of speed, however they are spelled: barbs stand for knots. */
const speedUnit =
  /^(kt|kts|kn|knots?|kph|mph)$|^(m|met(re|er)s?|km|mi|miles?)\s*[./ ]?\s*(per\s+)?(s|sec|second|h|hour)s?(\s*(\*\*|\^)?-1|\u207b\u00b9)?$/i;

/** Whether a wind is measured in a unit that barbs can be drawn from. */
export function hasSpeedUnit([east]: Wind): boolean {
  return speedUnit.test(east.unit.trim());
}

/** Speed, and where the wind comes from in degrees clockwise from north; the sea goes the other way. */
export function windFrom(east: number, north: number): { readonly speed: number; readonly degrees: number } {
  const degrees = (Math.atan2(-east, -north) * 180) / Math.PI;
  return { speed: Math.hypot(east, north), degrees: (degrees + 360) % 360 };
}

/** The range of speeds that a map has by default: from nothing to what the largest components make together. */
export function speedRange([east, north]: Wind): [number, number] | undefined {
  if (east.range === undefined || north.range === undefined) return undefined;
  const largest = ({ range }: Parameter) => Math.max(...range!.map(Math.abs));
  return [0, Math.hypot(largest(east), largest(north))];
}

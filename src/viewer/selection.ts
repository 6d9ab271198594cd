import type { Address } from './hash.js';
import type { ChoiceAxis, Layer, Parameter } from './layer.js';

/** What is shown: one parameter of one layer at one time, level and so on. */
export interface Selection {
  readonly layer: Layer;
  readonly parameter: Parameter;
  readonly datetime?: string;
  /** One value of each axis the parameter has: name -> value. */
  readonly axes: Readonly<Record<string, string>>;
}

/** The choice nearest to what the address names; `undefined` for a layer without parameters. */
export function selectIn(layer: Layer, wanted: Address): Selection | undefined {
  const parameter = layer.parameters.find(({ id }) => id === wanted.parameter) ?? layer.parameters[0];
  if (!parameter) return undefined;
  const datetime = hasTime(layer, parameter) ? pick(layer.times, wanted.datetime) : undefined;
  const asked: Readonly<Record<string, string>> = {
    ...wanted.axes,
    ...(wanted.z !== undefined && { z: wanted.z }),
  };
  const axes = axesOf(layer, parameter).map(({ name, values }) => [name, pick(values, asked[name])]);
  return { layer, parameter, ...(datetime !== undefined && { datetime }), axes: Object.fromEntries(axes) };
}

/** The axes besides time that the parameter has. */
export function axesOf(layer: Layer, parameter: Parameter): readonly ChoiceAxis[] {
  return layer.axes.filter(({ name }) => parameter.axes?.includes(name) ?? true);
}

/** Whether the parameter changes with time. */
export function hasTime(layer: Layer, parameter: Parameter): boolean {
  return layer.times.length > 0 && (parameter.axes?.includes('t') ?? true);
}

/** The selection as the address names it. */
export function addressOf(selection: Selection): Address {
  const { z, ...axes } = selection.axes;
  return {
    layer: selection.layer.id,
    parameter: selection.parameter.id,
    ...(selection.datetime !== undefined && { datetime: selection.datetime }),
    ...(z !== undefined && { z }),
    axes,
  };
}

/** `datetime`, `z` and custom axes as query parameters. */
export function axisQuery(selection: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (selection.datetime !== undefined) query.set('datetime', selection.datetime);
  for (const [name, value] of Object.entries(selection.axes)) query.set(name, value);
  return query;
}

/** Address template of the tiles, as OpenLayers fills it in. */
export function tileTemplate(selection: Selection): string {
  const query = axisQuery(selection);
  query.set('parameter', selection.parameter.id);
  return `tiles/${encodeURIComponent(selection.layer.id)}/{z}/{x}/{y}.png?${query}`;
}

/** An EDR query for the parameter at one place: every time, the chosen level. */
export function exampleQuery(selection: Selection, place: { longitude: number; latitude: number }): string {
  const query = new URLSearchParams({ 'parameter-name': selection.parameter.id });
  for (const [name, value] of Object.entries(selection.axes)) query.set(name, value);
  const coords = `POINT(${place.longitude.toFixed(2)}%20${place.latitude.toFixed(2)})`;
  return `collections/${encodeURIComponent(selection.layer.id)}/position?coords=${coords}&${query}`;
}

function pick(values: readonly string[], wanted: string | undefined): string {
  return wanted !== undefined && values.includes(wanted) ? wanted : values[0]!;
}

import type { Choice } from './address.js';
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
export function selectIn(layer: Layer, wanted: Choice): Selection | undefined {
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
  return layer.axes.filter(({ name }) => parameter.axes?.includes(ownName(name)) ?? true);
}

/** Whether the parameter changes with time. */
export function hasTime(layer: Layer, parameter: Parameter): boolean {
  return layer.times.length > 0 && (parameter.axes?.includes('t') ?? true);
}

/** The levels of the parameter, where it has some. */
export function levelsOf({ layer, parameter }: Selection): ChoiceAxis | undefined {
  return axesOf(layer, parameter).find(({ name }) => name === 'z');
}

/** The selection as the address names it. */
export function choiceOf(selection: Selection): Choice & { readonly layer: string } {
  const { z, ...axes } = selection.axes;
  return {
    layer: selection.layer.id,
    parameter: selection.parameter.id,
    ...(selection.datetime !== undefined && { datetime: selection.datetime }),
    ...(z !== undefined && { z }),
    axes,
  };
}

/** `datetime`, `z` and custom axes as query parameters, without the axes of `all`, of which everything is wanted. */
export function axisQuery(
  selection: Selection,
  { all = [] }: { readonly all?: readonly string[] } = {},
): URLSearchParams {
  const query = new URLSearchParams();
  if (selection.datetime !== undefined && !all.includes('t')) query.set('datetime', selection.datetime);
  for (const [name, value] of Object.entries(selection.axes)) {
    // A dimension may be called as a parameter is; with its prefix it is a dimension everywhere.
    if (!all.includes(name)) query.set(name === 'z' ? name : `custom.${ownName(name)}`, value);
  }
  return query;
}

/** An EDR query for the parameter at one place: every time, the chosen level. */
export function exampleQuery(selection: Selection, place: { longitude: number; latitude: number }): string {
  const query = axisQuery(selection, { all: ['t'] });
  query.set('parameter-name', selection.parameter.id);
  const coords = `POINT(${place.longitude.toFixed(2)}%20${place.latitude.toFixed(2)})`;
  return `collections/${encodeURIComponent(selection.layer.id)}/position?coords=${coords}&${query}`;
}

/** The service lists an axis that is called t, z, y or x as `custom.t` and so on. */
function ownName(name: string): string {
  return name.replace(/^custom\./, '');
}

function pick(values: readonly string[], wanted: string | undefined): string {
  return wanted !== undefined && values.includes(wanted) ? wanted : values[0]!;
}

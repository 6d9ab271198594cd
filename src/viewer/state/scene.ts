import type { StyleList } from '../api/styles.js';
import type { Frame } from '../map/picture-layer.js';
import type { Address, Tool } from './address.js';
import { type Colours, coloursOf, setColours } from './colours.js';
import { formatInstant } from './number-text.js';
import type { Place, Shape } from './place.js';
import { axisQuery, type Selection } from './selection.js';

/** One side of the map: what is shown, and in which colours. */
export interface Side {
  readonly selection: Selection;
  readonly colours: Colours;
}

/** All that the page shows. */
export interface Scene extends Side {
  /** The other side of the swipe, from a share of the map's width on. */
  readonly compared?: Side & { readonly at: number };
  readonly tool: Tool;
  readonly place?: Place;
  readonly shape?: Shape;
  /** The pyramid level whose curve is drawn. */
  readonly curve?: number;
  readonly styles: StyleList;
}

/** What an address means, its layers found. */
export function sceneOf(
  address: Address,
  found: {
    readonly selection: Selection;
    readonly compared: Selection | undefined;
    readonly styles: StyleList;
  },
): Scene {
  const { selection, compared, styles } = found;
  const { colours, tool = 'place', place, shape, curve } = address;
  const at = address.compared?.at;
  return {
    selection,
    colours: coloursOf(colours, selection.parameter, styles),
    ...(compared && at !== undefined && { compared: { selection: compared, colours: otherColours(), at } }),
    tool,
    ...(place && { place }),
    ...(shape && { shape }),
    ...(curve !== undefined && { curve: Math.min(curve, selection.layer.levels - 1) }),
    styles,
  };

  /** One scale for two times of one parameter; another parameter has its own range. */
  function otherColours(): Colours {
    const isSame = isSameParameter(selection, compared!);
    const { range, isLog, ...others } = colours ?? {};
    const own = isSame ? { ...(range && { range }), ...(isLog && { isLog }) } : {};
    return coloursOf({ ...others, ...own }, compared!.parameter, styles);
  }
}

/** True when two selections are of one parameter of one layer. */
export function isSameParameter(a: Selection, b: Selection): boolean {
  return a.layer.id === b.layer.id && a.parameter.id === b.parameter.id;
}

/** The frame that a side is, at its own time or at another. */
export function frameOf({ selection, colours }: Side, datetime = selection.datetime): Frame {
  const at = datetime === undefined ? selection : { ...selection, datetime };
  const query = axisQuery(at);
  query.set('parameter', selection.parameter.id);
  setColours(query, colours);
  return {
    family: `${selection.layer.id}/${selection.parameter.id}`,
    template: tileTemplate(at, 'png', query),
    name: datetime ?? '',
  };
}

/** Address template of the values of a side. */
export function valueTemplate({ selection }: Side): string {
  const query = axisQuery(selection);
  query.set('parameter', selection.parameter.id);
  return tileTemplate(selection, 'f32', query);
}

function tileTemplate({ layer }: Selection, format: 'png' | 'f32', query: URLSearchParams): string {
  return `tiles/${encodeURIComponent(layer.id)}/{z}/{x}/{y}.${format}?${query}`;
}

/** What tells the sides apart. */
export function labelsOf(left: Side, right: Side): { readonly left: string; readonly right: string } {
  const isSame = isSameParameter(left.selection, right.selection);
  const isOneLayer = left.selection.layer.id === right.selection.layer.id;
  const labelOf = ({ selection: { layer, parameter, datetime } }: Side) => {
    const time = datetime === undefined ? [] : [formatInstant(datetime)];
    return [...(isOneLayer ? [] : [layer.title]), ...(isSame ? [] : [parameter.title]), ...time].join(
      ' \u00b7 ',
    );
  };
  return { left: labelOf(left), right: labelOf(right) };
}

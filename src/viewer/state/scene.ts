import type { ListedStyle } from '../api/styles.js';
import type { Frame } from '../map/picture-layer.js';
import type { Address, ComparedChoice, Tool } from './address.js';
import type { ColourChoice } from './colour-choice.js';
import { type Colours, chartColoursOf, coloursOf, setColours } from './colours.js';
import type { ChoiceAxis } from './layer.js';
import { formatInstant, formatUnit } from './number-text.js';
import type { Place, Shape } from './place.js';
import { axisQuery, choiceOf, levelsOf, type Selection } from './selection.js';

/** One side of the map: what is shown, and in which colours. */
export interface Side {
  readonly selection: Selection;
  readonly colours: Colours;
}

/** All that the page shows. */
export interface Scene extends Side {
  /** The other side of the swipe, from a share of the map's width on; `style` is absent where it is as on the left. */
  readonly compared?: Side & { readonly at: number; readonly style?: string };
  readonly tool: Tool;
  readonly place?: Place;
  readonly shape?: Shape;
  /** The pyramid level whose curve is drawn. */
  readonly curve?: number;
  readonly styles: readonly ListedStyle[];
}

/** What an address means, its layers found. */
export function sceneOf(
  address: Address,
  found: {
    readonly selection: Selection;
    readonly compared: Selection | undefined;
    readonly styles: readonly ListedStyle[];
  },
): Scene {
  const { selection, compared, styles } = found;
  const { colours, tool = 'place', place, shape, curve } = address;
  return {
    selection,
    colours: coloursOf(colours, selection, styles),
    ...(compared && address.compared && { compared: otherSide(address.compared, compared) }),
    tool,
    ...(place && { place }),
    ...(shape && { shape }),
    ...(curve !== undefined && { curve: Math.min(curve, selection.layer.levels - 1) }),
    styles,
  };

  function otherSide({ at, style }: ComparedChoice, other: Selection): NonNullable<Scene['compared']> {
    const choice = otherColours(style);
    return { selection: other, colours: coloursOf(choice, other, styles), at, ...(style && { style }) };
  }

  /** One scale for two times of one parameter; another parameter has its own range. */
  function otherColours(style: string | undefined): ColourChoice {
    const { range, scale, centre, ...others } = colours ?? {};
    const isSame = isSameParameter(selection, compared!);
    const own = isSame ? { ...(range && { range }), ...(scale && { scale }), ...(centre && { centre }) } : {};
    if (style === undefined) return { ...others, ...own };
    const drawing = styles.find(({ id }) => id === style)?.drawing ?? 'colours';
    const { isSmooth } = others;
    return { ...own, style, drawing, ...(isSmooth && { isSmooth }) };
  }
}

/** True when two selections are of one parameter of one layer. */
export function isSameParameter(a: Selection, b: Selection): boolean {
  return a.layer.id === b.layer.id && a.parameter.id === b.parameter.id;
}

/** The comparison to begin with: the same at the last time, or at the first when that is shown, or else the next level. */
export function comparisonOf({ selection }: Scene): ComparedChoice {
  const { times } = selection.layer;
  const { datetime, z, ...choice } = choiceOf(selection);
  const otherTime = times.at(-1) === datetime ? times[0] : times.at(-1);
  const levels = levelsOf(selection)?.values ?? [];
  const otherLevel = times.length < 2 ? levels[(levels.indexOf(z ?? '') + 1) % levels.length] : z;
  return {
    ...choice,
    ...(datetime !== undefined && otherTime !== undefined && { datetime: otherTime }),
    ...(otherLevel !== undefined && { z: otherLevel }),
    at: 0.5,
  };
}

/** A side as charts colour it: single values of the parameter, whatever the map draws of it. */
export function chartSide({ selection, colours, styles }: Scene): Side {
  return { selection, colours: chartColoursOf(colours, selection, styles) };
}

/** The frame that a side is, at its own time or at another. */
export function frameOf({ selection, colours }: Side, datetime = selection.datetime): Frame {
  const at = datetime === undefined ? selection : { ...selection, datetime };
  const query = axisQuery(at);
  setColours(query, colours);
  return {
    family: `${selection.layer.id}/${query.get('parameter')}`,
    template: tileTemplate(at, 'png', query),
    name: datetime ?? '',
  };
}

/** The frames after the one that is shown, round and round. */
export function framesAhead(scene: Scene, most: number): Frame[] {
  const { layer, datetime } = scene.selection;
  const { times } = layer;
  if (datetime === undefined) return [];
  const at = times.indexOf(datetime);
  return Array.from({ length: Math.min(times.length - 1, most) }, (_, k) =>
    frameOf(scene, times[(at + 1 + k) % times.length]),
  );
}

/** Address templates of the values of a side: of one parameter, or of both components of a wind. */
export function valueTemplates({ selection, colours }: Side): string[] {
  return colours.parameters.map(({ id }) => {
    const query = axisQuery(selection);
    query.set('parameter', id);
    return tileTemplate(selection, 'f32', query);
  });
}

function tileTemplate({ layer }: Selection, format: 'png' | 'f32', query: URLSearchParams): string {
  return `tiles/${encodeURIComponent(layer.id)}/{z}/{x}/{y}.${format}?${query}`;
}

/** What tells the sides apart. */
export function labelsOf(left: Side, right: Side): { readonly left: string; readonly right: string } {
  const isOneLayer = left.selection.layer.id === right.selection.layer.id;
  const isSame = isSameParameter(left.selection, right.selection);
  const labelOf = ({ selection }: Side) => {
    const { layer, parameter, datetime, axes } = selection;
    const differing = Object.entries(axes).filter(
      ([name, value]) => left.selection.axes[name] !== value || right.selection.axes[name] !== value,
    );
    return [
      ...(isOneLayer ? [] : [layer.title]),
      ...(isSame ? [] : [parameter.title]),
      ...differing.map(([name, value]) =>
        axisLabel(
          layer.axes.find((axis) => axis.name === name),
          value,
        ),
      ),
      ...(datetime === undefined ? [] : [formatInstant(datetime)]),
    ].join(' \u00b7 ');
  };
  return { left: labelOf(left), right: labelOf(right) };
}

/** A value of an axis: `850 hPa`, or with the axis' title where it has no unit. */
function axisLabel(axis: ChoiceAxis | undefined, value: string): string {
  const unit = formatUnit(axis?.unit ?? '');
  return unit === '' ? `${axis?.title ?? ''} ${value}`.trim() : `${value} ${unit}`;
}

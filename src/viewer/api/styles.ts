import { fields, list, text } from './fields.js';
import { fetchJson } from './request.js';

/** What a style draws. */
export type Drawing = 'colours' | 'contours' | 'hillshade' | 'arrows' | 'barbs';

/** A style that the service has a name for: a ramp of colours, or a drawing. */
export interface ListedStyle {
  readonly id: string;
  readonly title: string;
  readonly drawing: Drawing;
  /** What ramps it stands among: `sequential`, `diverging`, `cyclical`, `categorical`; `drawing` for others. */
  readonly kind: string;
  /** From low to high, or all of a set. */
  readonly colours: readonly string[];
}

const drawings: readonly Drawing[] = ['colours', 'contours', 'hillshade', 'arrows', 'barbs'];

/** Every style that has a name, in the service's order. */
export async function fetchStyles(): Promise<ListedStyle[]> {
  return list(fields(await fetchJson('styles')).styles).flatMap(parseStyle);
}

/** A drawing by its name; `undefined` for one that this page does not know. */
export function drawingOf(name: unknown): Drawing | undefined {
  return drawings.find((drawing) => drawing === name);
}

function parseStyle(answer: unknown): ListedStyle[] {
  const style = fields(answer);
  const drawing = drawingOf(style.drawing);
  const id = text(style.id);
  if (drawing === undefined || id === '') return [];
  const colours = list(style.colours).map(String);
  return [{ id, title: text(style.title) || id, drawing, kind: text(style.kind), colours }];
}

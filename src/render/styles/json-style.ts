import { InvalidArgumentError } from '../../errors/index.js';
import type { MapStyle } from '../style.js';
import { colourMembers, readColourRules } from './colour-members.js';
import { colourStyle } from './colour-style.js';
import { readDrawing } from './drawing-members.js';
import { checkMembers, isJsonObject, memberError } from './json-members.js';
import { isTitilerColormap, readTitilerColormap, readTitilerIntervals } from './titiler-colormap.js';

/**
 * The style of a JSON text: one of docs/styles.md, or a colormap in titiler's forms.
 *
 * Throws: InvalidArgumentError that names the member, what was found and what is allowed.
 */
export function readJsonStyle(text: string): MapStyle {
  const document = parseJson(text);
  if (Array.isArray(document)) return colourStyle(readTitilerIntervals(document));
  if (!isJsonObject(document)) throw memberError('style', document, 'a name or a JSON object');
  if (isTitilerColormap(document)) return colourStyle(readTitilerColormap(document));
  const { drawing = 'colours', ...members } = document;
  if (drawing !== 'colours') return readDrawing(drawing, members);
  checkMembers(members, [...colourMembers, 'drawing']);
  return colourStyle(readColourRules(members));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError(
      'a style in brackets is JSON',
      { style: text.slice(0, 80), problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}

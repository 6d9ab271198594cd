import { readColour } from '../colours/colour.js';
import { maxColours } from '../colours/palette.js';
import type { Ramp } from '../colours/ramp.js';
import type { Category, ColourScale } from '../scales/colour-scale.js';
import {
  checkAscending,
  checkMembers,
  isJsonObject,
  memberError,
  readLabel,
  readList,
  readNumber,
} from './json-members.js';

type Members = Readonly<Record<string, unknown>>;

/** Members that go with one scale only. */
const ownMembers: ReadonlyMap<string, string> = new Map([
  ['centre', 'diverging'],
  ['breaks', 'classes'],
  ['classes', 'classes'],
  ['categories', 'categories'],
]);
const scaleNames = ['linear', 'log', 'diverging', 'classes', 'categories'];

/** The scale of a JSON style; when it names none, the one that its other members go with. */
export function readScale(members: Members, ramp: Ramp): ColourScale {
  const given = [...ownMembers].filter(([member]) => members[member] !== undefined);
  const kind = members.scale ?? given[0]?.[1] ?? (ramp.isOrdered ? 'linear' : 'categories');
  const stray = given.find(([, scale]) => scale !== kind);
  if (stray !== undefined) throw memberError(stray[0], members[stray[0]], `scale "${stray[1]}" with it`);
  switch (kind) {
    case 'linear':
      return { kind: 'linear' };
    case 'log':
      return { kind: 'log' };
    case 'diverging':
      return {
        kind: 'diverging',
        centre: members.centre === undefined ? 0 : readNumber(members.centre, 'centre'),
      };
    case 'classes':
      return readClasses(members, ramp);
    case 'categories':
      return readCategories(members.categories, ramp);
    default:
      throw memberError('scale', kind, scaleNames.join(', '));
  }
}

function readClasses({ breaks, classes, range }: Members, ramp: Ramp): ColourScale {
  if (breaks !== undefined) {
    if (range !== undefined) throw memberError('range', range, 'breaks or a range, not both');
    if (classes !== undefined)
      throw memberError('classes', classes, 'breaks or a number of classes, not both');
    const list = readList(breaks, 'breaks', { min: 2, max: maxColours + 1 });
    const values = list.map((value, at) => readNumber(value, `breaks[${at}]`));
    checkAscending(values, 'breaks');
    return { kind: 'classes', breaks: values };
  }
  const count = classes ?? ramp.list?.length;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= maxColours) {
    return { kind: 'steps', count };
  }
  throw memberError('classes', count ?? 'nothing', `breaks, or a number of classes from 1 to ${maxColours}`);
}

function readCategories(value: unknown, ramp: Ramp): ColourScale {
  if (value === undefined && ramp.list !== undefined) return { kind: 'cycle', count: ramp.list.length };
  if (!isJsonObject(value)) {
    throw memberError('categories', value, 'an object of {"value": {"colour": "#rrggbb", "label": "text"}}');
  }
  return { kind: 'categories', categories: sortCategories(Object.entries(value).map(readCategory)) };
}

/** One to 255 categories in ascending order. Throws: InvalidArgumentError for two of the same float32, too. */
export function sortCategories(categories: readonly Category[]): readonly Category[] {
  readList(categories, 'categories', { min: 1, max: maxColours });
  const sorted = categories.toSorted((a, b) => a.value - b.value);
  checkAscending(
    sorted.map(({ value }) => value),
    'categories',
  );
  return sorted;
}

/** The number that a member's name is. */
export function readKey(key: string, member: string): number {
  return readNumber(/^\s*$/.test(key) ? key : Number(key), member);
}

function readCategory([key, entry]: readonly [string, unknown]): Category {
  const member = `categories.${key.slice(0, 20)}`;
  const value = readKey(key, member);
  if (!isJsonObject(entry)) return { value, colour: readColour(entry, member) };
  checkMembers(entry, ['colour', 'label'], `${member}.`);
  return {
    value,
    ...(entry.colour !== undefined && { colour: readColour(entry.colour, `${member}.colour`) }),
    ...(entry.label !== undefined && { label: readLabel(entry.label, `${member}.label`) }),
  };
}

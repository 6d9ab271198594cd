import { readColour } from '../colours/colour.js';
import { type ContourLevels, maxContours } from '../drawings/contour-levels.js';
import { latticeSpacings } from '../drawings/wind-lattice.js';
import { knotsPerUnit } from '../drawings/wind-unit.js';
import type { MapStyle } from '../style.js';
import { colourMembers, readColourRules, readRange } from './colour-members.js';
import { type ColourStyle, colourStyle } from './colour-style.js';
import { defaultDrawings } from './default-drawings.js';
import type { ArrowStyle, ContourStyle, HillshadeStyle, Ink } from './drawing-style.js';
import { checkAscending, checkMembers, memberError, readList, readNumber } from './json-members.js';

type Members = Readonly<Record<string, unknown>>;

const lineColourMembers = colourMembers.filter((member) => member !== 'nodata');
const maxLineWidth = 16;

/** The style of a JSON object without its member `drawing`, whose value `drawing` is. */
export function readDrawing(drawing: unknown, members: Members): MapStyle {
  switch (drawing) {
    case 'contours':
      return readContours(members);
    case 'hillshade':
      return readHillshade(members);
    case 'arrows':
      checkMembers(members, [...lineColourMembers, 'colour', 'width', 'spacing']);
      return { drawing, ...readWind(members, defaultDrawings.arrows) };
    case 'barbs': {
      checkMembers(members, [...lineColourMembers, 'colour', 'width', 'spacing', 'unit']);
      return { drawing, ...readWind(members, defaultDrawings.barbs), ...readUnit(members.unit) };
    }
    default:
      throw memberError('drawing', drawing, ['colours', ...Object.keys(defaultDrawings)].join(', '));
  }
}

function readContours(members: Members): ContourStyle {
  const { interval, breaks, width, ...colours } = members;
  const allowed = lineColourMembers.filter((member) => member !== 'classes' && member !== 'categories');
  checkMembers(members, [...allowed, 'interval', 'colour', 'width']);
  const { ink, width: defaultWidth } = defaultDrawings.contours;
  return {
    drawing: 'contours',
    levels: readLevels(interval, breaks),
    ink: readInk(colours, ink),
    width: width === undefined ? defaultWidth : readBetween(width, 'width', { min: 0.25, max: maxLineWidth }),
    ...withRange(members),
  };
}

function readLevels(interval: unknown, breaks: unknown): ContourLevels {
  if (interval !== undefined && breaks !== undefined) {
    throw memberError('interval', interval, 'either interval or breaks');
  }
  if (breaks !== undefined) {
    const list = readList(breaks, 'breaks', { min: 1, max: maxContours });
    const values = list.map((value, at) => readNumber(value, `breaks[${at}]`));
    checkAscending(values, 'breaks');
    return { kind: 'breaks', breaks: values };
  }
  if (interval === undefined) return { kind: 'round' };
  const value = readNumber(interval, 'interval');
  if (!(Math.fround(value) > 0)) throw memberError('interval', interval, 'a number above 0');
  return { kind: 'interval', interval: value };
}

function readHillshade(members: Members): HillshadeStyle {
  const { azimuth, altitude, exaggeration, ...colours } = members;
  checkMembers(members, [...colourMembers, 'azimuth', 'altitude', 'exaggeration']);
  const { light } = defaultDrawings.hillshade;
  const isTinted = Object.keys(colours).some((member) => member !== 'range');
  const tint = isTinted ? colourStyle(readColourRules(colours)) : undefined;
  return {
    drawing: 'hillshade',
    light: {
      azimuth: readBetween(azimuth ?? light.azimuth, 'azimuth', { min: 0, max: 360 }),
      altitude: readBetween(altitude ?? light.altitude, 'altitude', { min: 1, max: 90 }),
      exaggeration: readBetween(exaggeration ?? light.exaggeration, 'exaggeration', {
        min: 0.001,
        max: 1000,
      }),
    },
    ...(tint && { tint }),
    ...withRange(members),
  };
}

function readWind(members: Members, defaults: Omit<ArrowStyle, 'drawing'>): Omit<ArrowStyle, 'drawing'> {
  const { width = defaults.width, spacing = defaults.spacing, unit: _, ...colours } = members;
  const steps = latticeSpacings.find((step) => step === spacing);
  if (steps === undefined) throw memberError('spacing', spacing, latticeSpacings.join(', '));
  return {
    ink: readInk(colours, defaults.ink),
    width: readBetween(width, 'width', { min: 0.25, max: maxLineWidth }),
    spacing: steps,
    ...withRange(members),
  };
}

/** One colour, or colours by a ramp, where the members name one. */
function readInk({ colour, range, ...members }: Members, plain: Ink): Ink {
  const [other] = Object.keys(members);
  if (colour !== undefined && other !== undefined) {
    throw memberError('colour', colour, `either one colour, or a ramp (${other})`);
  }
  if (colour !== undefined) return { kind: 'plain', colour: readColour(colour, 'colour') };
  if (other === undefined) return plain;
  const rules = readColourRules({ ...members, ...(range !== undefined && { range }) });
  return { kind: 'values', colours: colourStyle(rules) };
}

function readUnit(value: unknown): { readonly unit?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string') throw memberError('unit', value, 'a unit of speed');
  knotsPerUnit(value);
  return { unit: value };
}

function withRange(members: Members): Pick<ColourStyle, 'range'> {
  const range = readRange(members.range);
  return range === undefined ? {} : { range };
}

function readBetween(
  value: unknown,
  member: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const number = readNumber(value, member);
  if (number >= min && number <= max) return number;
  throw memberError(member, value, `${min} to ${max}`);
}

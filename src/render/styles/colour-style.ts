import { InvalidArgumentError } from '../../errors/index.js';
import { type Rgba, transparent } from '../colours/colour.js';
import {
  type ColourTable,
  colourTable,
  type EdgeColour,
  edgesBeside,
  maxColours,
  type Palette,
} from '../colours/palette.js';
import { classColours, type Ramp, sampleRamp } from '../colours/ramp.js';
import type { ColourRange } from '../scales/colour-range.js';
import { type ColourScale, checkScaleRange, hasEdges, usesRange } from '../scales/colour-scale.js';

/** What a style of colours says. */
export interface ColourRules {
  readonly ramp: Ramp;
  readonly scale: ColourScale;
  /** Values of the first and the last colour; those of the layer's statistics when absent. */
  readonly range?: ColourRange;
  readonly below: EdgeColour;
  readonly above: EdgeColour;
  readonly noData: Rgba;
}

/** A colour for each value. */
export interface ColourStyle extends ColourRules {
  readonly drawing: 'colours';
  readonly palette: Palette;
  /** What the palette's indexes mean. */
  readonly slots: Omit<ColourTable, 'palette'>;
}

/** Values beyond the range go on with the first and last colour, no data is transparent. */
export const plainEdges = { below: 'extend', above: 'extend', noData: transparent } as const;

/**
 * A style with its palette made.
 *
 * Throws: InvalidArgumentError when the rules contradict each other or need more colours than a palette has.
 */
export function colourStyle(rules: ColourRules): ColourStyle {
  const { scale, below, above, range, ramp } = rules;
  if (range !== undefined && usesRange(scale)) checkScaleRange(scale, range);
  if (!hasEdges(scale) && (below !== 'extend' || above !== 'extend')) {
    throw new InvalidArgumentError('colours below and above need a scale with two ends', {
      member: below === 'extend' ? 'above' : 'below',
      scale: scale.kind,
      allowed: 'extend',
    });
  }
  if (!ramp.isOrdered && isContinuous(scale)) {
    throw new InvalidArgumentError('between the colours of a set are no others', {
      ramp: ramp.name,
      scale: scale.kind,
      allowed: 'classes or categories, or a sequential or diverging ramp',
    });
  }
  const room = maxColours - edgesBeside(rules.noData, [below, above]);
  const { palette, ...slots } = colourTable(colours(ramp, scale, room), rules);
  return { ...rules, drawing: 'colours', palette, slots };
}

function isContinuous({ kind }: ColourScale): boolean {
  return kind === 'linear' || kind === 'log' || kind === 'diverging';
}

function colours(ramp: Ramp, scale: ColourScale, room: number): readonly Rgba[] {
  switch (scale.kind) {
    case 'linear':
    case 'log':
      return sampleRamp(ramp, room);
    case 'diverging':
      // An odd number: the centre has a colour of its own.
      return sampleRamp(ramp, room - ((room + 1) % 2));
    case 'steps':
    case 'cycle':
      return classColours(ramp, checkCount(scale.count, room));
    case 'classes':
      return classColours(ramp, checkCount(scale.breaks.length - 1, room));
    case 'categories': {
      checkCount(scale.categories.length, room);
      const without = scale.categories.filter(({ colour }) => colour === undefined).length;
      const rest = without === 0 ? [] : [...classColours(ramp, without)];
      return scale.categories.map(({ colour }) => colour ?? rest.shift()!);
    }
    case 'intervals':
      checkCount(scale.intervals.length, room);
      return scale.intervals.map(({ colour }) => colour);
    default:
      return scale satisfies never;
  }
}

function checkCount(count: number, room: number): number {
  if (count <= room) return count;
  throw new InvalidArgumentError('more classes or categories than a palette has colours', {
    found: count,
    allowed: `at most ${room}`,
  });
}

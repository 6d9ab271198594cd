import { InvalidArgumentError } from '../errors/index.js';
import { spanIndexes } from '../grid/index.js';
import type { AxisChoices, EdrRequest } from './edr-request.js';
import { spansOf } from './index-list.js';
import { shorten } from './number-text.js';

/** Most samples along an axis. */
export const maxResolution = 100_000;

/** Samples asked along x and y; absent where the resolution of the data is. */
export interface Resolution {
  readonly x?: number;
  readonly y?: number;
}

/** What `resolution-x` and `resolution-y` ask for. Throws: InvalidArgumentError stating the valid range. */
export function parseResolution({ resolutionX, resolutionY }: EdrRequest): Resolution {
  const x = parseSamples('resolution-x', resolutionX);
  const y = parseSamples('resolution-y', resolutionY);
  return { ...(x > 0 && { x }), ...(y > 0 && { y }) };
}

/**
 * The choices with as many levels as `resolution-z` asks for, evenly by their positions among those chosen, the first and
 * the last included; the middle one for 1. Levels are not evenly spaced, and no value between them is made up.
 * Throws: InvalidArgumentError stating the valid range, which ends at the levels there are.
 */
export function thinLevels(choices: AxisChoices, { resolutionZ }: EdrRequest): AxisChoices {
  const count = parseSamples('resolution-z', resolutionZ);
  const indexes = [...spanIndexes(choices.z ?? [])];
  if (count === 0 || indexes.length === 0) return choices;
  if (count > indexes.length) throw outOfRange('resolution-z', resolutionZ!, indexes.length);
  return {
    ...choices,
    z: spansOf(evenPositions(count, indexes.length).map((position) => indexes[position]!)),
  };
}

function evenPositions(count: number, length: number): number[] {
  if (count === 1) return [Math.floor((length - 1) / 2)];
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}

function parseSamples(parameter: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const digits = text.trim();
  const count = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
  if (count <= maxResolution) return count;
  throw outOfRange(parameter, text, maxResolution);
}

function outOfRange(parameter: string, text: string, most: number): InvalidArgumentError {
  return new InvalidArgumentError(`${parameter} expects a number of samples`, {
    parameter,
    found: shorten(text),
    allowed: `whole numbers from 0 (the resolution of the data) to ${most}`,
  });
}

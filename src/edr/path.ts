import { InvalidArgumentError } from '../errors/index.js';
import { type CalendarName, formatInstant, instantFields, parseInstant } from '../grid/index.js';
import type { EdrRequest } from './edr-request.js';
import { type Line, parseWkt } from './wkt.js';

const MS_PER_SECOND = 1000;

/** What the coords of a trajectory or corridor say. */
export interface Path {
  readonly lines: readonly Line[];
  /** Vertices have levels of their own. */
  readonly hasZ: boolean;
  /** Vertices have moments of their own, which never go back along a line. */
  readonly hasM: boolean;
  readonly isMulti: boolean;
}

/**
 * LINESTRING or MULTILINESTRING, with Z and M.
 * Throws: InvalidArgumentError for other texts, for Z with `z`, for M with `datetime`, and for moments that go back.
 */
export function parsePath(request: EdrRequest): Path {
  const { coords, z, datetime } = request;
  if (coords === undefined) throw new InvalidArgumentError('coords is required', { parameter: 'coords' });
  const geometry = parseWkt(coords, ['LINESTRING', 'MULTILINESTRING']);
  const lines = 'lines' in geometry ? geometry.lines : [];
  const [first] = lines[0]!;
  const path = {
    lines,
    hasZ: first?.z !== undefined,
    hasM: first?.m !== undefined,
    isMulti: geometry.kind === 'MULTILINESTRING',
  };
  if (path.hasZ && z !== undefined) throw givenTwice('z', 'coords with Z has its own levels');
  if (path.hasM && datetime !== undefined) throw givenTwice('datetime', 'coords with M has its own times');
  for (const line of lines) checkMoments(line);
  return path;
}

/** The instant that M means, counted in `calendar`. Throws InvalidArgumentError for one it does not have. */
export function instantOf(m: number, calendar: CalendarName): number {
  const instant = Math.round(m * MS_PER_SECOND);
  if (calendar === 'standard') {
    // It throws where the calendar ends.
    instantFields(instant, calendar);
    return instant;
  }
  return parseInstant(formatInstant(instant, 'standard'), calendar).from;
}

function checkMoments(line: Line): void {
  line.forEach(({ m }, i) => {
    const before = line[i - 1]?.m;
    if (m === undefined || before === undefined || m >= before) return;
    throw new InvalidArgumentError('coords has an M that goes back in time', {
      parameter: 'coords',
      found: m,
      expected: `at least ${before}`,
    });
  });
}

function givenTwice(parameter: string, message: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { parameter, expected: `no ${parameter}` });
}

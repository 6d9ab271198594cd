import { InvalidArgumentError } from '../errors/index.js';
import { parseDecimal } from '../grid/index.js';

const MAX_CHARACTERS = 1_000_000;
const MAX_VERTICES = 100_000;
type Dimensions = 'xy' | 'xyz' | 'xym' | 'xyzm';
const UNTAGGED: readonly Dimensions[] = ['xy', 'xyz', 'xyzm'];
const NUMBER = /[^\s,()]*/y;
const WORD = /[A-Za-z]+/y;
const SPACE = /\s*/y;
const TAG = /^(MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|POINT|LINESTRING|POLYGON)(ZM|Z|M)?$/;
const DIMENSIONS = /^(ZM|Z|M)$/;

/** A vertex in the coordinates of the query's CRS: x is longitude or easting. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
  /** Of lines only: a moment in seconds since 1970-01-01T00:00Z. */
  readonly m?: number;
}

/** At least two vertices. */
export type Line = readonly Position[];

/** First and last vertex are the same; at least four. */
export type Ring = readonly Position[];

/** The outer ring, then holes. */
export type Polygon = readonly Ring[];

/** What `coords` may say. */
export type Geometry =
  | { readonly kind: 'POINT'; readonly positions: readonly Position[] }
  | { readonly kind: 'MULTIPOINT'; readonly positions: readonly Position[] }
  | { readonly kind: 'LINESTRING'; readonly lines: readonly Line[] }
  | { readonly kind: 'MULTILINESTRING'; readonly lines: readonly Line[] }
  | { readonly kind: 'POLYGON'; readonly polygons: readonly Polygon[] }
  | { readonly kind: 'MULTIPOLYGON'; readonly polygons: readonly Polygon[] };

/**
 * Well-known text of one of the `allowed` kinds: any case, optional Z, both spellings of MULTIPOINT. Lines may have
 * M; without a tag a third number is Z, and a fourth M.
 *
 * Throws: InvalidArgumentError with the position and what was expected; also for empty geometries, open
 *         rings, M values elsewhere, and more than 1,000,000 characters or 100,000 vertices.
 */
export function parseWkt(text: string, allowed: readonly Geometry['kind'][]): Geometry {
  if (text.length > MAX_CHARACTERS) {
    throw new InvalidArgumentError('coords is too long', {
      characters: text.length,
      allowed: MAX_CHARACTERS,
    });
  }
  const parser = new WktParser(text);
  const geometry = parser.parseGeometry(allowed);
  parser.expectEnd();
  return geometry;
}

class WktParser {
  readonly #text: string;
  #at = 0;
  #vertices = 0;
  #dimensions: Dimensions | undefined;
  #canHaveM = false;

  constructor(text: string) {
    this.#text = text;
  }

  parseGeometry(allowed: readonly Geometry['kind'][]): Geometry {
    const expected = allowed.join(' or ');
    this.#match(SPACE);
    const start = this.#at;
    const tag = TAG.exec((this.#match(WORD) ?? '').toUpperCase());
    const kind = allowed.find((name) => name === tag?.[1]);
    if (tag === null || kind === undefined) throw this.#failure(expected, start);
    this.#canHaveM = kind.endsWith('LINESTRING');
    this.#readDimensions(tag[2], start);
    switch (kind) {
      case 'POINT':
        return { kind, positions: [this.#inParentheses(() => this.#position())] };
      case 'MULTIPOINT':
        return { kind, positions: this.#list(() => this.#point()) };
      case 'LINESTRING':
        return { kind, lines: [this.#line()] };
      case 'MULTILINESTRING':
        return { kind, lines: this.#list(() => this.#line()) };
      case 'POLYGON':
        return { kind, polygons: [this.#polygon()] };
      case 'MULTIPOLYGON':
        return { kind, polygons: this.#list(() => this.#polygon()) };
      default:
        return kind satisfies never;
    }
  }

  expectEnd(): void {
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw this.#failure('the end');
  }

  #readDimensions(tagged: string | undefined, start: number): void {
    this.#match(SPACE);
    const wordAt = this.#at;
    const word = this.#match(WORD)?.toUpperCase();
    const isRepeated = word !== undefined && tagged !== undefined;
    if (isRepeated || (word !== undefined && !DIMENSIONS.test(word))) throw this.#failure("'('", wordAt);
    const named = word ?? tagged;
    if (named === undefined) return;
    if (named !== 'Z' && !this.#canHaveM) throw this.#failure('a geometry without M', start);
    this.#dimensions = `xy${named.toLowerCase() as 'z' | 'm' | 'zm'}`;
  }

  #line(): Line {
    const start = this.#at;
    const line = this.#list(() => this.#position());
    if (line.length < 2) throw this.#failure('a line of at least 2 points', start);
    return line;
  }

  #polygon(): Polygon {
    return this.#list(() => this.#ring());
  }

  #ring(): Ring {
    const start = this.#at;
    const ring = this.#list(() => this.#position());
    const first = ring[0]!;
    const last = ring.at(-1)!;
    if (ring.length < 4) throw this.#failure('a ring of at least 4 points', start);
    if (first.x !== last.x || first.y !== last.y)
      throw this.#failure('a ring that ends where it starts', start);
    return ring;
  }

  #point(): Position {
    return this.#peek('(') ? this.#inParentheses(() => this.#position()) : this.#position();
  }

  #position(): Position {
    this.#vertices++;
    if (this.#vertices > MAX_VERTICES) throw this.#failure(`at most ${MAX_VERTICES} points`);
    const numbers = [this.#number(), this.#number()];
    const most = this.#dimensions?.length ?? (this.#canHaveM ? 4 : 3);
    while (numbers.length < most && !this.#peek(',') && !this.#peek(')')) numbers.push(this.#number());
    this.#dimensions ??= UNTAGGED[numbers.length - 2]!;
    const dimensions = this.#dimensions;
    if (numbers.length !== dimensions.length)
      throw this.#failure(`${dimensions.length} numbers in each point`);
    const [x, y, third, m] = numbers as [number, number, number?, number?];
    if (dimensions === 'xym') return { x, y, m: third! };
    return { x, y, ...(third !== undefined && { z: third }), ...(m !== undefined && { m }) };
  }

  #number(): number {
    this.#match(SPACE);
    const start = this.#at;
    const value = parseDecimal(this.#match(NUMBER) ?? '');
    if (value === undefined) throw this.#failure('a finite number', start);
    return value;
  }

  #list<T>(readItem: () => T): T[] {
    return this.#inParentheses(() => {
      const items = [readItem()];
      while (this.#peek(',')) {
        this.#at++;
        items.push(readItem());
      }
      return items;
    });
  }

  #inParentheses<T>(readInside: () => T): T {
    if (!this.#peek('(')) throw this.#failure("'('");
    this.#at++;
    const inside = readInside();
    if (!this.#peek(')')) throw this.#failure("',' or ')'");
    this.#at++;
    return inside;
  }

  #peek(character: string): boolean {
    this.#match(SPACE);
    return this.#text[this.#at] === character;
  }

  #match(pattern: RegExp): string | undefined {
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(this.#text)) return undefined;
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #failure(expected: string, at = this.#at): InvalidArgumentError {
    const found = at < this.#text.length ? this.#text.slice(at, at + 20) : 'the end';
    return new InvalidArgumentError(`coords is not valid at character ${at + 1}`, { expected, found });
  }
}

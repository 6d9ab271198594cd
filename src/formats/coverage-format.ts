import type { CoverageAnswer } from './coverage.js';

/** Some of the features of an answer, and what is said of the others. */
export interface FeaturePage {
  /** Features that come before the page: the first of the page is counted from there. */
  readonly offset: number;
  readonly limit: number;
  /** How many features the answer at hand has that are not sent: `offset`, or fewer where it lacks some of them. */
  readonly skipped: number;
  /** Features of all pages; undefined when they are those of the answer at hand. */
  readonly matched?: number;
  /** The address of the page behind it, for when there is one. */
  readonly next?: string;
}

/** How an answer is encoded. */
export interface EncodeOptions {
  readonly signal?: AbortSignal;
  /** The address of the request that is answered. */
  readonly address?: string;
  /** Of forms that are features. */
  readonly page?: FeaturePage;
  /** The address of a tile of a range, by the range's `tiledAs` and the tile's numbers along t, z, y, x: `0-0-{y}-{x}`. */
  readonly tileAddress?: (tiledAs: string, tile: string) => string;
}

/** A form in which answers are sent. */
export interface CoverageFormat {
  /** Its name in `output_formats`, and as a value of `f`. */
  readonly token: string;
  /** The first is its own; the others are sent when they are what was asked for. */
  readonly mediaTypes: readonly string[];
  /** Further values of `f`. */
  readonly aliases: readonly string[];
  /** Text packs well on its way. */
  readonly isText: boolean;
  /** End of the name of a saved answer, for forms that are saved rather than shown: `nc`. */
  readonly extension?: string;
  /** It holds no other coverages than grids. */
  readonly holdsGridsOnly?: boolean;
  /** The address of the request is in it. */
  readonly statesAddress?: boolean;
  /** It is made whole before any of it is sent, whatever its size: a failure is told. */
  readonly isWhole?: boolean;
  /** Why it cannot hold an answer, in words for who asked; undefined when it can. Reads no values. */
  refuse?(answer: CoverageAnswer): string | undefined;
  /** The answer in chunks; values are read as chunks are asked for. */
  encode(answer: CoverageAnswer, options?: EncodeOptions): AsyncIterable<Uint8Array>;
}

import type { Comparison } from './compare.js';

/** Size of a run: `short` shows that everything works and the rough proportions, `full` is for docs/performance.md. */
export type Scale = 'short' | 'full';

/** What every suite is given. */
export interface BenchContext {
  readonly seed: number;
  readonly scale: Scale;
  /** An empty folder of this run; removed after it. */
  readonly folder: string;
  /** A line for people, on stderr. */
  readonly log: (line: string) => void;
}

/** One case of a suite: timed against each of its peers, with counts that times do not show. */
export interface Case {
  readonly name: string;
  readonly comparisons: readonly Comparison[];
  readonly counts: Readonly<Record<string, number>>;
}

/** What a suite found. */
export interface SuiteResult {
  /** What the data are and how often each case ran. */
  readonly setup: Readonly<Record<string, string | number>>;
  readonly cases: readonly Case[];
}

/** A named set of cases. */
export type Suite = (context: BenchContext) => Promise<SuiteResult>;

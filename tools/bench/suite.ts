import type { Comparison } from './compare.js';

/** Size of a run: `short` shows that everything works and the rough proportions, `full` is for docs/performance.md. */
export type Scale = 'short' | 'full';

/** What every suite is given. */
export interface BenchContext {
  readonly seed: number;
  readonly scale: Scale;
  /** An empty folder of this run; removed after it. */
  readonly folder: string;
  /** Where the Python packages of peers are installed; kept after the run. */
  readonly python: string;
  /** A line for people, on stderr. */
  readonly log: (line: string) => void;
}

/** One case of a suite: timed against each of its peers, with counts that times do not show. */
export interface Case {
  readonly name: string;
  readonly comparisons: readonly Comparison[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Rows that are ready to be read. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a suite found. */
export interface SuiteResult {
  /** What the data are and how often each case ran. */
  readonly setup: Readonly<Record<string, string | number>>;
  /** What is no comparison. */
  readonly tables?: readonly Table[];
  readonly cases: readonly Case[];
}

/** A named set of cases. */
export type Suite = (context: BenchContext) => Promise<SuiteResult>;

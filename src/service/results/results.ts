import type { FileHandle } from 'node:fs/promises';
import { describeProblem, HttpProblem } from '../http/problem.js';
import { ResultFolder } from './result-folder.js';
import { ResultJobs, type ResultWork } from './result-jobs.js';
import type { ResultData, ResultFailure, ResultState } from './result-state.js';
import { type ResultLimits, sweepResults } from './sweep-results.js';

const GIB = 2 ** 30;
/** Of all results, one may take so much. */
const LARGEST_SHARE = 1 / 4;
const MAX_RESULTS = 1000;
/** A failure is worth less than a result. */
const FAILURE_AGE_MS = 10 * 60_000;
const SWEEP_MS = 30_000;

/** Disk for results unless the service is told otherwise. */
const defaultResultBytes = 10 * GIB;
/** How long a result is kept unless the service is told otherwise. */
const defaultResultAgeMs = 3_600_000;
/** Largest answer that is made as a result, in cells, unless the service is told otherwise. */
const defaultMaxAsyncCells = 1_000_000_000;
/** Jobs at work at once, of all processes of a service. */
export const defaultMaxResultJobs = 2;

/** Where results are kept, and how much of them. */
export interface ResultOptions {
  readonly directory: string;
  readonly maxBytes?: number;
  readonly ageMs?: number;
  /** Largest answer in cells. */
  readonly maxCells?: number;
  /** At work at once in this process; eight times as many wait. */
  readonly maxJobs?: number;
}

/** Answers too large to be waited for: made by jobs into files, kept for a while, found by every process. */
export class Results {
  /** Largest answer in cells. */
  readonly maxCells: number;
  readonly #folder: ResultFolder;
  readonly #limits: ResultLimits;
  readonly #jobs: ResultJobs;
  readonly #log: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    folder: ResultFolder,
    options: ResultOptions,
    { log }: { readonly log: (error: unknown) => void },
  ) {
    const { maxBytes = defaultResultBytes, ageMs = defaultResultAgeMs } = options;
    this.maxCells = options.maxCells ?? defaultMaxAsyncCells;
    this.#folder = folder;
    this.#log = log;
    this.#limits = { maxBytes, maxResultBytes: maxBytes * LARGEST_SHARE, maxResults: MAX_RESULTS, ageMs };
    this.#jobs = new ResultJobs({
      folder,
      limits: this.#limits,
      maxRunning: options.maxJobs ?? defaultMaxResultJobs,
      describe: (error) => this.#describe(error),
      interrupted: () => this.#interrupted(),
    });
    this.#timer = setInterval(() => this.#sweep().catch(log), SWEEP_MS).unref();
  }

  /**
   * Opens a directory of results, and clears what an earlier run has left there; finished ones stay. `log` is told of
   * failures.
   *
   * Throws: UnavailableError when the directory cannot be used.
   */
  static async open(options: ResultOptions, log: (error: unknown) => void): Promise<Results> {
    const results = new Results(await ResultFolder.open(options.directory), options, { log });
    await results.#sweep();
    return results;
  }

  /** The name of the result that `parts` decide. */
  nameOf(parts: readonly string[]): string {
    return this.#folder.nameOf(parts);
  }

  /** What is known of a name, be it one or not. */
  async state(name: string): Promise<ResultState> {
    const place = this.#folder.placeOf(name);
    return place === undefined ? { kind: 'missing' } : this.#folder.state(place, () => this.#interrupted());
  }

  /** True when there is nothing to begin: it is done, or somebody is at it. Failures that may pass are tried again. */
  async isUnderWay(name: string): Promise<boolean> {
    const state = await this.state(name);
    if (state.kind !== 'done') return state.kind === 'pending';
    if (state.head.kind === 'data' || state.head.status < 500) return true;
    await this.#folder.remove(this.#folder.placeOf(name)!);
    return false;
  }

  /** Throws: HttpProblem 503 when too many jobs are under way to begin another. */
  requireRoom(): void {
    this.#jobs.requireRoom();
  }

  /** Begins the job of a name, unless somebody was quicker. */
  async begin(name: string, work: ResultWork): Promise<void> {
    await this.#jobs.begin(this.#folder.placeOf(name)!, work);
  }

  /** Stops the job of a name, whichever process has it, and removes what there is; false when there is nothing. */
  async remove(name: string): Promise<boolean> {
    if ((await this.state(name)).kind === 'missing') return false;
    const isRemoved = await this.#folder.remove(this.#folder.placeOf(name)!);
    this.#jobs.cancel(name);
    return isRemoved;
  }

  /** The bytes of a finished result; undefined when it has just gone. */
  openData(name: string, data: ResultData): Promise<FileHandle | undefined> {
    return this.#folder.openData(this.#folder.placeOf(name)!, data);
  }

  /** Stops all jobs of this process. Finished results stay. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#jobs.close();
  }

  stats() {
    return this.#jobs.stats();
  }

  async #sweep(): Promise<void> {
    await sweepResults(this.#folder, this.#limits, () => this.#interrupted());
  }

  #describe(error: unknown): ResultFailure {
    if (describeProblem(error).status >= 500) this.#log(error);
    return this.#failure(error);
  }

  #failure(error: unknown): ResultFailure {
    const { status, headers, body } = describeProblem(error);
    const ageMs = Math.min(FAILURE_AGE_MS, this.#limits.ageMs);
    return { kind: 'failed', expiresMs: Date.now() + ageMs, status, headers, body };
  }

  #interrupted(): ResultFailure {
    return this.#failure(
      new HttpProblem(503, 'the process that made the result has ended; ask the query again'),
    );
  }
}

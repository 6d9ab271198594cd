import type { Readable } from 'node:stream';
import { HttpProblem, retryAfterSeconds } from '../http/problem.js';
import type { ResultClaim } from './result-claim.js';
import type { ResultFolder, ResultPlace } from './result-folder.js';
import type { ResultFailure } from './result-state.js';
import { type ResultLimits, sweepResults } from './sweep-results.js';

/** How soon a job hears that another process has cancelled it. */
const LOOK_MS = 100;
const BEAT_MS = 1000;
/** Written between two looks at how much all results take. */
const ROOM_BYTES = 32 * 2 ** 20;

/** The work of one result. */
export interface ResultWork {
  /** Stops all that `open` has begun. */
  readonly stop: AbortController;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the first block. */
  readonly open: () => Promise<Readable>;
}

interface Job {
  readonly claim: ResultClaim;
  readonly work: ResultWork;
}

/** What jobs are told of the service that they run in. */
export interface JobSurroundings {
  readonly folder: ResultFolder;
  readonly limits: ResultLimits;
  /** Jobs at work at once in this process; as many again times `WAITING_PER_RUNNING` wait. */
  readonly maxRunning: number;
  /** The failure that an error is; also the place to log it. */
  readonly describe: (error: unknown) => ResultFailure;
  readonly interrupted: () => ResultFailure;
}

const WAITING_PER_RUNNING = 8;

/** The jobs of this process: a few at work, a few more waiting, each held by a claim that anybody may take away. */
export class ResultJobs {
  readonly #around: JobSurroundings;
  readonly #running = new Map<Job, Promise<void>>();
  readonly #waiting = new Set<Job>();
  readonly #counts = { finished: 0, failed: 0, cancelled: 0, bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #beatMs = 0;
  #isLooking = false;
  #isClosed = false;

  constructor(around: JobSurroundings) {
    this.#around = around;
  }

  /** Throws: HttpProblem 503 when as many jobs as may be are under way already. */
  requireRoom(): void {
    const { maxRunning } = this.#around;
    const most = maxRunning * (1 + WAITING_PER_RUNNING);
    if (!this.#isClosed && this.#running.size + this.#waiting.size < most) return;
    throw new HttpProblem(503, 'too many results are being made; try again', {
      headers: { 'Retry-After': retryAfterSeconds },
    });
  }

  /** Begins a job, at once or in its turn. One that somebody else has, or has done, is not begun again. */
  async begin(place: ResultPlace, work: ResultWork): Promise<void> {
    const claim = await this.#claim(place);
    if (claim === undefined) return work.stop.abort();
    this.#waiting.add({ claim, work });
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    this.#startNext();
  }

  /** What has expired is in the way until it is swept. */
  async #claim(place: ResultPlace): Promise<ResultClaim | undefined> {
    const { folder, interrupted } = this.#around;
    const claim = await folder.claim(place);
    if (claim !== undefined || (await folder.state(place, interrupted)).kind !== 'missing') return claim;
    await folder.remove(place);
    return folder.claim(place);
  }

  /** Stops those of this process under a name; whoever calls it has taken their right to the result. */
  cancel(name: string): void {
    for (const job of this.#all()) if (job.claim.name === name) this.#stop(job);
  }

  /** Stops all jobs; resolves when they have stopped and what they wrote is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { folder } = this.#around;
    const jobs = this.#all();
    for (const { claim } of jobs) {
      if (await claim.isHeld()) await folder.remove(folder.placeOf(claim.name)!);
    }
    const ends = [...this.#running.values()];
    for (const job of jobs) this.#stop(job);
    await Promise.all(ends);
    clearInterval(this.#timer);
  }

  stats() {
    return { running: this.#running.size, waiting: this.#waiting.size, ...this.#counts };
  }

  #all(): Job[] {
    return [...this.#running.keys(), ...this.#waiting];
  }

  #stop(job: Job): void {
    if (!job.work.stop.signal.aborted) this.#counts.cancelled++;
    this.#waiting.delete(job);
    job.work.stop.abort();
  }

  #startNext(): void {
    const [job] = this.#waiting;
    if (job === undefined || this.#running.size >= this.#around.maxRunning) return;
    this.#waiting.delete(job);
    const end = this.#run(job).finally(() => {
      this.#running.delete(job);
      this.#startNext();
    });
    this.#running.set(job, end);
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { claim, work } = job;
    try {
      const bytes = await this.#write(job);
      const head = { kind: 'data', bytes, headers: work.headers, expiresMs: this.#expiresMs() } as const;
      if (!(await claim.publish(head))) return this.#stop(job);
      this.#counts.finished++;
      this.#counts.bytes += bytes;
    } catch (error) {
      await this.#fail(job, error);
    } finally {
      // What is still being read of it is of no use to anybody.
      work.stop.abort();
    }
    await this.#sweep().catch(this.#around.describe);
  }

  async #write({ claim, work }: Job): Promise<number> {
    const { maxBytes, maxResultBytes } = this.#around.limits;
    const { signal } = work.stop;
    const file = await claim.openPart();
    let bytes = 0;
    let checked = 0;
    try {
      for await (const chunk of await work.open()) {
        signal.throwIfAborted();
        const part = chunk as Uint8Array;
        bytes += part.length;
        if (bytes > maxResultBytes) throw tooLarge(maxResultBytes);
        if (bytes - checked > ROOM_BYTES) {
          checked = bytes;
          if ((await this.#sweep()) > maxBytes) throw noRoom();
        }
        await file.appendFile(part);
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    return bytes;
  }

  async #fail(job: Job, error: unknown): Promise<void> {
    const { claim, work } = job;
    // Cancelled: nobody waits for the reason.
    if (work.stop.signal.aborted || !(await claim.isHeld())) return this.#stop(job);
    this.#counts.failed++;
    const failure = this.#around.describe(isDiskFull(error) ? noRoom() : error);
    await claim.publish(failure).catch(this.#around.describe);
  }

  #sweep(): Promise<number> {
    const { folder, limits, interrupted } = this.#around;
    return sweepResults(folder, limits, interrupted);
  }

  #expiresMs(): number {
    return Date.now() + this.#around.limits.ageMs;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const isBeat = Date.now() - this.#beatMs >= BEAT_MS;
      if (isBeat) this.#beatMs = Date.now();
      for (const job of this.#all()) {
        if (!(await job.claim.isHeld())) this.#stop(job);
        else if (isBeat) await job.claim.beat();
      }
      if (this.#all().length === 0 && !this.#isClosed) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    } catch (error) {
      this.#around.describe(error);
    } finally {
      this.#isLooking = false;
    }
  }
}

function tooLarge(allowed: number): HttpProblem {
  return new HttpProblem(
    413,
    `the result has more than the ${allowed} bytes that one may have; ask for less, or in a binary form`,
    { members: { maxBytes: allowed } },
  );
}

function noRoom(): HttpProblem {
  return new HttpProblem(503, 'there is no room for the result at the moment', {
    headers: { 'Retry-After': retryAfterSeconds },
  });
}

function isDiskFull(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT';
}

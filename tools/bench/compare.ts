const clocks = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** Middle and ends of what was measured over the rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One thing timed against the same thing done by a peer. */
export interface Comparison {
  readonly peer: string;
  readonly oursMs: Spread;
  readonly peerMs: Spread;
  /** Our time divided by the peer's, round by round: below 1 we are faster. */
  readonly ratio: Spread;
}

/** Work to time, awaited when it is a promise; `round` lets it choose other data each time. */
export type Work = (round: number) => unknown;

export interface CompareOptions {
  readonly rounds: number;
  readonly warmUps: number;
  /**
   * `cpu` counts what the process takes of the processors instead of the time that passes (default `wall`): for work
   * that never waits both are the same on an idle machine, and a busy one does not change it much.
   */
  readonly clock?: 'wall' | 'cpu';
  /** Run before each timed piece of work, untimed. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Times `ours` and each of `peers` in turn, round by round, so that a slow spell of the machine meets all of
 * them; each round starts with another one. Times of a single call are those of the whole work.
 */
export async function compare(
  ours: Work,
  peers: Readonly<Record<string, Work>>,
  { rounds, warmUps, clock = 'wall', prepare }: CompareOptions,
): Promise<Comparison[]> {
  const names = Object.keys(peers);
  const works = [ours, ...Object.values(peers)];
  const times = works.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (let turn = 0; turn < works.length; turn++) {
      const which = (turn + Math.max(0, round)) % works.length;
      await prepare?.();
      const elapsedMs = await timed(works[which]!, Math.max(0, round), clocks[clock]);
      if (round >= 0) times[which]!.push(elapsedMs);
    }
  }
  const [oursMs, ...peersMs] = times;
  return names.map((peer, i) => ({
    peer,
    oursMs: spreadOf(oursMs!),
    peerMs: spreadOf(peersMs[i]!),
    ratio: spreadOf(oursMs!.map((ms, round) => ms / peersMs[i]![round]!)),
  }));
}

/** Median, lowest and highest of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

async function timed(work: Work, round: number, nowMs: () => number): Promise<number> {
  const startMs = nowMs();
  const result = work(round);
  // Awaiting what is no promise costs a turn of the queue, which is much beside a microsecond.
  if (result instanceof Promise) await result;
  return nowMs() - startMs;
}

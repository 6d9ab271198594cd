import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { spreadOf } from './compare.js';

const TRIALS = 25;
const OPERATIONS = 500;

/**
 * Bytes one call allocates, on the heap and in array buffers: growth over 500 calls right after a full collection, so
 * few that no other begins; the median of 25 trials. What comes back must be what the call is for, held until counted.
 */
export function allocationOf(operation: (i: number) => unknown): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = new Array<unknown>(OPERATIONS);
  const trial = (first: number): number => {
    held.fill(undefined);
    collect();
    // Buffers found unused are freed beside what runs; the next collection waits for that.
    collect();
    const before = process.memoryUsage();
    for (let i = 0; i < OPERATIONS; i++) held[i] = operation(first + i);
    const after = process.memoryUsage();
    return (after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers) / OPERATIONS;
  };
  return spreadOf(Array.from({ length: TRIALS }, (_, i) => trial(i * OPERATIONS))).median;
}

/** Share of one core, in percent, that `operation` takes at so many calls a second, beyond what pacing takes. */
export async function cpuAt(
  perSecond: number,
  operation: (i: number) => unknown,
  forMs = 2000,
): Promise<number> {
  const idle = await paced(perSecond, () => undefined, forMs);
  const busy = await paced(perSecond, operation, forMs);
  return ((busy - idle) / forMs) * 100;
}

/** Milliseconds of CPU spent while calls were made every few milliseconds, as many as were due. */
async function paced(perSecond: number, operation: (i: number) => unknown, forMs: number): Promise<number> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  let done = 0;
  for (let nowMs = 0; nowMs < forMs; nowMs = performance.now() - startMs) {
    for (const due = Math.floor((Math.min(nowMs, forMs) * perSecond) / 1000); done < due; done++) {
      const result = operation(done);
      if (result instanceof Promise) await result;
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

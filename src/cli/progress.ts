import type { MaintenanceProgress, WriteProgress } from '../layer/index.js';

const INTERVAL_MS = 200;

export interface ProgressLine {
  readonly update: (progress: WriteProgress | MaintenanceProgress) => void;
  readonly end: () => void;
}

/** A line on stderr that says how far a write is; silent when stderr is not a terminal. */
export function showProgress(): ProgressLine {
  if (!process.stderr.isTTY) return { update: () => {}, end: () => {} };
  let shownMs = 0;
  let isShown = false;
  return {
    update: ({ phase, done, total }) => {
      const nowMs = performance.now();
      if (nowMs - shownMs < INTERVAL_MS && done < total) return;
      shownMs = nowMs;
      isShown = true;
      process.stderr.write(`\r\x1b[K${phase} ${((100 * done) / Math.max(1, total)).toFixed(0)} %`);
    },
    end: () => {
      if (isShown) process.stderr.write('\r\x1b[K');
      isShown = false;
    },
  };
}

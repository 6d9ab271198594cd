import { type Command, Option } from 'commander';
import { formatByteSize } from '../bytes/index.js';

const INTERVAL_MS = 200;
/** A rate from less than this says nothing about the rest. */
const SETTLED_MS = 1000;
const MINUTE_S = 60;
const HOUR_S = 3600;

/** How far a long command is; a phase ends with `done` equal to `total`, or with the next one. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** What is counted. */
  readonly unit?: string;
  /** What `done` is in bytes, where that is known. */
  readonly bytes?: number;
}

/** `auto`: a line on a terminal, nothing elsewhere; `json`: an object per line; `none`. */
export type ProgressMode = 'auto' | 'json' | 'none';

/** What `withProgressOption` adds. */
export interface ProgressOptions {
  readonly progress?: ProgressMode;
}

/** Shows progress on stderr. */
export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  readonly end: () => void;
}

/** Adds `--progress`. */
export function withProgressOption(command: Command): Command {
  return command.addOption(
    new Option('--progress <how>', 'on stderr; auto: a line if it is a terminal; json: an object per line')
      .choices(['auto', 'json', 'none'])
      .default('auto'),
  );
}

/** Shows how far a command is, at most about five times a second but for the first and last of each phase. */
export function showProgress(mode: ProgressMode = 'auto'): ProgressLine {
  if (mode === 'json') {
    return throttled((state) => process.stderr.write(`${JSON.stringify(state)}\n`));
  }
  if (mode === 'none' || !process.stderr.isTTY) return { update: () => {}, end: () => {} };
  let isShown = false;
  const line = throttled((state) => {
    isShown = true;
    process.stderr.write(`\r\x1b[K${formatProgress(state)}`);
  });
  return {
    update: line.update,
    end: () => {
      line.end();
      if (isShown) process.stderr.write('\r\x1b[K');
      isShown = false;
    },
  };
}

/** What is shown: progress, and what it says about time. Rates are of this process, not of an earlier one. */
interface ProgressState extends Progress {
  readonly seconds: number;
  /** Units per second. */
  readonly rate?: number;
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
}

function throttled(show: (state: ProgressState) => void): ProgressLine {
  let first: { progress: Progress; ms: number } | undefined;
  let held: Progress | undefined;
  let shownMs = 0;
  const showNow = (progress: Progress, nowMs: number) => {
    held = undefined;
    shownMs = nowMs;
    show(describeState(first!, progress, nowMs));
  };
  const end = () => {
    if (held) showNow(held, performance.now());
  };
  return {
    update: (progress) => {
      const nowMs = performance.now();
      if (first?.progress.phase !== progress.phase) {
        end();
        first = { progress, ms: nowMs };
        showNow(progress, nowMs);
      } else if (nowMs - shownMs >= INTERVAL_MS) showNow(progress, nowMs);
      else held = progress;
    },
    end,
  };
}

function describeState(
  first: { progress: Progress; ms: number },
  progress: Progress,
  nowMs: number,
): ProgressState {
  const seconds = (nowMs - first.ms) / 1000;
  const state = { ...progress, seconds: round(seconds) };
  const done = progress.done - first.progress.done;
  if (seconds * 1000 < SETTLED_MS || done <= 0) return state;
  const bytes = (progress.bytes ?? Number.NaN) - (first.progress.bytes ?? Number.NaN);
  return {
    ...state,
    rate: round(done / seconds),
    ...(Number.isFinite(bytes) && { bytesPerSecond: Math.round(bytes / seconds) }),
    secondsLeft: round(((progress.total - progress.done) * seconds) / done),
  };
}

/** One line for a person: `reading 42 %, 118.2 MiB/s, 3 min left`. */
function formatProgress({
  phase,
  done,
  total,
  unit,
  rate,
  bytesPerSecond,
  secondsLeft,
}: ProgressState): string {
  const parts = [`${phase} ${Math.floor((100 * done) / Math.max(1, total))} %`];
  if (bytesPerSecond !== undefined) parts.push(`${formatByteSize(bytesPerSecond)}/s`);
  else if (rate !== undefined) parts.push(`${formatCount(rate)} ${unit ?? 'steps'}/s`);
  if (secondsLeft !== undefined && done < total) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join(', ');
}

function formatCount(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  if (count >= 1e4) return `${(count / 1e3).toFixed(0)} k`;
  return count.toFixed(count < 10 ? 1 : 0);
}

function formatSeconds(seconds: number): string {
  if (seconds < MINUTE_S) return `${Math.ceil(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.ceil(seconds / MINUTE_S)} min`;
  return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
}

function round(number: number): number {
  return Number(number.toPrecision(4));
}

import { readdirSync } from 'node:fs';
import type { Random } from '../../random.js';
import type { KillableWork } from './killable-work.js';
import type { CommandEnd, RunningCommand } from './standby-commands.js';

const POLL_MS = 1;
/** How many kills wait for the commit, which takes a small part of a command's time. */
const COMMIT_SHARE = 0.35;
/** Until it was seen how long a command goes on after its first step in the folder of manifests. */
const FIRST_TAIL_MS = 30;

/** When a command is killed: at a time after its start, or after the first change in a folder. */
export interface KillMoment {
  readonly kind: 'anywhere' | 'commit';
  readonly delayMs: number;
}

interface Duration {
  readonly wholeMs: number;
  readonly tailMs: number;
}

/** What came of a command that was to be killed. */
export interface Killed {
  readonly moment: KillMoment;
  readonly end: CommandEnd;
  readonly wasKilled: boolean;
}

/** Chooses moments over the whole length of a command, as long as it took when nothing killed it. */
export class KillMoments {
  readonly #durations = new Map<string, Duration>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A moment for work of a kind that was run whole before; a resumed write is taken for a whole one. */
  choose({ name }: Pick<KillableWork, 'name'>): KillMoment {
    const { wholeMs, tailMs } = this.#durations.get(name === 'resume' ? 'write' : name)!;
    const kind = name !== 'verify' && this.#random() < COMMIT_SHARE ? 'commit' : 'anywhere';
    const part = this.#random();
    // Most of what follows a commit is the end of the process.
    return { kind, delayMs: kind === 'commit' ? part * part * tailMs : part * wholeMs };
  }

  /** Lets a command run to its end and remembers how long that took. */
  async runWhole(name: string, command: RunningCommand, folder: string): Promise<CommandEnd> {
    let changedMs: number | undefined;
    const watch = onChange(folder, () => {
      changedMs = performance.now();
    });
    const end = await command.ended;
    clearInterval(watch);
    const tailMs = changedMs === undefined ? FIRST_TAIL_MS : performance.now() - changedMs;
    this.#durations.set(name, { wholeMs: end.elapsedMs, tailMs });
    return end;
  }

  /** Kills a command at a moment, unless it ends by itself before; `folder` is where its commit shows first. */
  async kill(command: RunningCommand, moment: KillMoment, folder: string): Promise<Killed> {
    let timer: NodeJS.Timeout | undefined;
    const killLater = () => {
      timer = setTimeout(() => command.kill(), moment.delayMs);
    };
    const watch = moment.kind === 'commit' ? onChange(folder, killLater) : undefined;
    if (moment.kind === 'anywhere') killLater();
    const end = await command.ended;
    clearInterval(watch);
    clearTimeout(timer);
    return { moment, end, wasKilled: end.signal === 'SIGKILL' };
  }
}

/** Calls once when the names in a folder, which may not exist yet, are others than now. */
function onChange(folder: string, call: () => void): NodeJS.Timeout {
  const before = namesIn(folder);
  const timer = setInterval(() => {
    if (namesIn(folder) === before) return;
    clearInterval(timer);
    call();
  }, POLL_MS);
  return timer;
}

function namesIn(folder: string): string {
  try {
    return readdirSync(folder).join();
  } catch {
    return '';
  }
}

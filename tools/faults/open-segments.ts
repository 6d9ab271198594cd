import { readdirSync, readlinkSync, realpathSync } from 'node:fs';

const DESCRIPTORS = '/proc/self/fd';
const WATCH_MS = 5;

/** Counts this process's open descriptors of segments below a folder, deleted ones included. Linux only. */
export class OpenSegments {
  readonly #folder: string;
  #timer: NodeJS.Timeout | undefined;
  #most = 0;

  constructor(folder: string) {
    this.#folder = `${realpathSync(folder)}/`;
  }

  /** How many there are now. */
  count(): number {
    return readdirSync(DESCRIPTORS).filter((descriptor) => this.#isSegment(descriptor)).length;
  }

  /** Counts again and again until `unwatch`. */
  watch(): void {
    this.#most = 0;
    this.#timer = setInterval(() => {
      this.#most = Math.max(this.#most, this.count());
    }, WATCH_MS);
  }

  /** The most there were while they were watched. */
  unwatch(): number {
    clearInterval(this.#timer);
    return this.#most;
  }

  #isSegment(descriptor: string): boolean {
    try {
      const target = readlinkSync(`${DESCRIPTORS}/${descriptor}`);
      return target.startsWith(this.#folder) && /\.seg( \(deleted\))?$/.test(target);
    } catch {
      // The descriptor that listed the folder is closed by now.
      return false;
    }
  }
}

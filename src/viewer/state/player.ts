/** What a player moves. */
export interface Played {
  /** Frames there are. */
  readonly count: () => number;
  readonly current: () => number;
  /** Whether a frame can be shown as a whole. */
  readonly isReady: (index: number) => boolean;
  readonly show: (index: number) => void;
  readonly onState: (isPlaying: boolean) => void;
}

/** Steps through frames, round and round; it waits for a frame that is not there yet instead of showing half of it. */
export class Player {
  stepsPerSecond = 2;
  readonly #played: Played;
  #timer = 0;
  #isPlaying = false;
  #isWaiting = false;

  constructor(played: Played) {
    this.#played = played;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  toggle(): void {
    if (this.#isPlaying) this.pause();
    else this.play();
  }

  play(): void {
    if (this.#isPlaying || this.#played.count() < 2) return;
    this.#isPlaying = true;
    this.#played.onState(true);
    this.#wait();
  }

  pause(): void {
    if (!this.#isPlaying) return;
    clearTimeout(this.#timer);
    this.#isPlaying = false;
    this.#isWaiting = false;
    this.#played.onState(false);
  }

  /** Tiles have come: a frame that was waited for may be there. */
  check(): void {
    if (this.#isWaiting) this.#step();
  }

  #wait(): void {
    this.#isWaiting = false;
    this.#timer = window.setTimeout(() => this.#step(), 1000 / this.stepsPerSecond);
  }

  #step(): void {
    const next = (this.#played.current() + 1) % this.#played.count();
    this.#isWaiting = !this.#played.isReady(next);
    if (this.#isWaiting) return;
    this.#played.show(next);
    this.#wait();
  }
}

import { type Address, formatAddress, isStep, parseAddress } from './address.js';

/** How long the address rests before it is written: browsers refuse pages that write it at every frame. */
const settleMs = 250;

/** Keeps the address of the window: steps worth going back to are entries of the history, everything else changes the last. */
export class AddressHistory {
  #written: Address | undefined;
  #next: Address | undefined;
  #settling = 0;

  constructor(onVisit: (address: Address) => void) {
    // By the back button, by a link, or by hand.
    window.addEventListener('popstate', () => {
      clearTimeout(this.#settling);
      this.#next = undefined;
      const address = parseAddress(location.hash);
      this.#written = address;
      onVisit(address);
    });
  }

  get current(): Address {
    return parseAddress(location.hash);
  }

  /** Writes an address, soon, or at once when it is a step. */
  write(address: Address): void {
    clearTimeout(this.#settling);
    if (this.#written !== undefined && isStep(this.#next ?? this.#written, address)) {
      this.#flush();
      history.pushState(null, '', formatAddress(address));
      this.#written = address;
      return;
    }
    const isFirst = this.#written === undefined;
    this.#next = address;
    this.#written ??= address;
    if (isFirst) this.#flush();
    else this.#settling = window.setTimeout(() => this.#flush(), settleMs);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#settling);
    this.#flush();
  }

  #flush(): void {
    if (this.#next === undefined) return;
    history.replaceState(null, '', formatAddress(this.#next));
    this.#written = this.#next;
    this.#next = undefined;
  }
}

/** Names in use: a name that is taken gets a number behind it, so that no two columns are called the same. */
export class NamePool {
  readonly #taken = new Set<string>();

  take(name: string): string {
    let free = name;
    for (let k = 2; this.#taken.has(free); k++) free = `${name}_${k}`;
    this.#taken.add(free);
    return free;
  }
}

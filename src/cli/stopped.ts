/** Why a command ended that was told to stop by a signal, and what that means for what it did. */
export class Stopped extends Error {
  readonly by: NodeJS.Signals;

  constructor(by: NodeJS.Signals, outcome = 'the layer is as it was before') {
    super(`stopped by ${by}; ${outcome}`);
    this.name = new.target.name;
    this.by = by;
  }
}

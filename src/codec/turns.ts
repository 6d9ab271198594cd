/** Bytes unpacked while the process waits, before others get their turn: half a millisecond or so. */
const TURN_BYTES = 128 * 1024;
/** A tile takes as long as so many bytes, however short it is. */
const TILE_BYTES = 4096;

let bytesInTurn = 0;

/**
 * Counts cells that are unpacked without waiting for anything. True when it is time to let others go on: where tiles are
 * in memory and short, nothing else of an answer waits, and thousands of them would hold up every other request.
 */
export function isTurnOver(bytes: number): boolean {
  // Events had their turn when this runs.
  if (bytesInTurn === 0) setImmediate(() => (bytesInTurn = 0)).unref();
  bytesInTurn += bytes + TILE_BYTES;
  return bytesInTurn > TURN_BYTES;
}

/** Resolves after whatever waits has gone on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import type { BlobStore } from '../../src/blob/index.js';

/** What a gated store has done, and whether it goes on. */
export interface Gate {
  /** While false, files wait to be opened and read. */
  isOpen: boolean;
  /** Reads give other bytes than are there. */
  damaged: boolean;
  opened: number;
  /** Reads begun, and bytes they gave. */
  reads: number;
  bytes: number;
  readonly waiting: (() => void)[];
}

/** A store whose files are opened and read when it lets them; both are counted. Reads at once are not offered. */
export function gatedStore(store: BlobStore) {
  const gate: Gate = { isOpen: true, damaged: false, opened: 0, reads: 0, bytes: 0, waiting: [] };
  const pass = async () => {
    if (!gate.isOpen) await new Promise<void>((resolve) => gate.waiting.push(resolve));
  };
  const gated: BlobStore = {
    ...store,
    open: async (...args) => {
      gate.opened += 1;
      await pass();
      const handle = await store.open(...args);
      const read: typeof handle.read = async (...given) => {
        gate.reads += 1;
        await pass();
        const bytes = await handle.read(...given);
        gate.bytes += bytes.length;
        return gate.damaged ? bytes.map((byte) => byte ^ 1) : bytes;
      };
      return Object.assign(Object.create(handle), { read, readSync: undefined });
    },
  };
  const letGo = () => {
    gate.isOpen = true;
    for (const resolve of gate.waiting.splice(0)) resolve();
  };
  return { store: gated, gate, letGo };
}

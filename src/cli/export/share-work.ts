/** Of the memory, for stored tiles that neighbouring map tiles need as well. */
const unpackedShare = 1 / 8;
/** A slab of cells, what it was unpacked from, and the pixels of a tile. */
const bytesPerTile = 48 * 1024 * 1024;
/** Tiles that each thread draws at once, where the memory allows: compression has threads of its own. */
const tilesPerThread = 4;

/** How an export is shared among threads. */
export interface WorkShares {
  /** One: none but the main thread. */
  readonly threads: number;
  /** Tiles that each of them draws at once. */
  readonly lanes: number;
  /** Unpacked tiles that each of them keeps. */
  readonly unpackedBytes: number;
}

/** Shares the memory among so many threads, or as many as there is memory for; each byte is given once. */
export function shareWork({
  memoryBytes,
  workers,
}: {
  readonly memoryBytes: number;
  readonly workers: number;
}): WorkShares {
  const unpackedBytes = memoryBytes * unpackedShare;
  const slots = Math.max(1, Math.floor((memoryBytes - unpackedBytes) / bytesPerTile));
  const threads = Math.min(workers, slots);
  const lanes = Math.min(tilesPerThread, Math.floor(slots / threads));
  return { threads, lanes, unpackedBytes: unpackedBytes / threads };
}

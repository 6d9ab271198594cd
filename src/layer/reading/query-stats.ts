/** The work a query did, in the words of `explain`; counted while it is done. */
export class QueryStats {
  ranges = 0;
  segmentsTotal = 0;
  tilesRead = 0;
  bytesRead = 0;
  /** Of tiles that may be answered from their statistics: those that were not. */
  tilesUnpacked = 0;
  readonly #opened = new Set<string>();

  /** A segment read in several slabs counts once. */
  get segmentsOpened(): number {
    return this.#opened.size;
  }

  countSegment(path: string): void {
    this.#opened.add(path);
  }

  countTiles({ tiles, bytes }: { tiles: number; bytes: number }): void {
    this.tilesRead += tiles;
    this.bytesRead += bytes;
  }

  countUnpacked(): void {
    this.tilesUnpacked++;
  }

  toJSON(): Record<string, number> {
    const { ranges, segmentsTotal, segmentsOpened, tilesRead, bytesRead } = this;
    return { ranges, segmentsTotal, segmentsOpened, tilesRead, bytesRead };
  }
}

/** Stats that count from zero. */
export function newStats(): QueryStats {
  return new QueryStats();
}

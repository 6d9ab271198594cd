import type { Cells } from '../../raster/index.js';

/** The blocks decoded last, at most `limitBytes` of them; a block that is being decoded is waited for. */
export class BlockCache {
  private readonly limitBytes: number;
  // A Map keeps the order of insertion: the first is the one used longest ago.
  private readonly blocks = new Map<number, { readonly cells: Promise<Cells>; readonly sizeBytes: number }>();
  private sizeBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** The block `key`, from `decode` when it is not here; one that fails is not kept. */
  get(key: number, sizeBytes: number, decode: () => Promise<Cells>): Promise<Cells> {
    const found = this.blocks.get(key);
    if (found !== undefined) {
      this.blocks.delete(key);
      this.blocks.set(key, found);
      return found.cells;
    }
    const cells = decode();
    if (sizeBytes > this.limitBytes) return cells;
    const block = { cells, sizeBytes };
    this.blocks.set(key, block);
    this.sizeBytes += sizeBytes;
    this.dropOldest();
    cells.catch(() => {
      if (this.blocks.get(key) === block) this.drop(key, sizeBytes);
    });
    return cells;
  }

  clear(): void {
    this.blocks.clear();
    this.sizeBytes = 0;
  }

  private dropOldest(): void {
    for (const [key, { sizeBytes }] of this.blocks) {
      if (this.sizeBytes <= this.limitBytes) return;
      this.drop(key, sizeBytes);
    }
  }

  private drop(key: number, sizeBytes: number): void {
    this.blocks.delete(key);
    this.sizeBytes -= sizeBytes;
  }
}

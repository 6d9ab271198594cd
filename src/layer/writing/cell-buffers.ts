import { allocateCells, type Cells, type CellType, cellBytes, cellsFromBytes } from '../../raster/index.js';

/**
 * Memory of tiles that have been encoded, for those that come next. V8 counts every new array buffer as garbage to
 * come, and collects the whole heap after some twenty megabytes of them.
 */
export class CellBuffers {
  readonly #limitBytes: number;
  readonly #spare: ArrayBuffer[] = [];
  #spareBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Cells all equal to `fill`; of `undefined` they have any value, and every one of them must be set. */
  take(type: CellType, length: number, fill: number | undefined): Cells {
    const sizeBytes = length * cellBytes(type);
    const last = this.#spare.at(-1);
    // Tiles of one layer are of few sizes, mostly one.
    if (last?.byteLength !== sizeBytes) return allocateCells(type, length, fill);
    this.#spare.pop();
    this.#spareBytes -= sizeBytes;
    const cells = cellsFromBytes(type, new Uint8Array(last));
    return fill === undefined ? cells : cells.fill(fill);
  }

  /** Takes back the memory of cells that nobody looks at any more. */
  give({ buffer, byteLength }: Cells): void {
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength || byteLength === 0) return;
    if (this.#spare.at(-1)?.byteLength !== byteLength) this.#clear();
    if (this.#spareBytes + byteLength > this.#limitBytes) return;
    this.#spare.push(buffer);
    this.#spareBytes += byteLength;
  }

  #clear(): void {
    this.#spare.length = 0;
    this.#spareBytes = 0;
  }
}

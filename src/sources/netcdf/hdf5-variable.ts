import {
  allocateCells,
  type CellArray,
  type CellType,
  cellsFromBytes,
  copyWindow,
} from '../../raster/index.js';
import { cellCount, type VariableReader } from '../cf/dataset.js';
import type { SourceWindow } from '../source.js';
import { safeNumber } from './classic-variable.js';
import type { Hdf5Client } from './hdf5-client.js';
import type { Hdf5Entry, Hdf5Type } from './hdf5-protocol.js';

/** How a variable is read. */
export interface Hdf5Reading {
  readonly client: Hdf5Client;
  readonly entry: Hdf5Entry;
  readonly type: Extract<Hdf5Type, { kind: 'known' }>;
  readonly chunkShape: readonly number[];
  /** Its shape, which along unlimited dimensions may be longer than what is stored. */
  readonly shape: readonly number[];
  /** What the cells hold that are not stored. */
  readonly fill: number;
}

const maxBlockBytes = 4 * 1024 * 1024;

/** Reads one variable of an HDF5 file in blocks of whole chunks. */
export class Hdf5Variable implements VariableReader {
  private readonly reading: Hdf5Reading;

  constructor(reading: Hdf5Reading) {
    this.reading = reading;
  }

  async readCells(window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const { entry, type } = this.reading;
    if (type.element.kind !== 'cell') throw new TypeError(`${entry.name} has no cells`);
    const cellType = type.element.type;
    const shape = sizeOf(window);
    const stored = this.storedPart(window);
    if (stored !== undefined && isEqual(stored, window)) {
      const [only, ...more] = blocksOf(stored, this.reading);
      if (only !== undefined && more.length === 0) return this.readBlock(only, cellType, signal);
    }
    const cells = allocateCells(cellType, cellCount(shape), stored === window ? 0 : this.reading.fill);
    const to: CellArray = { type: cellType, shape, cells };
    if (stored === undefined) return to;
    for (const block of blocksOf(stored, this.reading)) {
      const from = await this.readBlock(block, cellType, signal);
      const toStart = block.start.map((at, d) => at - window.start[d]!);
      copyWindow({ from, fromStart: toStart.map(() => 0), to, toStart, size: from.shape });
    }
    return to;
  }

  async readNumbers(signal?: AbortSignal): Promise<Float64Array> {
    const { shape, type, entry, fill } = this.reading;
    const numbers = new Float64Array(cellCount(shape)).fill(fill);
    const window = this.storedPart({ start: shape.map(() => 0), end: shape });
    for (const block of window === undefined ? [] : blocksOf(window, this.reading)) {
      const at = block.start[0] ?? 0;
      if (type.element.kind === 'cell') {
        numbers.set((await this.readBlock(block, type.element.type, signal)).cells, at);
        continue;
      }
      const { buffer } = await this.readBytes(block, signal);
      const isSigned = type.element.kind === 'big' && type.element.type === 'int64';
      const values = isSigned ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
      values.forEach((value, i) => {
        numbers[at + i] = safeNumber(value, entry.name);
      });
    }
    return numbers;
  }

  async readTexts(signal?: AbortSignal): Promise<string[]> {
    const { client, entry, type } = this.reading;
    // Single characters, as NetCDF writes them, are one text along the last dimension.
    const width = isCharacters(type) ? (entry.shape?.at(-1) ?? 1) : type.bytes;
    const texts = await client.ask<'texts'>(
      { kind: 'texts', name: entry.name, width: type.isVariable ? undefined : width },
      signal,
    );
    return [...texts];
  }

  private async readBlock(block: SourceWindow, type: CellType, signal?: AbortSignal): Promise<CellArray> {
    const bytes = await this.readBytes(block, signal);
    return { type, shape: sizeOf(block), cells: cellsFromBytes(type, bytes) };
  }

  private readBytes(block: SourceWindow, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { client, entry, type } = this.reading;
    const request = { name: entry.name, start: block.start, count: sizeOf(block), elementBytes: type.bytes };
    return client.ask<'bytes'>({ kind: 'bytes', ...request }, signal) as Promise<Uint8Array<ArrayBuffer>>;
  }

  private storedPart(window: SourceWindow): SourceWindow | undefined {
    const { entry, shape } = this.reading;
    const end = window.end.map((at, d) => Math.min(at, entry.shape?.[d] ?? shape[d]!));
    if (end.every((at, d) => at === window.end[d])) return window;
    return end.every((at, d) => at > window.start[d]!) ? { start: window.start, end } : undefined;
  }
}

/** Whether the elements of a text variable are characters, not whole texts. */
export function isCharacters({ element, bytes, isVariable }: Hdf5Reading['type']): boolean {
  return element.kind === 'text' && !isVariable && bytes === 1;
}

/** Blocks of whole chunks, cut at the window's edges: as many chunks as fit in the bound, one at least. */
function* blocksOf({ start, end }: SourceWindow, { chunkShape, type }: Hdf5Reading): Generator<SourceWindow> {
  const steps = [...chunkShape];
  let bytes = steps.reduce((product, length) => product * length, type.bytes);
  for (let d = steps.length - 1; d >= 0; d--) {
    const chunk = chunkShape[d]!;
    const needed = Math.ceil(end[d]! / chunk) - Math.floor(start[d]! / chunk);
    const count = Math.max(1, Math.min(needed, Math.floor(maxBlockBytes / bytes)));
    steps[d] = chunk * count;
    bytes *= count;
    if (count < needed) break;
  }
  const first = start.map((at, d) => Math.floor(at / chunkShape[d]!) * chunkShape[d]!);
  const at = [...first];
  for (let d = 0; d >= 0; ) {
    yield {
      start: at.map((from, k) => Math.max(from, start[k]!)),
      end: at.map((from, k) => Math.min(from + steps[k]!, end[k]!)),
    };
    for (d = at.length - 1; d >= 0; d--) {
      at[d]! += steps[d]!;
      if (at[d]! < end[d]!) break;
      at[d] = first[d]!;
    }
  }
}

function sizeOf({ start, end }: SourceWindow): number[] {
  return start.map((at, d) => end[d]! - at);
}

function isEqual(a: SourceWindow, b: SourceWindow): boolean {
  return a.start.every((at, d) => at === b.start[d]) && a.end.every((at, d) => at === b.end[d]);
}

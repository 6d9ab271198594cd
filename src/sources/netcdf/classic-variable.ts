import type { ByteRange } from '../../bytes/index.js';
import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { allocateCells, bytesOfCells, type CellArray } from '../../raster/index.js';
import { cellCount, type VariableReader } from '../cf/dataset.js';
import type { SourceWindow } from '../source.js';
import type { PlacedVariable } from './classic-placement.js';
import { splitText } from './netcdf-text.js';
import type { RandomFile } from './random-file.js';

const maxTextBytes = 16 * 1024 * 1024;

/** Reads one variable of a classic file: only the bytes of the window, besides small gaps between them. */
export class ClassicVariable implements VariableReader {
  private readonly file: RandomFile;
  private readonly placed: PlacedVariable;

  constructor(file: RandomFile, placed: PlacedVariable) {
    this.file = file;
    this.placed = placed;
  }

  async readCells(window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const { entry } = this.placed;
    if (entry.type.element.kind !== 'cell') throw new TypeError(`${entry.name} has no cells`);
    const { type } = entry.type.element;
    const shape = window.start.map((start, d) => window.end[d]! - start);
    const cells = allocateCells(type, cellCount(shape));
    await this.readBytes(window, bytesOfCells(cells), signal);
    return { type, shape, cells };
  }

  async readNumbers(signal?: AbortSignal): Promise<Float64Array> {
    const { entry, lengths } = this.placed;
    if (entry.type.element.kind !== 'big') {
      const { cells } = await this.readCells(whole(lengths), signal);
      return Float64Array.from(cells);
    }
    const bytes = new Uint8Array(cellCount(lengths) * 8);
    await this.readBytes(whole(lengths), bytes, signal);
    const isSigned = entry.type.element.type === 'int64';
    const values = isSigned ? new BigInt64Array(bytes.buffer) : new BigUint64Array(bytes.buffer);
    return Float64Array.from(values, (value) => safeNumber(value, entry.name));
  }

  /** Characters along the last dimension are one text. */
  async readTexts(signal?: AbortSignal): Promise<string[]> {
    const { entry, lengths } = this.placed;
    const found = cellCount(lengths);
    if (found > maxTextBytes)
      throw new UnsupportedError('coordinate has too much text', {
        array: entry.name,
        found,
        allowed: maxTextBytes,
      });
    const bytes = new Uint8Array(found);
    await this.readBytes(whole(lengths), bytes, signal);
    return splitText(bytes, lengths.at(-1) ?? 1).map((text) => text.trimEnd());
  }

  private async readBytes(window: SourceWindow, into: Uint8Array, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.file.readRuns(runsOf(this.placed, window), into, signal);
    swapToLittleEndian(into, this.placed.entry.type.bytes);
  }
}

/** A safe integer, or CorruptionError naming the variable. */
export function safeNumber(value: bigint, array: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new CorruptionError('coordinate is not a safe integer', { array, found: String(value) });
}

function whole(lengths: readonly number[]): SourceWindow {
  return { start: lengths.map(() => 0), end: lengths };
}

/** Stretches of the file that are the window's cells, in their order. */
function* runsOf(
  { entry, lengths, strides }: PlacedVariable,
  { start, end }: SourceWindow,
): Generator<ByteRange> {
  let length = entry.type.bytes;
  let outer = lengths.length;
  // Dimensions that follow each other without a gap become one run.
  while (outer > 0 && strides[outer - 1] === length) {
    outer--;
    const isWhole = start[outer] === 0 && end[outer] === lengths[outer];
    length *= end[outer]! - start[outer]!;
    if (!isWhole) break;
  }
  const position = start.slice(0, outer);
  const inner = strides.slice(outer).reduce((sum, stride, i) => sum + stride * start[outer + i]!, 0);
  for (let d = 0; d >= 0; ) {
    const offset = position.reduce((sum, at, i) => sum + at * strides[i]!, entry.begin + inner);
    yield { offset, length };
    for (d = outer - 1; d >= 0; d--) {
      position[d]!++;
      if (position[d]! < end[d]!) break;
      position[d] = start[d]!;
    }
  }
}

function swapToLittleEndian(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

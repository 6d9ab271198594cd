import { InvalidArgumentError } from '../errors/index.js';
import { cellsOf, wrongCount } from './check-answer.js';
import type { CoverageRange } from './coverage.js';

/** Values of several ranges at the same cells. */
export interface CellRun {
  /** The first of the cells, counted in the order of the ranges. */
  readonly start: number;
  readonly length: number;
  /** As many values of each range, in the order of the ranges. */
  readonly columns: readonly (Float64Array | Float32Array)[];
}

type Block = Float64Array | Float32Array;

/** One range on its way: the block at hand, and how much of it has been handed over. */
interface Lane {
  readonly range: CoverageRange;
  readonly blocks: AsyncIterator<Block>;
  block: Block;
  at: number;
}

/**
 * The values of ranges over the same `cells`, run by run, whatever the lengths of their blocks: each range is read
 * as far as the others, so that one block of each is held.
 *
 * Throws: InvalidArgumentError for ranges that have not as many values as there are cells; the signal's reason when it aborts.
 */
export async function* sideBySide(
  ranges: readonly CoverageRange[],
  cells: number,
  signal?: AbortSignal,
): AsyncGenerator<CellRun> {
  const lanes: Lane[] = [];
  try {
    for (const range of ranges) {
      checkCells(range, cells);
      const blocks = range.values()[Symbol.asyncIterator]();
      lanes.push({ range, blocks, block: new Float64Array(0), at: 0 });
    }
    for (let start = 0; start < cells; ) {
      for (const lane of lanes) await fill(lane, start, signal);
      const length = Math.min(...lanes.map(({ block, at }) => block.length - at), cells - start);
      yield { start, length, columns: lanes.map(({ block, at }) => block.subarray(at, at + length)) };
      for (const lane of lanes) lane.at += length;
      start += length;
    }
    for (const lane of lanes) await checkEnd(lane, cells);
  } finally {
    for (const { blocks } of lanes) await blocks.return?.();
  }
}

function checkCells(range: CoverageRange, cells: number): void {
  if (cellsOf(range) === cells) return;
  throw new InvalidArgumentError('a range does not cover the cells of its domain', {
    parameter: range.parameter,
    shape: range.shape,
    cells,
  });
}

async function fill(lane: Lane, found: number, signal: AbortSignal | undefined): Promise<void> {
  while (lane.at === lane.block.length) {
    signal?.throwIfAborted();
    const next = await lane.blocks.next();
    if (next.done) throw wrongCount(lane.range, found);
    lane.block = next.value;
    lane.at = 0;
  }
}

async function checkEnd(lane: Lane, cells: number): Promise<void> {
  let surplus = lane.block.length - lane.at;
  for (let next = await lane.blocks.next(); !next.done && surplus === 0; next = await lane.blocks.next()) {
    surplus += next.value.length;
  }
  if (surplus > 0) throw wrongCount(lane.range, cells + surplus);
}

import { allocateCells, type CellArray, copyWindow } from '../../raster/index.js';
import type { CellBlock } from '../writing/tile-assembler.js';

/** Cells that follow each other in a block and in the layer. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/**
 * A block of a source's cells as blocks of the layer: `positions` has, for each axis, where each cell of the
 * source's axis lies in the layer; an axis without positions stays as it is.
 */
export function* placeBlock(
  { start, block }: CellBlock,
  positions: readonly (readonly number[] | undefined)[],
): Generator<CellBlock> {
  const stretches = block.shape.map((length, d) => stretchesOf(start[d]!, length, positions[d]));
  if (stretches.every((list) => list.length === 1)) {
    yield { start: stretches.map(([only]) => only!.to), block };
    return;
  }
  for (const choice of choices(stretches)) yield cutOut(block, choice);
}

function stretchesOf(start: number, length: number, positions: readonly number[] | undefined): Stretch[] {
  if (positions === undefined) return [{ from: 0, to: start, length }];
  const stretches: { from: number; to: number; length: number }[] = [];
  for (let i = 0; i < length; i++) {
    const to = positions[start + i]!;
    const last = stretches.at(-1);
    if (last && last.to + last.length === to) last.length++;
    else stretches.push({ from: i, to, length: 1 });
  }
  return stretches;
}

function cutOut(block: CellArray, choice: readonly Stretch[]): CellBlock {
  const shape = choice.map(({ length }) => length);
  const count = shape.reduce((a, b) => a * b, 1);
  const cut = { type: block.type, shape, cells: allocateCells(block.type, count) };
  copyWindow({
    from: block,
    fromStart: choice.map(({ from }) => from),
    to: cut,
    toStart: choice.map(() => 0),
    size: shape,
  });
  return { start: choice.map(({ to }) => to), block: cut };
}

function* choices(stretches: readonly (readonly Stretch[])[]): Generator<Stretch[]> {
  const [first, ...others] = stretches;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const stretch of first) for (const tail of choices(others)) yield [stretch, ...tail];
}

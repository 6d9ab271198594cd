import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidArgumentError } from '../errors/index.js';
import type { AxisSelection } from '../grid/index.js';
import { crossRow, type PolygonEdges } from './polygon-edges.js';

const TURN = 360;
// Other requests get their turn after about this many edge tests.
const STEPS_PER_TURN = 2_000_000;
const MAX_STEPS = 1_000_000_000;

/** Which cells of a window are inside: one byte each, rows of `xs.length`. */
export type CellMask = Uint8Array;

/** Centres of a window's columns and rows, and which of the layer's cells they are where they are cells. */
export interface WindowCentres {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly x?: AxisSelection;
  readonly y?: AxisSelection;
}

/** A test of one point; `steps` is its cost in edges. */
export interface PointTest {
  readonly steps: number;
  contains(x: number, y: number): boolean;
}

/**
 * Cells whose centre is inside any of the polygons, rows one after the other; undefined when there is none.
 * With `isCyclic` x is read modulo 360.
 */
export async function maskPolygons(
  { xs, ys }: WindowCentres,
  polygons: readonly PolygonEdges[],
  { isCyclic, signal }: { readonly isCyclic: boolean; readonly signal?: AbortSignal },
): Promise<CellMask | undefined> {
  const columns = sortedColumns(xs);
  const shifts = isCyclic ? [-TURN, 0, TURN] : [0];
  const steps = polygons.reduce((total, edges) => total + edges.length / 4, xs.length);
  return fillRows({ xs, ys }, { steps, signal }, (mask, row) => {
    for (const edges of polygons) {
      const spans = crossRow(edges, ys[row]!);
      for (let i = 0; i < spans.length; i += 2) {
        for (const shift of shifts) {
          markSpan(mask, columns, {
            offset: row * xs.length,
            from: spans[i]! + shift,
            to: spans[i + 1]! + shift,
          });
        }
      }
    }
  });
}

/** Cells whose centre passes `test`; undefined when none does. */
export async function maskPoints(
  { xs, ys }: WindowCentres,
  test: PointTest,
  signal?: AbortSignal,
): Promise<CellMask | undefined> {
  return fillRows({ xs, ys }, { steps: xs.length * test.steps, signal }, (mask, row) => {
    for (let col = 0; col < xs.length; col++) {
      if (test.contains(xs[col]!, ys[row]!)) mask[row * xs.length + col] = 1;
    }
  });
}

/** Sets values outside the mask to NaN in place; `start` is the position of the first value in the whole answer. */
export function applyMask(values: Float64Array, start: number, mask: CellMask): void {
  let at = start % mask.length;
  for (let i = 0; i < values.length; i++) {
    if (mask[at] === 0) values[i] = Number.NaN;
    at = at + 1 === mask.length ? 0 : at + 1;
  }
}

interface RowCost {
  readonly steps: number;
  readonly signal?: AbortSignal | undefined;
}

async function fillRows(
  { xs, ys }: WindowCentres,
  { steps, signal }: RowCost,
  fillRow: (mask: CellMask, row: number) => void,
): Promise<CellMask | undefined> {
  if (steps * ys.length > MAX_STEPS) {
    throw new InvalidArgumentError('coords has too many edges for this many cells', {
      parameter: 'coords',
      found: steps * ys.length,
      allowed: MAX_STEPS,
    });
  }
  const mask = new Uint8Array(xs.length * ys.length);
  let spent = 0;
  for (let row = 0; row < ys.length; row++) {
    fillRow(mask, row);
    spent += steps;
    if (spent < STEPS_PER_TURN) continue;
    spent = 0;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return mask.includes(1) ? mask : undefined;
}

interface SortedColumns {
  readonly values: Float64Array;
  readonly columns: Uint32Array;
}

function sortedColumns(xs: readonly number[]): SortedColumns {
  const columns = Uint32Array.from(xs.keys()).sort((a, b) => xs[a]! - xs[b]!);
  return { columns, values: Float64Array.from(columns, (column) => xs[column]!) };
}

function markSpan(
  mask: CellMask,
  { values, columns }: SortedColumns,
  { offset, from, to }: { readonly offset: number; readonly from: number; readonly to: number },
): void {
  for (let k = lowerBound(values, from); k < values.length && values[k]! <= to; k++)
    mask[offset + columns[k]!] = 1;
}

function lowerBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

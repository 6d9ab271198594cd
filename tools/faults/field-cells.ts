import type { BlobStore } from '../../src/blob/index.js';
import { LayerReader } from '../../src/layer/index.js';

/** The native cells of a layer with one parameter, [t, row, col], worked out without reading the layer. */
export interface FieldCells {
  readonly times: number;
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Which snapshot of which layer; the newest when `sequence` is absent. */
export interface SnapshotPlace {
  readonly layer: string;
  readonly parameter: string;
  readonly sequence?: number;
}

/**
 * Every cell of every level of a snapshot, whose levels must have been made by `max`, is that of `expected`.
 *
 * Throws: an Error that names the first cell that is another.
 */
export async function requireCells(
  store: BlobStore,
  { layer, parameter, sequence }: SnapshotPlace,
  expected: FieldCells,
): Promise<void> {
  const reader = await LayerReader.open(store, layer, { sequence });
  try {
    let cells = expected;
    for (let level = 0; level < reader.manifest.levels; level++) {
      if (level > 0) cells = levelAbove(cells);
      requireEqual(await reader.read(reader.plan({ parameter, level })), cells, `level ${level} of ${layer}`);
    }
  } finally {
    await reader.close();
  }
}

function requireEqual(found: Float64Array, { values, rows, cols }: FieldCells, what: string): void {
  if (found.length !== values.length) throw new Error(`${what}: ${found.length} cells, not ${values.length}`);
  let wrong = -1;
  // A loop of its own, because millions of cells are compared after every fault.
  for (let i = 0; i < found.length && wrong < 0; i++) if (!Object.is(found[i], values[i])) wrong = i;
  if (wrong < 0) return;
  const at = `time ${Math.floor(wrong / (rows * cols))}, row ${Math.floor(wrong / cols) % rows}, col ${wrong % cols}`;
  throw new Error(`${what}, ${at}: ${found[wrong]}, not ${values[wrong]}`);
}

/** The same cells are expected again and again. */
const levelsAbove = new WeakMap<FieldCells, FieldCells>();

function levelAbove(cells: FieldCells): FieldCells {
  const known = levelsAbove.get(cells) ?? halveByMax(cells);
  levelsAbove.set(cells, known);
  return known;
}

/** The next level: the greatest of each two by two cells. */
function halveByMax({ times, rows, cols, values }: FieldCells): FieldCells {
  const half = { times, rows: Math.ceil(rows / 2), cols: Math.ceil(cols / 2) };
  const halved = new Float64Array(times * half.rows * half.cols).fill(Number.NEGATIVE_INFINITY);
  for (let plane = 0; plane < times * rows; plane += rows) {
    for (let row = 0; row < rows; row++) {
      const below = (plane + row) * cols;
      const above = ((plane / rows) * half.rows + (row >> 1)) * half.cols;
      for (let col = 0; col < cols; col++) {
        const at = above + (col >> 1);
        halved[at] = Math.max(halved[at]!, values[below + col]!);
      }
    }
  }
  return { ...half, values: halved };
}

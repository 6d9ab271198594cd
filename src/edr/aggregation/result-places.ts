import type { QueryPlan, SummaryPart } from '../../layer/index.js';

/** Position of a row of cells in a plan. */
export interface RowPlace {
  readonly t: number;
  readonly z: number;
  readonly y: number;
}

/** Which result the cells of a plan go to, when those along some axes become one. */
export class ResultPlaces {
  /** Results of the plan. */
  readonly count: number;
  /** How far apart the results of neighbouring columns are. */
  readonly step: 0 | 1;
  readonly #strides: { readonly t: number; readonly z: number; readonly y: number; readonly x: number };

  constructor({ dimensions }: Pick<QueryPlan, 'dimensions'>, reduced: ReadonlySet<string>) {
    let stride = 1;
    const [x, y, z, t] = dimensions
      .slice(-4)
      .toReversed()
      .map(({ name, length }) => {
        if (reduced.has(name)) return 0;
        const own = stride;
        stride *= length;
        return own;
      }) as [number, number, number, number];
    this.#strides = { t, z, y, x };
    this.count = stride;
    this.step = x === 0 ? 0 : 1;
  }

  /** The result of a cell, by its position in the plan. */
  of({ t, z, y }: RowPlace, x: number): number {
    const strides = this.#strides;
    return t * strides.t + z * strides.z + y * strides.y + x * strides.x;
  }

  /** The one result of all cells of the pieces; undefined when they have several. */
  only({ t, z, row, col }: SummaryPart['pieces']): number | undefined {
    const { t: ts, z: zs, y: ys, x: xs } = this.#strides;
    const isOne = [
      [ts, t],
      [zs, z],
      [ys, row],
      [xs, col],
    ].every(([stride, pieces]) => stride === 0 || isSingle(pieces as typeof t));
    if (!isOne) return undefined;
    return this.of({ t: t[0]!.at, z: z[0]!.at, y: row[0]!.at }, col[0]!.at);
  }
}

function isSingle(pieces: SummaryPart['pieces']['t']): boolean {
  return pieces.length === 1 && pieces[0]!.count === 1;
}

import type { AnswerPlan, PlannedWork } from '../../edr/index.js';
import { HttpProblem } from './problem.js';

/** How much one request may ask for. */
export interface Limits {
  /** Largest answer in cells. */
  readonly maxCells: number;
  /** Most tiles that one answer may read; a tile needed again counts again. */
  readonly maxTiles: number;
  /** True for answers that nobody waits for. */
  readonly isLater?: boolean;
}

/** Largest answer in cells unless the service is told otherwise. */
export const defaultMaxCells = 20_000_000;
/** A tile takes about a millisecond, so that no answer takes longer than minutes. */
export const defaultMaxTiles = 50_000;
/** A page is held whole while it is made. */
const MAX_PAGE_CELLS = 200_000;

const ADVICE = 'ask for fewer points, parameters, times or levels, or for a smaller area';

/** Cells that a plan holds something of: values that are sent, or whether they are inside. */
export function heldCells({ cells, maskedCells = 0 }: Pick<AnswerPlan, 'cells' | 'maskedCells'>): number {
  return Math.max(cells, maskedCells);
}

/** Throws: HttpProblem 413 with the cells asked and allowed. */
export function checkPlan(plan: AnswerPlan, limits: Limits): void {
  checkCells(plan.cells, limits);
  const { maskedCells: cells = 0 } = plan;
  const { maxCells, isLater = false } = limits;
  if (cells <= maxCells) return;
  const detail = `the query is about ${cells} cells, and of each a page has to know whether it is inside; at most ${maxCells} are answered ${manner(isLater)}; ask for a smaller area or a coarser resolution`;
  throw new HttpProblem(413, detail, { members: { cells, maxCells } });
}

/** Throws: HttpProblem 413 with the cells asked and allowed. */
export function checkCells(cells: number, { maxCells, isLater = false }: Limits): void {
  if (cells <= maxCells) return;
  const detail = `the answer would have ${cells} cells, at most ${maxCells} are answered ${manner(isLater)}; ${ADVICE}`;
  throw new HttpProblem(413, detail, { members: { cells, maxCells } });
}

/** Throws: HttpProblem 413 for more cells than a page is made of. */
export function checkPageCells(cells: number): void {
  if (cells <= MAX_PAGE_CELLS) return;
  const detail = `the answer would have ${cells} cells, a page shows at most ${MAX_PAGE_CELLS}; ${ADVICE}, or for another form (f)`;
  throw new HttpProblem(413, detail, { members: { cells, maxCells: MAX_PAGE_CELLS } });
}

/** Throws: HttpProblem 413 with the tile reads planned and allowed. */
export function checkTiles({ tiles }: PlannedWork, { maxTiles, isLater = false }: Limits): void {
  if (tiles <= maxTiles) return;
  const detail = `the answer would read ${tiles} tiles, at most ${maxTiles} are read ${manner(isLater)}; ${ADVICE}`;
  throw new HttpProblem(413, detail, { members: { tiles, maxTiles } });
}

/** What may be asked of an answer that is made as a result: as many more tiles as it may have more cells. */
export function laterLimits({ maxCells, maxTiles }: Limits, maxAsyncCells: number): Limits {
  const share = Math.max(1, maxAsyncCells / maxCells);
  return { maxCells: maxAsyncCells, maxTiles: Math.floor(maxTiles * share), isLater: true };
}

function manner(isLater: boolean): string {
  return isLater ? 'as a result to be fetched later' : 'at once';
}

import type { CurvePlan } from '../api/plan.js';
import { type BlockLines, cornersOf } from './block-lines.js';

/** From this many pixels along a block on, its borders and its number are drawn. */
export const borderPixels = 5;
export const numberPixels = 64;
/** Strokes that the curve is drawn in: each has one colour. */
const strokes = 96;
/** Dark to light, so that the way along the curve shows in any hue (d3's plasma, without its ends). */
const wayColours = ['#5c01a6', '#9c179e', '#cc4778', '#ed7953', '#fdb42f'];

/** A point of Web Mercator in pixels of the canvas. */
export type Project = (x: number, y: number) => readonly [number, number];

/** What is drawn, and how many pixels of the canvas a CSS pixel has. */
export interface Drawing {
  readonly plan: CurvePlan;
  readonly lines: BlockLines;
  readonly pixelRatio: number;
}

/** Dims what the query does not want, less where its ranges hold it all the same, and frames what it wants. */
export function drawTouched(
  context: CanvasRenderingContext2D,
  project: Project,
  { plan: { blocks, ranges }, lines, pixelRatio, side }: Drawing & { readonly side: number },
): void {
  const [touched, passed, others] = [new Path2D(), new Path2D(), new Path2D()];
  blocks.touched.forEach((isTouched, block) => {
    const isPassed = blocks.side === 1 && isInRanges(ranges, blocks.indexes[block]!);
    const path = isTouched ? touched : isPassed ? passed : others;
    addBlock(path, project, { lines, block, columns: blocks.columns });
  });
  context.fillStyle = 'rgba(16, 24, 32, 0.55)';
  context.fill(others);
  context.fillStyle = 'rgba(16, 24, 32, 0.3)';
  context.fill(passed);
  if (side < borderPixels) return;
  context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  context.lineWidth = 1.6 * pixelRatio;
  context.stroke(touched);
}

/** Borders of all blocks. */
export function drawBorders(
  context: CanvasRenderingContext2D,
  project: Project,
  { plan, lines, pixelRatio }: Drawing,
): void {
  const path = new Path2D();
  const { columns, rows } = plan.blocks;
  for (let block = 0; block < columns * rows; block++) addBlock(path, project, { lines, block, columns });
  context.strokeStyle = 'rgba(16, 24, 32, 0.4)';
  context.lineWidth = 0.7 * pixelRatio;
  context.stroke(path);
}

/** Where one segment ends and another begins. */
export function drawSegments(
  context: CanvasRenderingContext2D,
  project: Project,
  { plan, lines, pixelRatio }: Drawing,
): void {
  const { columns, rows, segments } = plan.blocks;
  const path = new Path2D();
  for (let block = 0; block < columns * rows; block++) {
    const [, topRight, bottomRight, bottomLeft] = cornersOf(block, columns);
    const right = block % columns < columns - 1 ? block + 1 : undefined;
    const below = block + columns < columns * rows ? block + columns : undefined;
    if (right !== undefined && segments[right] !== segments[block])
      addLine(path, project, lines, [topRight, bottomRight]);
    if (below !== undefined && segments[below] !== segments[block])
      addLine(path, project, lines, [bottomLeft, bottomRight]);
  }
  context.strokeStyle = 'rgba(255, 255, 255, 0.95)';
  context.lineWidth = 4 * pixelRatio;
  context.stroke(path);
  context.strokeStyle = 'rgb(0, 60, 110)';
  context.lineWidth = 2 * pixelRatio;
  context.setLineDash([7 * pixelRatio, 4 * pixelRatio]);
  context.stroke(path);
  context.setLineDash([]);
}

/** The curve itself: jumps are faint. */
export function drawWay(
  context: CanvasRenderingContext2D,
  project: Project,
  { lines: { centers, order, isStep }, pixelRatio, side }: Omit<Drawing, 'plan'> & { readonly side: number },
): void {
  const width = Math.max(0.8, Math.min(3, side / 8)) * pixelRatio;
  const length = Math.max(1, Math.ceil(order.length / strokes));
  for (let start = 0; start < order.length; start += length) {
    const steps = new Path2D();
    const jumps = new Path2D();
    for (let k = start; k < Math.min(order.length - 1, start + length); k++) {
      const path = isStep[k] === 1 ? steps : jumps;
      const [from, to] = [order[k]!, order[k + 1]!];
      path.moveTo(...project(centers[2 * from]!, centers[2 * from + 1]!));
      path.lineTo(...project(centers[2 * to]!, centers[2 * to + 1]!));
    }
    const colour =
      wayColours[Math.min(wayColours.length - 1, Math.floor((start / order.length) * wayColours.length))]!;
    for (const [path, share] of [
      [jumps, 0.5],
      [steps, 1],
    ] as const) {
      context.globalAlpha = share === 1 ? 1 : 0.45;
      context.strokeStyle = 'rgba(255, 255, 255, 0.85)';
      context.lineWidth = width * share + 1.6 * pixelRatio * share;
      context.stroke(path);
      context.strokeStyle = colour;
      context.lineWidth = width * share;
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }
}

/** Where each block begins on the curve. */
export function drawNumbers(
  context: CanvasRenderingContext2D,
  project: Project,
  { plan, lines, pixelRatio }: Drawing,
): void {
  context.font = `${11 * pixelRatio}px system-ui, sans-serif`;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  context.lineWidth = 3 * pixelRatio;
  context.strokeStyle = 'rgba(255, 255, 255, 0.85)';
  context.fillStyle = '#14202a';
  plan.blocks.indexes.forEach((index, block) => {
    const [corner] = cornersOf(block, plan.blocks.columns);
    const [x, y] = project(lines.corners[2 * corner]!, lines.corners[2 * corner + 1]!);
    const at = [x + 5 * pixelRatio, y + 5 * pixelRatio] as const;
    context.strokeText(String(index), ...at);
    context.fillText(String(index), ...at);
  });
}

function addBlock(
  path: Path2D,
  project: Project,
  { lines, block, columns }: { readonly lines: BlockLines; readonly block: number; readonly columns: number },
): void {
  const points = cornersOf(block, columns).map((k) =>
    project(lines.corners[2 * k]!, lines.corners[2 * k + 1]!),
  );
  if (points.some(([x, y]) => Number.isNaN(x) || Number.isNaN(y))) return;
  points.forEach(([x, y], k) => {
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  path.closePath();
}

function addLine(
  path: Path2D,
  project: Project,
  { corners }: BlockLines,
  [from, to]: readonly [number, number],
): void {
  path.moveTo(...project(corners[2 * from]!, corners[2 * from + 1]!));
  path.lineTo(...project(corners[2 * to]!, corners[2 * to + 1]!));
}

/** Ranges are ascending. */
function isInRanges(ranges: readonly (readonly [number, number])[], index: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]![1] <= index) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= index;
}

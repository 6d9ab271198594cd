import type { CurvePlan, PlannedSegment } from '../api/plan.js';
import { type FittedDrawing, fittedCanvas } from '../charts/fitted-canvas.js';

const height = 40;
const rangeHeight = 14;
const segmentTop = 20;
/** Segments that have fewer pixels are drawn without gaps. */
const gapPixels = 4;

/**
 * A run as a straight line, all times of it: its segments one after the other, each as wide as the next, and above them the
 * ranges of the curve that the query reads. What is touched has the accent's colour.
 */
export function curveStrip({ segments, ranges, numbers }: CurvePlan): HTMLElement {
  const summary = `${numbers.ranges ?? 0} ranges on the curve, in ${segments.touched} of ${segments.total} segments`;
  const { listed } = segments;
  const root = fittedCanvas(summary, height, (drawing) => {
    if (listed.length > 0) drawStrip(drawing, { listed, ranges });
  });
  root.classList.add('strip');
  return root;
}

function drawStrip(
  { context, width, colours: { accent, line } }: FittedDrawing,
  { listed, ranges }: { readonly listed: readonly PlannedSegment[]; readonly ranges: CurvePlan['ranges'] },
): void {
  const step = width / listed.length;
  const gap = step >= gapPixels ? 1 : 0;
  context.fillStyle = line;
  context.fillRect(0, rangeHeight / 2, width, 1);
  listed.forEach(({ isTouched }, k) => {
    context.fillStyle = isTouched ? accent : line;
    context.fillRect(k * step, segmentTop, Math.max(0.5, step - gap), height - segmentTop);
  });
  context.fillStyle = accent;
  for (const [start, end] of ranges) {
    const [from, to] = [placeOf(start, listed) * step, placeOf(end, listed) * step];
    // Ranges reach over gaps between segments; those in a gap alone read nothing.
    if (to > from) context.fillRect(from, 0, Math.max(1, to - from), rangeHeight);
  }
}

/** Where an index is, in segments: between two of them at the border. */
function placeOf(index: number, listed: readonly PlannedSegment[]): number {
  let low = 0;
  let high = listed.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (listed[middle]!.last < index) low = middle + 1;
    else high = middle;
  }
  const segment = listed[low];
  if (segment === undefined) return listed.length;
  const share = (index - segment.first) / (segment.last + 1 - segment.first);
  return low + Math.min(1, Math.max(0, share));
}

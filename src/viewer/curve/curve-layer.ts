import Layer from 'ol/layer/Layer.js';
import type { FrameState } from 'ol/Map.js';
import type { CurvePlan } from '../api/plan.js';
import { worldMetres } from '../map/tile-range.js';
import { type BlockLines, blockLines, cornersOf } from './block-lines.js';
import {
  borderPixels,
  drawBorders,
  drawNumbers,
  drawSegments,
  drawTouched,
  drawWay,
  numberPixels,
  type Project,
} from './draw-curve.js';

/** Draws the curve over the tiles of a layer, the borders of its segments and what the last query touched. */
export class CurveLayer extends Layer {
  readonly #canvas = document.createElement('canvas');
  /** OpenLayers would draw its own layers into a canvas that it is given. */
  readonly #box = document.createElement('div');
  #drawn: { readonly plan: CurvePlan; readonly lines: BlockLines } | undefined;

  constructor() {
    super({});
    this.#box.className = 'picture';
    this.#box.append(this.#canvas);
    this.#canvas.dataset.layer = 'curve';
  }

  show(plan: CurvePlan | undefined): void {
    this.#drawn = plan && { plan, lines: blockLines(plan) };
    this.#canvas.dataset.blocks = String(plan?.blocks.indexes.length ?? 0);
    this.changed();
  }

  override render(state: FrameState | null): HTMLElement {
    if (state === null) return this.#box;
    const { viewState, size, pixelRatio } = state;
    const [width, height] = size.map((pixels) => Math.round(pixels * pixelRatio)) as [number, number];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext('2d')!;
    context.clearRect(0, 0, width, height);
    if (this.#drawn === undefined) return this.#box;
    const scale = pixelRatio / viewState.resolution;
    const [x0, y0] = viewState.center as [number, number];
    const halfWorlds = width / 2 / scale / worldMetres;
    const first = Math.floor(x0 / worldMetres - halfWorlds - 0.5);
    const last = Math.ceil(x0 / worldMetres + halfWorlds + 0.5);
    for (let world = first; world <= last; world++) {
      const left = world * worldMetres - x0;
      const project: Project = (x, y) => [(x + left) * scale + width / 2, (y0 - y) * scale + height / 2];
      this.#drawWorld(context, project, { pixelRatio, width });
    }
    return this.#box;
  }

  #drawWorld(
    context: CanvasRenderingContext2D,
    project: Project,
    { pixelRatio, width }: { readonly pixelRatio: number; readonly width: number },
  ): void {
    const { plan, lines } = this.#drawn!;
    const xs = lines.corners.filter((value, k) => k % 2 === 0 && !Number.isNaN(value));
    const ends = [project(xs.reduce(lesser, Infinity), 0)[0], project(xs.reduce(greater, -Infinity), 0)[0]];
    if (ends[1]! < 0 || ends[0]! > width) return;
    const side = sideOf(lines, plan.blocks.columns, project) / pixelRatio;
    context.lineJoin = 'round';
    context.lineCap = 'round';
    drawTouched(context, project, { plan, lines, pixelRatio, side });
    if (side >= borderPixels) drawBorders(context, project, { plan, lines, pixelRatio });
    drawSegments(context, project, { plan, lines, pixelRatio });
    drawWay(context, project, { lines, pixelRatio, side });
    if (side >= numberPixels) drawNumbers(context, project, { plan, lines, pixelRatio });
  }
}

/** Pixels along the first block. */
function sideOf({ corners }: BlockLines, columns: number, project: Project): number {
  const [a, b] = cornersOf(0, columns);
  const [x0, y0] = project(corners[2 * a]!, corners[2 * a + 1]!);
  const [x1, y1] = project(corners[2 * b]!, corners[2 * b + 1]!);
  const side = Math.hypot(x1 - x0, y1 - y0);
  return Number.isFinite(side) ? side : borderPixels;
}

function lesser(a: number, b: number): number {
  return Math.min(a, b);
}

function greater(a: number, b: number): number {
  return Math.max(a, b);
}

import { element } from '../elements.js';
import { redrawWithTheme } from '../theme.js';
import { type ChartColours, chartColours } from './chart-colours.js';

/** What is drawn on, in pixels of the page. */
export interface FittedDrawing {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly colours: ChartColours;
}

/** A canvas as wide as its place, drawn anew when that or the theme changes; `summary` is what a screen reader says. */
export function fittedCanvas(
  summary: string,
  height: number,
  draw: (drawing: FittedDrawing) => void,
): HTMLElement {
  const canvas = element('canvas');
  const root = element('div', { class: 'chart', role: 'img', 'aria-label': summary }, canvas);
  const redraw = () => {
    const width = Math.floor(root.clientWidth);
    if (width > 0) draw({ context: contextOf(canvas, width, height), width, colours: chartColours(root) });
  };
  const observer = new ResizeObserver(redraw);
  observer.observe(root);
  redrawWithTheme(root, { redraw, close: () => observer.disconnect() });
  return root;
}

/** Gives a canvas, emptied, as many pixels as the screen has there. */
function contextOf(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.scale(devicePixelRatio, devicePixelRatio);
  return context;
}

import { type FittedDrawing, fittedCanvas } from './fitted-canvas.js';

/** Values over a distance, row by row. */
export interface HeatMapOptions {
  readonly summary: string;
  /** Titles of rows from top to bottom. */
  readonly rows: readonly string[];
  readonly rowTitle: string;
  /** [row][column], NaN for no data. */
  readonly values: readonly (readonly number[])[];
  /** Where columns are, ascending. */
  readonly xs: readonly number[];
  readonly xTitle: string;
  readonly formatX: (x: number) => string;
  readonly colour: (value: number) => string | undefined;
}

const rowPixels = { least: 12, most: 44 };
const margin = { left: 64, top: 6, right: 10, bottom: 36 };
const font = '12px system-ui, sans-serif';

/** Draws rows of coloured cells; each column reaches half-way to its neighbours. */
export function heatMap(options: HeatMapOptions): HTMLElement {
  const { summary, rows } = options;
  const rowHeight = Math.min(rowPixels.most, Math.max(rowPixels.least, 200 / rows.length));
  const height = Math.round(rowHeight * rows.length) + margin.top + margin.bottom;
  return fittedCanvas(summary, height, (drawing) => drawCells({ ...drawing, height, rowHeight }, options));
}

function drawCells(
  {
    context,
    width,
    height,
    rowHeight,
    colours,
  }: FittedDrawing & { readonly height: number; readonly rowHeight: number },
  options: HeatMapOptions,
): void {
  const { values, xs, colour } = options;
  if (width < margin.left + margin.right + 20) return;
  const inner = width - margin.left - margin.right;
  const total = xs.at(-1)! || 1;
  const xOf = (x: number) => margin.left + (x / total) * inner;
  const edges = [xs[0]!, ...xs.slice(1).map((x, k) => (x + xs[k]!) / 2), xs.at(-1)!];
  values.forEach((row, k) => {
    const top = margin.top + k * rowHeight;
    row.forEach((value, column) => {
      const fill = colour(value);
      if (fill === undefined) return;
      context.fillStyle = fill;
      const left = Math.floor(xOf(edges[column]!));
      context.fillRect(
        left,
        Math.floor(top),
        Math.ceil(xOf(edges[column + 1]!)) - left,
        Math.ceil(rowHeight),
      );
    });
  });
  drawAxes(context, { options, rowHeight, width, height, inner, ink: colours.ink });
}

function drawAxes(
  context: CanvasRenderingContext2D,
  {
    options: { rows, rowTitle, xs, xTitle, formatX },
    rowHeight,
    width,
    height,
    inner,
    ink,
  }: {
    readonly options: HeatMapOptions;
    readonly rowHeight: number;
    readonly width: number;
    readonly height: number;
    readonly inner: number;
    readonly ink: string;
  },
): void {
  context.font = font;
  context.fillStyle = ink;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const every = Math.ceil(16 / rowHeight);
  rows.forEach((row, k) => {
    if (k % every === 0) context.fillText(row, margin.left - 6, margin.top + (k + 0.5) * rowHeight);
  });
  context.save();
  context.translate(9, margin.top + (rows.length * rowHeight) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(rowTitle, 0, 0);
  context.restore();
  context.textAlign = 'center';
  const bottom = height - margin.bottom;
  const total = xs.at(-1)!;
  const step = roundStep(total / 4);
  for (let at = 0; at <= total; at += step) {
    const x = margin.left + (at / (total || 1)) * inner;
    context.fillRect(Math.min(width - margin.right - 1, x), bottom, 1, 4);
    context.fillText(formatX(at), Math.min(x, width - margin.right - 8), bottom + 12);
  }
  context.fillText(xTitle, margin.left + inner / 2, bottom + 27);
}

/** The next of 1, 2, 5 times a power of ten. */
function roundStep(step: number): number {
  const unit = 10 ** Math.floor(Math.log10(step || 1));
  return ([1, 2, 5].find((times) => times * unit >= step) ?? 10) * unit;
}

import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { element } from '../elements.js';
import { redrawWithTheme } from '../theme.js';
import { chartColours } from './chart-colours.js';

/** A line of values along something. */
export interface LineChartOptions {
  /** What a screen reader says in place of the drawing. */
  readonly summary: string;
  readonly xs: readonly number[];
  /** NaN for no data: the line has a gap. */
  readonly ys: readonly number[];
  readonly xTitle: string;
  readonly yTitle: string;
  /** Whether xs are seconds since 1970. */
  readonly isTime?: boolean;
  readonly formatX?: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** Of a profile: xs are levels and run upwards, or downwards when they count so. */
  readonly isUpright?: 'up' | 'down' | undefined;
  readonly height?: number;
}

/** A chart that fits its place and the theme. */
export interface LineChart {
  readonly root: HTMLElement;
  /** Marks an x, or nothing. */
  mark(x: number | undefined): void;
}

const densePoints = 400;
const axisFont = '12px system-ui, sans-serif';

/** Draws a line chart; it is on the page when its `root` is. */
export function lineChart(options: LineChartOptions): LineChart {
  const { summary, xs, ys, isUpright, formatX, formatY, height = 190 } = options;
  const root = element('div', { class: 'chart', role: 'img', 'aria-label': summary });
  let marked: number | undefined;
  const colours = () => chartColours(root);
  const axis = {
    stroke: () => colours().ink,
    font: axisFont,
    labelFont: axisFont,
    labelSize: 18,
    labelGap: 0,
  };
  const grid = { stroke: () => colours().line, width: 1 };
  const numbers = (_: UPlot, values: number[]) => values.map(formatY);
  const plot = new UPlot(
    {
      width: 300,
      height,
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { points: { size: 7 }, y: isUpright !== undefined, x: isUpright === undefined },
      scales: {
        x: {
          time: options.isTime === true,
          ...(isUpright && { ori: 1, dir: isUpright === 'down' ? -1 : 1 }),
        },
        y: { ...(isUpright && { ori: 0 }) },
      },
      axes: [
        {
          ...axis,
          grid,
          ticks: grid,
          label: options.xTitle,
          ...(isUpright ? { side: 3, size: 58 } : { size: 40 }),
          values: (_: UPlot, xs: number[], __: number, ___: number, step: number) =>
            formatX ? xs.map(formatX) : xs.map((x) => tickTime(x, step)),
        },
        {
          ...axis,
          grid,
          ticks: grid,
          label: options.yTitle,
          values: numbers,
          ...(isUpright ? { side: 2, size: 40 } : { size: 58 }),
        },
      ],
      series: [
        {},
        {
          stroke: () => colours().accent,
          // Long series would run together.
          width: xs.length > densePoints ? 1 : 2,
          points: {
            show: xs.length < 40,
            size: 5,
            stroke: () => colours().accent,
            fill: () => colours().accent,
          },
        },
      ],
      hooks: { draw: [(chart) => drawMark(chart, marked, colours().ink)] },
    },
    [[...xs], ys.map((y) => (Number.isFinite(y) ? y : null))],
    root,
  );
  const readout = element('p', { class: 'readout' });
  root.append(readout);
  const shownX = formatX ?? ((x: number) => new Date(x * 1000).toISOString().slice(0, 16).replace('T', ' '));
  plot.over.addEventListener('pointermove', () => {
    const at = plot.cursor.idx;
    if (at !== null && at !== undefined) readout.textContent = `${shownX(xs[at]!)}: ${formatY(ys[at]!)}`;
  });
  plot.over.addEventListener('pointerleave', () => readout.replaceChildren());
  const fit = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry!.contentRect.width);
    if (width > 0 && width !== plot.width) plot.setSize({ width, height });
  });
  fit.observe(root);
  redrawWithTheme(root, {
    redraw: () => plot.redraw(false),
    close: () => {
      fit.disconnect();
      plot.destroy();
    },
  });
  return {
    root,
    mark(x) {
      marked = x;
      plot.redraw(false);
    },
  };
}

const day = 86_400;

/** An instant on an axis whose ticks are `step` seconds apart: no more of it than tells it from the others. */
function tickTime(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString();
  if (step >= 360 * day) return text.slice(0, 4);
  if (step >= 27 * day) return text.slice(0, 7);
  const isMidnight = seconds % day === 0;
  if (step >= day || isMidnight) return text.slice(5, 10);
  return text.slice(11, 16);
}

function drawMark(chart: UPlot, x: number | undefined, colour: string): void {
  if (x === undefined) return;
  const { ctx, bbox } = chart;
  const isUpright = chart.scales.x!.ori === 1;
  const at = Math.round(chart.valToPos(x, 'x', true));
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(isUpright ? bbox.left : at, isUpright ? at : bbox.top);
  ctx.lineTo(isUpright ? bbox.left + bbox.width : at, isUpright ? at : bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

import { drawing, element } from '../elements.js';

const width = 300;
const height = 84;

/** Bars of counts; each has the colour of its values on the map. */
export function histogram(
  { edges, counts }: { readonly edges: readonly number[]; readonly counts: readonly number[] },
  {
    colour,
    format,
    summary,
  }: {
    readonly colour: (value: number) => string | undefined;
    readonly format: (value: number) => string;
    readonly summary: string;
  },
): HTMLElement {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  const bars = counts.map((count, k) => {
    const tall = (count / most) * (height - 2);
    const middle = (edges[k]! + edges[k + 1]!) / 2;
    const bar = drawing('rect', {
      x: k * step,
      y: height - tall,
      width: Math.max(0.5, step - 1),
      height: tall,
      fill: colour(middle) ?? 'currentColor',
      class: 'bar',
    });
    bar.append(drawing('title', {}, `${format(edges[k]!)} to ${format(edges[k + 1]!)}: ${count}`));
    return bar;
  });
  const svg = drawing(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, class: 'histogram', role: 'img', 'aria-label': summary },
    ...bars,
  );
  const ends = [edges[0], edges.at(-1)].map((edge) =>
    element('span', {}, edge === undefined ? '' : format(edge)),
  );
  return element('div', { class: 'histogram-box' }, svg, element('div', { class: 'scale' }, ...ends));
}

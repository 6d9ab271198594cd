import type { CurvePlan } from '../api/plan.js';
import { curveStrip } from '../curve/curve-strip.js';
import { dataTable, element } from '../elements.js';
import { formatBytes, formatCount } from '../state/number-text.js';
import { factList } from './card.js';

const curveTitles: Readonly<Record<string, string>> = {
  hilbert: 'Hilbert',
  zorder: 'Z-order',
  rowmajor: 'Row-major',
};
const shownSegments = 200;

/** A plan in numbers, its run as a straight line, and the segments it touches one by one. */
export function planContent(plan: CurvePlan): HTMLElement[] {
  const { numbers, tiles, segments, blocks } = plan;
  const count = (name: string) => formatCount(numbers[name] ?? Number.NaN);
  const named = (name: string, word: string) => `${count(name)} ${word}${numbers[name] === 1 ? '' : 's'}`;
  const listed = segments.listed.filter(({ isTouched }) => isTouched).slice(0, shownSegments);
  const kind = curveTitles[plan.curve] ?? plan.curve;
  const hasTimes = plan.dimensions > 2;
  const sides = [tiles.columns, tiles.rows, ...(hasTimes ? [tiles.times] : [])].map(formatCount);
  const layout = `${sides.join(' \u00d7 ')} tiles (columns, rows${hasTimes ? ', times' : ''})`;
  return [
    element(
      'p',
      { class: 'number small' },
      `${named('tiles', 'tile')} in ${count('segments')} of ${named('segmentsTotal', 'segment')}`,
    ),
    element('p', { class: 'quiet' }, `${kind} curve over ${layout}`),
    curveStrip(plan),
    factList([
      ['Ranges of the curve', count('ranges')],
      [
        numbers.runs === 1 ? 'Segments in the run' : `Segments in ${count('runs')} runs`,
        count('segmentsTotal'),
      ],
      ['Segments opened', count('segments')],
      ['Tiles read', count('tiles')],
      ['Bytes read, about', formatBytes(numbers.estimatedBytes ?? 0)],
      ['Cells of the answer', count('cells')],
      ['Bytes of the answer', formatBytes(numbers.answerBytes ?? 0)],
      ...(blocks.side > 1
        ? [['Drawn in blocks of', `${blocks.side} \u00d7 ${blocks.side} tiles`] as const]
        : []),
    ]),
    ...(listed.length > 0 ? [segmentDetails(listed)] : []),
  ];
}

function segmentDetails(listed: CurvePlan['segments']['listed']): HTMLDetailsElement {
  const rows = listed.map(({ position, first, last, records, bytes }) => [
    String(position),
    formatCount(first),
    formatCount(last),
    formatCount(records),
    formatBytes(bytes),
  ]);
  return dataTable('Segments opened', ['Segment', 'First', 'Last', 'Records', 'Size'], rows);
}

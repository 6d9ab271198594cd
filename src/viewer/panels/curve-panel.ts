import { type CurvePlan, fetchPlan } from '../api/plan.js';
import { element, field, fillSelect } from '../elements.js';
import { formatBytes, formatCount } from '../state/number-text.js';
import { type Bbox, boxAround, type Place, wrapLongitude } from '../state/place.js';
import type { Scene } from '../state/scene.js';
import { choiceOf } from '../state/selection.js';
import { AskedPart, Card, factList } from './card.js';

/** Which query the drawing explains. */
export type PlannedKind = 'view' | 'place' | 'shape';

const kindTitles = {
  view: 'What the map shows',
  place: 'The series at the place',
  shape: 'The shape',
} as const;
const curveTitles: Readonly<Record<string, string>> = {
  hilbert: 'Hilbert',
  zorder: 'Z-order',
  rowmajor: 'Row-major',
};
const shownSegments = 200;

/** The curve of a layer and what the last query touches of it, in numbers; the map draws it. */
export class CurvePanel {
  readonly card: Card;
  readonly #kind = element('select', { id: 'plan-kind' });
  readonly #level = element('select', { id: 'plan-level' });
  readonly #part = new AskedPart();
  readonly #onPlan: (plan: CurvePlan | undefined) => void;

  constructor({
    onClose,
    onLevel,
    onKind,
    onPlan,
  }: {
    readonly onClose: () => void;
    readonly onLevel: (level: number) => void;
    readonly onKind: (kind: PlannedKind) => void;
    /** What is drawn from now on. */
    readonly onPlan: (plan: CurvePlan | undefined) => void;
  }) {
    this.card = new Card('curve', onClose);
    this.card.title = 'Curve';
    this.#onPlan = onPlan;
    this.#kind.addEventListener('change', () => onKind(this.#kind.value as PlannedKind));
    this.#level.addEventListener('change', () => onLevel(Number(this.#level.value)));
    this.card.body.append(
      field('Query', this.#kind),
      field('Pyramid level', this.#level),
      this.#part.root,
      symbols(),
    );
  }

  show(
    { selection, curve, place, shape }: Scene,
    { kind, view }: { readonly kind: PlannedKind; readonly view: Bbox },
  ): void {
    this.card.isOpen = curve !== undefined;
    if (curve === undefined) {
      this.#part.clear();
      this.#onPlan(undefined);
      return;
    }
    const kinds = (['view', 'place', 'shape'] as const).filter(
      (one) => one === 'view' || (one === 'place' ? place !== undefined : shape !== undefined),
    );
    const chosen = kinds.includes(kind) ? kind : 'view';
    fillSelect(
      this.#kind,
      kinds.map((value) => ({ value, label: kindTitles[value] })),
      chosen,
    );
    const { levels } = selection.layer;
    const options = Array.from({ length: levels }, (_, level) => ({
      value: String(level),
      label: level === 0 ? '0, native cells' : `${level}, ${2 ** level} \u00d7 coarser`,
    }));
    fillSelect(this.#level, options, String(curve));
    const bbox = {
      view: () => view,
      place: () => boxOfCell(place!, selection.layer.cellDegrees),
      shape: () => boxAround(shape!),
    }[chosen]();
    const isAllTimes = chosen === 'place';
    const { datetime, ...rest } = choiceOf(selection);
    this.#part.ask(JSON.stringify([isAllTimes ? rest : { ...rest, datetime }, curve, bbox, isAllTimes]), {
      load: (signal) => fetchPlan(selection, { level: curve, bbox, isAllTimes }, signal),
      show: (plan) => {
        this.#onPlan(plan);
        return planContent(plan);
      },
      empty: 'Nothing to plan.',
    });
  }
}

/** The box of a place as wide as a cell, so that it holds the centre of the nearest. */
function boxOfCell({ longitude, latitude }: Place, [width, height]: readonly [number, number]): Bbox {
  const [south, north] = [Math.max(-90, latitude - height / 2), Math.min(90, latitude + height / 2)];
  if (width >= 360) return [-180, south, 180, north];
  return [wrapLongitude(longitude - width / 2), south, wrapLongitude(longitude + width / 2), north];
}

function planContent(plan: CurvePlan): HTMLElement[] {
  const { numbers, tiles, segments, blocks } = plan;
  const count = (name: string) => formatCount(numbers[name] ?? Number.NaN);
  const listed = segments.listed.filter(({ isTouched }) => isTouched).slice(0, shownSegments);
  const kind = curveTitles[plan.curve] ?? plan.curve;
  const time = plan.dimensions > 2 ? ', time on the curve' : '';
  const layout = `${formatCount(tiles.columns)} \u00d7 ${formatCount(tiles.rows)} tiles`;
  return [
    element(
      'p',
      { class: 'number small' },
      `${count('tiles')} ${numbers.tiles === 1 ? 'tile' : 'tiles'} in ${count('segments')} of ${count('segmentsTotal')} ${numbers.segmentsTotal === 1 ? 'segment' : 'segments'}`,
    ),
    element('p', { class: 'quiet' }, `${kind} curve over ${layout}${time}`),
    factList([
      ['Cells of the answer', count('cells')],
      ['Answer', formatBytes(numbers.answerBytes ?? 0)],
      ['Read, estimated', formatBytes(numbers.estimatedBytes ?? 0)],
      ['Ranges of the curve', count('ranges')],
      ['Runs', count('runs')],
      ...(blocks.side > 1
        ? [['Drawn in blocks of', `${blocks.side} \u00d7 ${blocks.side} tiles`] as const]
        : []),
    ]),
    ...(listed.length > 0
      ? [
          element('h3', {}, 'Segments touched'),
          element(
            'div',
            { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Segments touched' },
            segmentTable(listed),
          ),
        ]
      : []),
  ];
}

function segmentTable(listed: CurvePlan['segments']['listed']): HTMLTableElement {
  const head = ['Segment', 'First', 'Last', 'Records', 'Size'].map((title) =>
    element('th', { scope: 'col' }, title),
  );
  const rows = listed.map(({ position, first, last, records, bytes }) => {
    const cells = [
      `${position}`,
      formatCount(first),
      formatCount(last),
      formatCount(records),
      formatBytes(bytes),
    ];
    return element('tr', {}, ...cells.map((cell) => element('td', {}, cell)));
  });
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
}

/** What the lines on the map mean. */
function symbols(): HTMLElement {
  const items = [
    ['way', 'the curve, dark to light; faint where it jumps'],
    ['touched', 'tiles of the query'],
    ['passed', 'in its ranges, but not wanted: dropped unread'],
    ['other', 'not looked at'],
    ['segment', 'border between segments'],
  ].map(([name, text]) =>
    element('li', {}, element('span', { class: `symbol ${name}`, 'aria-hidden': 'true' }), ` ${text}`),
  );
  return element('ul', { class: 'symbols', 'aria-label': 'On the map' }, ...items);
}

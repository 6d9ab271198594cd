import { type CurvePlan, fetchPlan, type PlannedQuery } from '../api/plan.js';
import { element, field, fillSelect, type ListOption } from '../elements.js';
import { formatInstant } from '../state/number-text.js';
import { type Bbox, boxAround, type Place, wrapLongitude } from '../state/place.js';
import type { Scene } from '../state/scene.js';
import { choiceOf } from '../state/selection.js';
import { AskedPart, Card } from './card.js';
import { planContent } from './plan-content.js';

/** Which query the drawing explains. */
export type PlannedKind = 'view' | 'place' | 'shape';

const kindTitles = {
  view: 'What the map shows',
  place: 'The series at the place',
  shape: 'The box around the shape',
} as const;
/** Time tiles that are offered one by one. */
const offeredTimes = 1000;

/** The curve of a layer and what the last query touches of it, in numbers; the map draws it. */
export class CurvePanel {
  readonly card: Card;
  readonly #kind = element('select', { id: 'plan-kind' });
  readonly #level = element('select', { id: 'plan-level' });
  readonly #time = element('select', { id: 'plan-time' });
  readonly #timeField = field('Time on the map', this.#time);
  readonly #part = new AskedPart();
  #shown: { readonly scene: Scene; readonly asked: AskedQuery } | undefined;
  /** The time tile that was chosen for the query that is shown. */
  #chosenTime: { readonly query: string; readonly time: number } | undefined;
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
    this.#time.addEventListener('change', () => this.#chooseTime(Number(this.#time.value)));
    this.#timeField.hidden = true;
    this.card.body.append(
      field('Query', this.#kind),
      element('div', { class: 'pair' }, field('Pyramid level', this.#level), this.#timeField),
      this.#part.root,
      symbols(),
    );
  }

  show(scene: Scene, { kind, view }: { readonly kind: PlannedKind; readonly view: Bbox }): void {
    const { selection, curve, place, shape } = scene;
    if (curve === undefined) {
      this.#part.clear();
      this.#onPlan(undefined);
      return;
    }
    const kinds = (['view', 'place', 'shape'] as const).filter(
      (one) => one === 'view' || (one === 'place' ? place !== undefined : shape !== undefined),
    );
    const chosen = kinds.includes(kind) ? kind : 'view';
    const kindOptions = kinds.map((value) => ({ value, label: kindTitles[value] }));
    fillSelect(this.#kind, kindOptions, chosen);
    fillSelect(this.#level, levelOptions(selection.layer.levels), String(curve));
    const bbox = {
      view: () => view,
      place: () => boxOfCell(place!, selection.layer.cellDegrees),
      shape: () => boxAround(shape!),
    }[chosen]();
    this.#ask(scene, { level: curve, bbox, isAllTimes: chosen === 'place' });
  }

  #ask(scene: Scene, asked: AskedQuery): void {
    const { selection } = scene;
    const query = keyOf(scene, asked);
    this.#shown = { scene, asked };
    const time = this.#chosenTime?.query === query ? this.#chosenTime.time : undefined;
    this.#part.ask(JSON.stringify([query, time]), {
      load: (signal) => fetchPlan(selection, { ...asked, time }, signal),
      show: (plan) => {
        this.#offerTimes(plan, selection.layer.times);
        this.#onPlan(plan);
        return planContent(plan);
      },
      empty: 'Nothing to plan.',
    });
  }

  /** The map shows one tile of time; where the query asks more of them, which one. */
  #offerTimes({ askedTimes, time, tiles }: CurvePlan, times: readonly string[]): void {
    const asked = askedTimes.flatMap(([from, to]) =>
      Array.from({ length: Math.min(offeredTimes, to - from + 1) }, (_, k) => from + k),
    );
    this.#timeField.hidden = asked.length < 2;
    const options = asked.slice(0, offeredTimes).map((tile, k) => ({
      value: String(tile),
      label: `${k + 1} of ${asked.length}, from ${formatInstant(times[tile * tiles.timesEach] ?? '')}`,
    }));
    fillSelect(this.#time, options, String(time));
  }

  #chooseTime(time: number): void {
    if (this.#shown === undefined) return;
    const { scene, asked } = this.#shown;
    this.#chosenTime = { query: keyOf(scene, asked), time };
    this.#ask(scene, asked);
  }
}

/** What is planned, whichever time of it is drawn. */
type AskedQuery = Omit<PlannedQuery, 'time'>;

/** What tells queries apart: of one that asks all times the time does not. */
function keyOf({ selection }: Scene, asked: AskedQuery): string {
  const { datetime, ...rest } = choiceOf(selection);
  return JSON.stringify([asked.isAllTimes ? rest : { ...rest, datetime }, asked]);
}

function levelOptions(levels: number): ListOption[] {
  return Array.from({ length: levels }, (_, level) => ({
    value: String(level),
    label: level === 0 ? '0, native cells' : `${level}, ${2 ** level} \u00d7 coarser`,
  }));
}

/** The box of a place as wide as a cell, so that it holds the centre of the nearest. */
function boxOfCell({ longitude, latitude }: Place, [width, height]: readonly [number, number]): Bbox {
  const [south, north] = [Math.max(-90, latitude - height / 2), Math.min(90, latitude + height / 2)];
  if (width >= 360) return [-180, south, 180, north];
  return [wrapLongitude(longitude - width / 2), south, wrapLongitude(longitude + width / 2), north];
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
    element('li', {}, element('span', { class: `symbol ${name}`, 'aria-hidden': 'true' }), text!),
  );
  return element('ul', { class: 'symbols', 'aria-label': 'On the map' }, ...items);
}

import { byId } from '../elements.js';
import { placeAt } from '../map/lon-lat.js';
import type { PointedAt } from '../map/map-events.js';
import { formatPlace, formatQuantity } from '../state/number-text.js';
import { type Scene, type Side, valueTemplates } from '../state/scene.js';
import { windFrom } from '../state/wind.js';
import { ValueTiles } from './value-tiles.js';

/** How long the pointer rests before a tile of values that is not there is asked for. */
const settleMs = 60;

/** Shows the value under the pointer. */
export class Readout {
  readonly #root = byId('readout');
  readonly #tiles = new ValueTiles();
  readonly #onValue: (value: number | undefined) => void;
  readonly #say: (text: string) => void;
  #settling = 0;
  #scene: Scene | undefined;
  #point: PointedAt | undefined;

  constructor({
    onValue,
    say,
  }: {
    /** The value of the left side, of a wind its speed, for the legend. */
    readonly onValue: (value: number | undefined) => void;
    readonly say: (text: string) => void;
  }) {
    this.#onValue = onValue;
    this.#say = say;
  }

  /** Follows the scene with the point as it was; nothing while it plays. */
  show(scene: Scene, isPlaying: boolean): void {
    this.#scene = isPlaying ? undefined : scene;
    this.point(this.#point);
  }

  /** Shows the value at a point, or nothing. */
  point(point: PointedAt | undefined): void {
    clearTimeout(this.#settling);
    this.#point = point;
    const scene = this.#scene;
    if (point === undefined || scene === undefined) {
      this.#root.hidden = true;
      this.#onValue(undefined);
      return;
    }
    const side = sideAt(scene, point.share);
    const templates = valueTemplates(side);
    const { coordinate, resolution, by } = point;
    const values = templates.map((template) => this.#tiles.valueAt(template, coordinate, resolution));
    const isKnown = values.every((value) => value !== undefined);
    const place = formatPlace(placeAt(coordinate));
    const quantity = isKnown ? quantityOf(values, side) : '\u2026';
    this.#root.hidden = false;
    this.#root.textContent = `${quantity}  \u00b7  ${place}`;
    this.#onValue(side === scene.compared || !isKnown ? undefined : sizeOf(values));
    if (isKnown) {
      if (by === 'keyboard') this.#say(`${side.selection.parameter.title} ${quantity}, ${place}`);
      return;
    }
    this.#settling = window.setTimeout(() => {
      void this.#tiles.load(templates, coordinate, resolution).then((isThere) => {
        if (isThere) this.point(this.#point);
      });
    }, settleMs);
  }
}

function sideAt(scene: Scene, share: number): Side {
  return scene.compared !== undefined && share >= scene.compared.at ? scene.compared : scene;
}

/** A value, or speed and direction of a wind. */
function quantityOf([value, north]: readonly number[], { selection: { parameter } }: Side): string {
  const { unit } = parameter;
  if (north === undefined) return formatQuantity(value, unit);
  const { speed, degrees } = windFrom(value!, north);
  const speedText = formatQuantity(speed, unit);
  return Number.isFinite(speed) ? `${speedText} from ${Math.round(degrees) % 360}\u00b0` : speedText;
}

function sizeOf([value, north]: readonly number[]): number {
  return north === undefined ? value! : Math.hypot(value!, north);
}

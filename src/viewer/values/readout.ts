import { byId } from '../elements.js';
import type { PointedAt } from '../map/layer-map.js';
import { placeAt } from '../map/lon-lat.js';
import { formatPlace, formatQuantity } from '../state/number-text.js';
import { type Scene, type Side, valueTemplate } from '../state/scene.js';
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
    /** The value of the left side's parameter, for the legend. */
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
    const template = valueTemplate(side);
    const { coordinate, resolution, by } = point;
    const value = this.#tiles.valueAt(template, coordinate, resolution);
    const place = formatPlace(placeAt(coordinate));
    const { parameter } = side.selection;
    const quantity = value === undefined ? '\u2026' : formatQuantity(value, parameter.unit);
    this.#root.hidden = false;
    this.#root.textContent = `${quantity}  \u00b7  ${place}`;
    this.#onValue(side === scene.compared ? undefined : value);
    if (value !== undefined) {
      if (by === 'keyboard') this.#say(`${parameter.title} ${quantity}, ${place}`);
      return;
    }
    this.#settling = window.setTimeout(() => {
      void this.#tiles.load(template, coordinate, resolution).then((isThere) => {
        if (isThere) this.point(this.#point);
      });
    }, settleMs);
  }
}

function sideAt(scene: Scene, share: number): Side {
  return scene.compared !== undefined && share >= scene.compared.at ? scene.compared : scene;
}

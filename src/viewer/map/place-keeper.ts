import type OlMap from 'ol/Map.js';
import type { Place } from '../state/place.js';
import { toMercator } from './lon-lat.js';
import { centreShowing, insetsAround, windowOf } from './look.js';

const moveMs = 200;

/** Keeps a chosen place out from under the panels while those grow with their content, until people move the map. */
export class PlaceKeeper {
  readonly #map: OlMap;
  readonly #clear: HTMLElement;
  #place: Place | undefined;

  constructor(map: OlMap, clear: HTMLElement) {
    this.#map = map;
    this.#clear = clear;
    new ResizeObserver(() => this.#show()).observe(clear);
    for (const name of ['pointerdown', 'wheel', 'keydown'])
      map.getTargetElement().addEventListener(name, () => this.keep(undefined), { passive: true });
  }

  keep(place: Place | undefined): void {
    this.#place = place;
    this.#show();
  }

  #show(): void {
    const window = windowOf(this.#map);
    if (this.#place === undefined || window === undefined) return;
    const insets = insetsAround(this.#clear, this.#map.getTargetElement());
    const center = centreShowing(toMercator(this.#place), window, insets);
    if (center[0] === window.center[0] && center[1] === window.center[1]) return;
    const view = this.#map.getView();
    view.cancelAnimations();
    view.animate({ center, duration: moveMs });
  }
}

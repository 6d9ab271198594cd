import OlMap from 'ol/Map.js';
import { disableCoordinateWarning } from 'ol/proj.js';
import View from 'ol/View.js';
import { CurveLayer } from '../curve/curve-layer.js';
import type { Tool } from '../state/address.js';
import type { Bbox, MapView, Place, Shape } from '../state/place.js';
import { BaseMap } from './base-map.js';
import { placeAt } from './lon-lat.js';
import { type Insets, insetsAround, lookAt, windowBbox, windowOf } from './look.js';
import type { MapEvents, ShownFrames } from './map-events.js';
import { Pen } from './pen.js';
import { type Frame, PictureLayer, tileUrl } from './picture-layer.js';
import { PictureStore } from './picture-store.js';
import { PlaceKeeper } from './place-keeper.js';
import { ShapeLayer } from './shape-layer.js';
import { tilesIn, type Window, worldMetres } from './tile-range.js';

/** How long tiles of a view that is not whole yet are gathered before they are drawn: all lines are drawn anew. */
const drawMs = 150;
/** How long the first picture is waited for before coastlines are drawn without it. */
const baseMs = 1500;

const zoomMs = 200;

// Metres near the equator are no mistaken degrees.
disableCoordinateWarning();

/** The map: pictures of one selection, or of two, below coastlines, a graticule, and what was drawn. */
export class LayerMap {
  readonly curve = new CurveLayer();
  readonly #map: OlMap;
  readonly #pen: Pen;
  readonly #shapes = new ShapeLayer();
  readonly #base: BaseMap;
  readonly #keeper: PlaceKeeper;
  readonly #store: PictureStore;
  readonly #main: PictureLayer;
  readonly #compared: PictureLayer;
  readonly #target: HTMLElement;
  readonly #clear: HTMLElement;
  readonly #events: MapEvents;
  #frames: ShownFrames | undefined;
  #wantedKey = '';
  #isWhole = false;
  #drawing = 0;

  /** `clear` is the element between the panels that lie on the map. */
  constructor(target: HTMLElement, clear: HTMLElement, events: MapEvents) {
    this.#target = target;
    this.#clear = clear;
    this.#events = events;
    this.#store = new PictureStore({ onLoad: () => this.#takeTile(), onError: events.onTileError });
    this.#main = new PictureLayer(this.#store, 'main');
    this.#compared = new PictureLayer(this.#store, 'compared');
    // OpenLayers moves the map by keys only while its element has the focus.
    target.tabIndex = 0;
    this.#map = new OlMap({
      target,
      keyboardEventTarget: target,
      controls: [],
      layers: [this.#main, this.#compared],
      view: new View({
        center: [0, 0],
        zoom: 1,
        minZoom: 0,
        maxZoom: 17,
        enableRotation: false,
        extent: [-Infinity, -worldMetres / 2, Infinity, worldMetres / 2],
        constrainOnlyCenter: true,
        multiWorld: true,
      }),
    });
    this.#base = new BaseMap(this.#map);
    for (const layer of [this.curve, this.#shapes]) this.#map.addLayer(layer);
    this.#keeper = new PlaceKeeper(this.#map, clear);
    this.#pen = new Pen(this.#map, events);
    this.#report();
    new ResizeObserver(() => this.#label()).observe(clear);
    setTimeout(() => this.#base.start(), baseMs);
  }

  /** Shows frames; those of before stay until the new ones are whole, where both mean the same. */
  show(frames: ShownFrames): void {
    this.#frames = frames;
    const { frame, compared } = frames;
    this.#main.show(frame, { from: 0, to: compared?.at ?? 1 });
    this.#compared.show(compared?.frame, { from: compared?.at ?? 0, to: 1 });
    this.#want();
  }

  /** True when the frame can be shown as a whole. */
  isReady(frame: Frame): boolean {
    const window = this.window;
    return window !== undefined && this.#main.isReady(frame, window);
  }

  /** Asks again for tiles of the frames shown that failed. */
  retry(): void {
    this.#store.forget(this.#urls());
    this.#wantedKey = '';
    this.#want();
    this.#map.render();
  }

  mark(place: Place | undefined, shape: Shape | undefined): void {
    this.#shapes.show(place, shape);
    if (place === undefined) this.keep(undefined);
  }

  /** Moves what the panels would cover, now or when they grow, until people move the map. */
  keep(place: Place | undefined): void {
    this.#keeper.keep(place);
  }

  set tool(tool: Tool) {
    this.#pen.tool = tool;
    this.#target.dataset.tool = tool;
  }

  /** What is drawn on the ground: lines of one colour are dark. */
  set ink(ink: 'dark' | 'colours') {
    if (this.#target.dataset.ink === ink) return;
    this.#target.dataset.ink = ink;
    this.#base.paintGround();
  }

  /** The window after the first layout. */
  get window(): Window | undefined {
    return windowOf(this.#map);
  }

  get center(): Place {
    return placeAt(this.#map.getView().getCenter() ?? [0, 0]);
  }

  /** What the window shows of the world. */
  get bbox(): Bbox {
    return windowBbox(this.window ?? { center: [0, 0], resolution: worldMetres, size: [1, 1] });
  }

  /** Moves to a view, or to the whole of a layer. */
  look(at: MapView | Bbox): void {
    lookAt(this.#map, at, this.#insets);
  }

  /** Zooms in by steps, out by negative ones. */
  zoom(steps: number): void {
    const view = this.#map.getView();
    view.animate({ zoom: (view.getZoom() ?? 0) + steps, duration: zoomMs });
  }

  focus(): void {
    this.#target.focus();
  }

  get #insets(): Insets {
    return insetsAround(this.#clear, this.#target);
  }

  #label(): void {
    this.#base.label(this.#insets, [this.#target.clientWidth, this.#target.clientHeight]);
  }

  #urls(): string[] {
    const { frame, compared, next = [] } = this.#frames ?? {};
    const window = this.window;
    if (window === undefined || frame === undefined) return [];
    const tiles = tilesIn(window);
    const frames = [frame, ...(compared ? [compared.frame] : []), ...next];
    return [...new Set(frames.flatMap((one) => tiles.map((tile) => tileUrl(one, tile))))];
  }

  #want(): void {
    const urls = this.#urls();
    const key = urls.join('\n');
    if (key !== this.#wantedKey) this.#store.want(urls);
    this.#wantedKey = key;
    this.#showProgress();
  }

  /** Draws what is there now and then, and what is whole at once; tiles of frames to come change nothing. */
  #takeTile(): void {
    const wasWhole = this.#isWhole;
    this.#showProgress();
    if (this.#isWhole && !wasWhole) this.#map.render();
    if (!this.#isWhole && this.#drawing === 0) {
      this.#drawing = window.setTimeout(() => {
        this.#drawing = 0;
        this.#map.render();
      }, drawMs);
    }
    this.#events.onTiles();
  }

  #showProgress(): void {
    const { frame, compared } = this.#frames ?? {};
    const isOtherReady = compared === undefined || this.isReady(compared.frame);
    this.#isWhole = frame !== undefined && isOtherReady && this.isReady(frame);
    this.#target.classList.toggle('loading', frame !== undefined && !this.#isWhole);
    if (this.#isWhole) this.#base.start();
  }

  #report(): void {
    const { onPlace, onView, onPointer } = this.#events;
    const map = this.#map;
    map.on('singleclick', ({ coordinate }) => {
      if ((this.#target.dataset.tool ?? 'place') === 'place') onPlace(placeAt(coordinate));
    });
    map.on('postrender', () => {
      // Zooms that an animation only passes through are not asked for.
      if (!map.getView().getAnimating()) this.#want();
    });
    map.on('moveend', () => {
      onView({ ...this.center, zoom: map.getView().getZoom() ?? 0 });
      if (document.activeElement === this.#target && this.#target.matches(':focus-visible'))
        this.#pointAtMiddle();
    });
    map.on('pointermove', ({ coordinate, pixel, dragging }) => {
      const { resolution, size } = this.window!;
      if (!dragging) onPointer({ coordinate, resolution, share: pixel[0]! / size[0], by: 'pointer' });
    });
    this.#target.addEventListener('pointerleave', () => onPointer(undefined));
    this.#target.addEventListener('keydown', (event) => this.#press(event));
  }

  #pointAtMiddle(): void {
    const { center, resolution } = this.window!;
    this.#events.onPointer({ coordinate: center, resolution, share: 0.5, by: 'keyboard' });
  }

  #press(event: KeyboardEvent): void {
    if (event.target !== this.#target) return;
    const isPlace = (this.#target.dataset.tool ?? 'place') === 'place';
    if (event.key === 'Enter' && isPlace) this.#events.onPlace(this.center);
    else if (event.key === 'Enter' && event.shiftKey) this.#pen.finish();
    else if (event.key === 'Enter') this.#pen.addVertex();
    else if (event.key === 'Backspace') this.#pen.removeVertex();
    else if (event.key === 'Escape') this.#pen.cancel();
    else return;
    event.preventDefault();
  }
}

import Layer from 'ol/layer/Layer.js';
import type { FrameState } from 'ol/Map.js';
import type { PictureStore } from './picture-store.js';
import { type DrawnTile, placeOf, tilesIn, type Window } from './tile-range.js';

/** Pictures of one parameter at one instant. */
export interface Frame {
  /** What has the same meaning and scale: while its next frame is on its way, the last one stays. */
  readonly family: string;
  /** Address of tiles with `{z}`, `{x}` and `{y}`. */
  readonly template: string;
  /** Named by what reports the frame on the map. */
  readonly name: string;
}

/** The part of the map's width that a layer draws. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** How many zooms above a missing tile a picture for its place is looked for. */
const maxAncestors = 6;

/** The address of a tile. */
export function tileUrl({ template }: Frame, { z, x, y }: DrawnTile): string {
  return template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));
}

/**
 * Draws one frame at a time onto a canvas of its own. A frame of the same family takes the place of the last only when
 * all of its tiles are there, so that an animation never shows half of one.
 */
export class PictureLayer extends Layer {
  readonly #store: PictureStore;
  readonly #canvas = document.createElement('canvas');
  /** OpenLayers would draw its own layers into a canvas that it is given. */
  readonly #box = document.createElement('div');
  #wanted: Frame | undefined;
  #shown: Frame | undefined;
  #part: Part = { from: 0, to: 1 };

  constructor(store: PictureStore, name: string) {
    super({});
    this.#store = store;
    this.#box.className = 'picture';
    this.#box.append(this.#canvas);
    this.#canvas.dataset.layer = name;
  }

  /** From now on this frame, drawn in a part of the map; nothing for `undefined`. */
  show(frame: Frame | undefined, part: Part = { from: 0, to: 1 }): void {
    if (frame?.family !== this.#shown?.family) this.#shown = undefined;
    this.#wanted = frame;
    this.#part = part;
    this.changed();
  }

  /** True when every tile of the frame in the window is there. */
  isReady(frame: Frame, window: Window): boolean {
    return tilesIn(window).every((tile) => this.#store.has(tileUrl(frame, tile)));
  }

  override render(state: FrameState | null): HTMLElement {
    if (state === null) return this.#box;
    const { viewState, size, pixelRatio } = state;
    const window: Window = {
      center: viewState.center as [number, number],
      resolution: viewState.resolution,
      size: size as [number, number],
    };
    this.#resize(window.size, pixelRatio);
    const tiles = tilesIn(window);
    const wanted = this.#wanted;
    if (wanted && (this.#shown === undefined || this.isReady(wanted, window))) this.#shown = wanted;
    if (wanted === undefined) this.#shown = undefined;
    this.#draw(tiles, window, pixelRatio);
    return this.#box;
  }

  #draw(tiles: readonly DrawnTile[], window: Window, pixelRatio: number): void {
    const context = this.#canvas.getContext('2d')!;
    const [width, height] = [this.#canvas.width, this.#canvas.height];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const frame = this.#shown;
    if (frame !== undefined) this.#drawFrame(context, { frame, tiles, window, pixelRatio });
    this.#report(frame, frame ? tiles.filter((tile) => !this.#store.has(tileUrl(frame, tile))).length : 0);
  }

  #drawFrame(
    context: CanvasRenderingContext2D,
    {
      frame,
      tiles,
      window,
      pixelRatio,
    }: { frame: Frame; tiles: readonly DrawnTile[]; window: Window; pixelRatio: number },
  ): void {
    const { width, height } = this.#canvas;
    context.save();
    context.beginPath();
    context.rect(this.#part.from * width, 0, (this.#part.to - this.#part.from) * width, height);
    context.clip();
    // Cells stay cells: nothing is invented between them.
    context.imageSmoothingEnabled = false;
    for (const tile of tiles) this.#drawTile(context, { frame, tile, window, pixelRatio });
    context.restore();
  }

  #drawTile(
    context: CanvasRenderingContext2D,
    {
      frame,
      tile,
      window,
      pixelRatio,
    }: { frame: Frame; tile: DrawnTile; window: Window; pixelRatio: number },
  ): void {
    const { left, top, side } = placeOf(tile, window);
    // Whole pixels on both sides, or seams would shine through.
    const [x0, y0] = [Math.round(left * pixelRatio), Math.round(top * pixelRatio)];
    const [x1, y1] = [Math.round((left + side) * pixelRatio), Math.round((top + side) * pixelRatio)];
    for (let up = 0; up <= Math.min(maxAncestors, tile.z); up++) {
      const scale = 2 ** up;
      const ancestor = {
        z: tile.z - up,
        x: Math.floor(tile.x / scale),
        y: Math.floor(tile.y / scale),
        world: 0,
      };
      const stored = this.#store.get(tileUrl(frame, ancestor));
      if (stored === undefined) continue;
      const { picture } = stored;
      if (picture === undefined) return;
      const part = picture.width / scale;
      const [sx, sy] = [(tile.x % scale) * part, (tile.y % scale) * part];
      context.drawImage(picture, sx, sy, part, part, x0, y0, x1 - x0, y1 - y0);
      return;
    }
  }

  /** For tests, and for people who look at the page's elements. */
  #report(frame: Frame | undefined, missing: number): void {
    this.#canvas.dataset.family = frame?.family ?? '';
    this.#canvas.dataset.frame = frame?.name ?? '';
    this.#canvas.dataset.isWanted = String(frame === this.#wanted);
    this.#canvas.dataset.missing = String(missing);
  }

  #resize([width, height]: readonly [number, number], pixelRatio: number): void {
    const [columns, rows] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (this.#canvas.width === columns && this.#canvas.height === rows) return;
    this.#canvas.width = columns;
    this.#canvas.height = rows;
  }
}

import type { Palette } from '../colours/palette.js';
import type { RgbaPicture } from '../picture.js';

/** A straight line. Pixels' centres have whole coordinates, the first pixel's 0, y to the south. */
export interface Segment {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Pen {
  /** Pixels. */
  readonly width: number;
  /** Index of the palette the sheet is printed with. */
  readonly colour: number;
}

export type Point = readonly [x: number, y: number];

const fullCover = 255;

/**
 * Lines and areas with smooth edges on clear ground. A pixel remembers the ink that covers most of it and how much that
 * is: pieces of one line do not darken where they meet, and it does not matter in which order they come, nor in how
 * many tiles they are drawn. What lies beyond the sheet is left out.
 */
export class InkSheet {
  readonly width: number;
  readonly height: number;
  readonly #cover: Uint8Array;
  readonly #colours: Uint8Array;

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.width = width;
    this.height = height;
    this.#cover = new Uint8Array(width * height);
    this.#colours = new Uint8Array(width * height);
  }

  /** A line with round ends. A pixel is covered as far as its centre lies within, over the width of one pixel. */
  line({ x0, y0, x1, y1 }: Segment, { width, colour }: Pen): void {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const square = dx * dx + dy * dy;
    const reach = Math.max(width, 1) / 2 + 0.5;
    // Finer than a pixel it cannot be, but fainter.
    const strength = Math.min(width, 1);
    const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const right = Math.min(this.width - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const bottom = Math.min(this.height - 1, Math.floor(Math.max(y0, y1) + reach));
    const perSquare = square === 0 ? 0 : 1 / square;
    const farthest = reach * reach;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = ((x - x0) * dx + (y - y0) * dy) * perSquare;
        const place = along < 0 ? 0 : along > 1 ? 1 : along;
        const awayX = x - x0 - place * dx;
        const awayY = y - y0 - place * dy;
        const away = awayX * awayX + awayY * awayY;
        if (away < farthest) this.#mark(y * this.width + x, (reach - Math.sqrt(away)) * strength, colour);
      }
    }
  }

  /** A filled triangle. */
  triangle(corners: readonly [Point, Point, Point], colour: number): void {
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const [left, right] = this.#span(Math.min(...xs) - 0.5, Math.max(...xs) + 0.5, this.width);
    const [top, bottom] = this.#span(Math.min(...ys) - 0.5, Math.max(...ys) + 0.5, this.height);
    const sides = sidesOf(corners);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const inside = Math.min(
          ...sides.map(({ point, inward }) => dot(inward, [x - point[0], y - point[1]])),
        );
        this.#mark(y * this.width + x, inside + 0.5, colour);
      }
    }
  }

  /** A circle's line. */
  ring(
    { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
    pen: Pen,
  ): void {
    const reach = Math.max(pen.width, 1) / 2 + 0.5;
    const [left, right] = this.#span(x - radius - reach, x + radius + reach, this.width);
    const [top, bottom] = this.#span(y - radius - reach, y + radius + reach, this.height);
    for (let row = top; row <= bottom; row++) {
      for (let col = left; col <= right; col++) {
        const away = Math.abs(Math.hypot(col - x, row - y) - radius);
        this.#mark(row * this.width + col, (reach - away) * Math.min(pen.width, 1), pen.colour);
      }
    }
  }

  /** The picture in the colours of a palette. */
  print(palette: Palette): RgbaPicture {
    const { width, height } = this;
    const pixels = new Uint8Array(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const cover = this.#cover[pixel]!;
      if (cover === 0) continue;
      const from = 4 * this.#colours[pixel]!;
      for (let channel = 0; channel < 3; channel++) pixels[4 * pixel + channel] = palette[from + channel]!;
      pixels[4 * pixel + 3] = Math.round((cover * palette[from + 3]!) / fullCover);
    }
    return { kind: 'rgba', width, height, pixels };
  }

  /** First and last pixel between two places, as far as they are on the sheet. */
  #span(from: number, to: number, count: number): readonly [number, number] {
    return [Math.max(0, Math.ceil(from)), Math.min(count - 1, Math.floor(to))];
  }

  #mark(pixel: number, share: number, colour: number): void {
    if (share <= 0) return;
    const cover = share >= 1 ? fullCover : Math.round(share * fullCover);
    const before = this.#cover[pixel]!;
    if (cover < before || (cover === before && colour <= this.#colours[pixel]!)) return;
    this.#cover[pixel] = cover;
    this.#colours[pixel] = colour;
  }
}

/** A point of each side of a triangle and the direction from it to the inside. */
function sidesOf([a, b, c]: readonly [Point, Point, Point]) {
  const turn = Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  return (
    [
      [a, b],
      [b, c],
      [c, a],
    ] as const
  ).map(([point, next]) => {
    const [dx, dy] = [next[0] - point[0], next[1] - point[1]];
    const length = Math.hypot(dx, dy) || 1;
    return { point, inward: [(-turn * dy) / length, (turn * dx) / length] as const };
  });
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1];
}

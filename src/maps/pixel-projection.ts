import { CRS84, type Grid, type ProjectPoint, projectPoints } from '../grid/index.js';
import { type LonLatBox, placeOnEarth, touches } from './grid-place.js';
import { type PixelFrame, type PixelWorld, pixelLatitude, pixelLongitude } from './pixel-frame.js';

/** Pixels on a side of the blocks that are tried first; a divisor of every tile's side. */
const LARGEST_BLOCK = 32;
/** Blocks this small are projected pixel by pixel where interpolation is not good enough. */
const SMALLEST_BLOCK = 8;
/**
 * How far interpolation may be from the projection in the middle of a block and of its edges, in pixels. There it is furthest
 * off on a smooth surface, so that all pixels are within twice this, an eighth of a pixel.
 */
const MAX_ERROR = 1 / 16;

/** Positions of pixels in a grid's own system, row by row; NaN where the projection has none or the grid is not. */
export interface ProjectedPixels {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Where the centres of a frame's pixels lie in the system of a projected grid, to an eighth of a pixel: straight lines between
 * the corners of blocks, which are halved until that is good enough, and the projection itself where it never is. Blocks are
 * those of the world's pixels, not of the tile, so that all tiles agree about a pixel. Of `grid` only the place matters:
 * blocks beside it are left out.
 */
export function projectPixels(grid: Grid, frame: PixelFrame): ProjectedPixels {
  const { side, left, top } = frame;
  const x = new Float64Array(side * side).fill(Number.NaN);
  const y = new Float64Array(side * side).fill(Number.NaN);
  const projection = new BlockProjection(grid, frame, { x, y });
  const firstOf = (pixel: number) => Math.floor(pixel / LARGEST_BLOCK) * LARGEST_BLOCK;
  for (let row = firstOf(top); row < top + side; row += LARGEST_BLOCK) {
    for (let col = firstOf(left); col < left + side; col += LARGEST_BLOCK) {
      projection.fill({ col, row, size: LARGEST_BLOCK });
    }
  }
  return { x, y };
}

/** A square of the world's pixels. */
interface Block {
  readonly col: number;
  readonly row: number;
  readonly size: number;
}

/** The x and y of a block's corners: north-west, north-east, south-west, south-east. */
type Corners = readonly [Point, Point, Point, Point];
type Point = readonly [x: number, y: number];

class BlockProjection {
  readonly #project: ProjectPoint;
  readonly #world: PixelWorld;
  readonly #frame: PixelFrame;
  readonly #into: ProjectedPixels;
  readonly #place: LonLatBox | undefined;

  constructor(grid: Grid, frame: PixelFrame, into: ProjectedPixels) {
    this.#project = projectPoints(CRS84, grid.crs);
    this.#world = frame.world;
    this.#frame = frame;
    this.#into = into;
    this.#place = placeOnEarth(grid);
  }

  fill(block: Block): void {
    const { col, row, size } = block;
    const { side, left, top } = this.#frame;
    const isInFrame = col < left + side && col + size > left && row < top + side && row + size > top;
    if (!isInFrame || !this.#touchesGrid(block)) return;
    const corners = this.#cornersOf(block);
    if (this.#isStraight(block, corners)) this.#interpolate(block, corners);
    else if (size > SMALLEST_BLOCK) this.#divide(block);
    else this.#projectEach(block);
  }

  #divide({ col, row, size }: Block): void {
    const half = size / 2;
    for (const [dx, dy] of [
      [0, 0],
      [half, 0],
      [0, half],
      [half, half],
    ] as const) {
      this.fill({ col: col + dx, row: row + dy, size: half });
    }
  }

  #touchesGrid(block: Block): boolean {
    if (this.#place === undefined) return true;
    const { col, row, size } = inWorld(block, this.#world);
    return touches(this.#place, {
      west: pixelLongitude(this.#world, col),
      east: pixelLongitude(this.#world, col + size),
      south: pixelLatitude(this.#world, row + size),
      north: pixelLatitude(this.#world, row),
    });
  }

  #cornersOf(block: Block): Corners {
    const { col, row, size } = inWorld(block, this.#world);
    return [
      this.#at(col, row),
      this.#at(col + size, row),
      this.#at(col, row + size),
      this.#at(col + size, row + size),
    ];
  }

  /** The projection of a place counted in pixels from the north-west of the world. */
  #at(col: number, row: number): Point {
    const latitude = pixelLatitude(this.#world, row);
    if (!(Math.abs(latitude) <= 90)) return [Number.NaN, Number.NaN];
    return this.#project(pixelLongitude(this.#world, col), latitude);
  }

  /** True when straight lines between the corners come near enough to the middles of block and edges. */
  #isStraight(block: Block, corners: Corners): boolean {
    const { col, row, size } = inWorld(block, this.#world);
    const half = size / 2;
    const pixel = pixelVectors(corners, size);
    const isNear = (dx: number, dy: number) => {
      const [x, y] = this.#at(col + dx, row + dy);
      const [straightX, straightY] = between(corners, dx / size, dy / size);
      return pixelsApart(x - straightX, y - straightY, pixel) <= MAX_ERROR;
    };
    // NaN is near to nothing.
    return (
      isNear(half, half) && isNear(half, 0) && isNear(0, half) && isNear(size, half) && isNear(half, size)
    );
  }

  #interpolate(block: Block, corners: Corners): void {
    const { x, y } = this.#into;
    this.#eachRow(block, (row, firstCol, endCol, at) => {
      const v = (row + 0.5 - block.row) / block.size;
      const [westX, westY] = between(corners, 0, v);
      const [eastX, eastY] = between(corners, 1, v);
      for (let col = firstCol; col < endCol; col++) {
        const u = (col + 0.5 - block.col) / block.size;
        x[at + col - firstCol] = westX + u * (eastX - westX);
        y[at + col - firstCol] = westY + u * (eastY - westY);
      }
    });
  }

  #projectEach(block: Block): void {
    const { x, y } = this.#into;
    const shift = inWorld(block, this.#world).col - block.col;
    this.#eachRow(block, (row, firstCol, endCol, at) => {
      for (let col = firstCol; col < endCol; col++) {
        [x[at + col - firstCol], y[at + col - firstCol]] = this.#at(col + shift + 0.5, row + 0.5) as [
          number,
          number,
        ];
      }
    });
  }

  /** The parts of a block's rows that lie in the frame; `at` is where the first pixel's values go. */
  #eachRow(
    { col, row, size }: Block,
    visit: (row: number, firstCol: number, endCol: number, at: number) => void,
  ): void {
    const { left, top, side } = this.#frame;
    const firstCol = Math.max(col, left);
    const endCol = Math.min(col + size, left + side);
    const endRow = Math.min(row + size, top + side);
    for (let r = Math.max(row, top); r < endRow; r++) {
      visit(r, firstCol, endCol, (r - top) * side + firstCol - left);
    }
  }
}

/** The same block counted eastwards from 0: margins at the world's edge show its other side. */
function inWorld({ col, row, size }: Block, { width }: PixelWorld): Block {
  return { col: ((col % width) + width) % width, row, size };
}

function between([nw, ne, sw, se]: Corners, u: number, v: number): Point {
  const along = (k: 0 | 1) => {
    const west = nw[k] + v * (sw[k] - nw[k]);
    return west + u * (ne[k] + v * (se[k] - ne[k]) - west);
  };
  return [along(0), along(1)];
}

/** How far one pixel east and one pixel south go, on the mean of a block. */
function pixelVectors(
  [nw, ne, sw, se]: Corners,
  size: number,
): { readonly east: Point; readonly south: Point } {
  const mean = (k: 0 | 1, [a, b, c, d]: Corners) => (a[k] - b[k] + c[k] - d[k]) / (2 * size);
  return {
    east: [mean(0, [ne, nw, se, sw]), mean(1, [ne, nw, se, sw])],
    south: [mean(0, [sw, nw, se, ne]), mean(1, [sw, nw, se, ne])],
  };
}

function pixelsApart(
  x: number,
  y: number,
  { east, south }: { readonly east: Point; readonly south: Point },
): number {
  const area = east[0] * south[1] - east[1] * south[0];
  return Math.hypot((x * south[1] - y * south[0]) / area, (y * east[0] - x * east[1]) / area);
}

import { CRS84, type Grid, type ProjectPoint, projectPoints } from '../grid/index.js';
import { type LonLatBox, placeOnEarth, touches } from './grid-place.js';
import { type PixelFrame, type PixelWorld, pixelLatitude, pixelLongitude } from './pixel-frame.js';

/** Pixels on a side of the blocks that are tried first; a divisor of every tile's side. */
const LARGEST_BLOCK = 64;
/** Blocks this small are projected pixel by pixel where interpolation is not good enough. */
const SMALLEST_BLOCK = 8;
/** How far interpolation may be from the projection where it is checked, in pixels: half of what pixels may be off. */
const MAX_ERROR = 1 / 16;
/** Where a parabola through 0, 1/2 and 1 is furthest from a cubic, and half-way. */
const CHECKED = [(3 - Math.sqrt(3)) / 6, 0.5, (3 + Math.sqrt(3)) / 6] as const;

/** Positions of pixels in a grid's own system, row by row; NaN where the projection has none or the grid is not. */
export interface ProjectedPixels {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Where the centres of a frame's pixels lie in the system of a projected grid, to an eighth of a pixel: parabolas
 * through nine points of a block, which is halved until that is good enough, and the projection itself where it never is. Blocks are
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

/** x and y at the corners, the middles of edges and the middle of a block, from the north-west row by row. */
type Nodes = readonly Point[];
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
    const nodes = this.#nodesOf(block);
    if (this.#isNear(block, nodes)) this.#interpolate(block, nodes);
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

  #nodesOf(block: Block): Nodes {
    const { col, row, size } = inWorld(block, this.#world);
    return [0, 0.5, 1].flatMap((v) => [0, 0.5, 1].map((u) => this.#at(col + u * size, row + v * size)));
  }

  /** The projection of a place counted in pixels from the north-west of the world. */
  #at(col: number, row: number): Point {
    const latitude = pixelLatitude(this.#world, row);
    if (!(Math.abs(latitude) <= 90)) return [Number.NaN, Number.NaN];
    return this.#project(pixelLongitude(this.#world, col), latitude);
  }

  /** True when the parabolas through the nodes come near enough to the projection where they are furthest from it. */
  #isNear(block: Block, nodes: Nodes): boolean {
    const { col, row, size } = inWorld(block, this.#world);
    return CHECKED.every((v) =>
      CHECKED.every((u) => {
        if (u === 0.5 && v === 0.5) return true;
        const place = between(nodes, u, v);
        const east = between(nodes, u + 1 / size, v);
        const south = between(nodes, u, v + 1 / size);
        // NaN is near to nothing.
        return pixelsApart(place, this.#at(col + u * size, row + v * size), { east, south }) <= MAX_ERROR;
      }),
    );
  }

  #interpolate(block: Block, nodes: Nodes): void {
    const { x, y } = this.#into;
    this.#eachRow(block, (row, firstCol, endCol, at) => {
      const v = (row + 0.5 - block.row) / block.size;
      const [west, middle, east] = [between(nodes, 0, v), between(nodes, 0.5, v), between(nodes, 1, v)];
      for (let col = firstCol; col < endCol; col++) {
        const u = (col + 0.5 - block.col) / block.size;
        const [a, b, c] = [2 * (u - 0.5) * (u - 1), 4 * u * (1 - u), 2 * u * (u - 0.5)];
        x[at + col - firstCol] = a * west[0] + b * middle[0] + c * east[0];
        y[at + col - firstCol] = a * west[1] + b * middle[1] + c * east[1];
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

/** The parabolas through the nodes, at shares of the block's width and height. */
function between(nodes: Nodes, u: number, v: number): Point {
  const across = parabola(u);
  const down = parabola(v);
  let [x, y] = [0, 0];
  for (let node = 0; node < 9; node++) {
    const weight = across[node % 3]! * down[Math.floor(node / 3)]!;
    x += weight * nodes[node]![0];
    y += weight * nodes[node]![1];
  }
  return [x, y];
}

/** What values at 0, 1/2 and 1 count at a share. */
function parabola(t: number): readonly [number, number, number] {
  return [2 * (t - 0.5) * (t - 1), 4 * t * (1 - t), 2 * t * (t - 0.5)];
}

/** Distance of two places, counted in pixels as they are there: one goes from `place` to `east`, one to `south`. */
function pixelsApart(
  place: Point,
  other: Point,
  { east, south }: { readonly east: Point; readonly south: Point },
): number {
  const [ux, uy] = [east[0] - place[0], east[1] - place[1]];
  const [vx, vy] = [south[0] - place[0], south[1] - place[1]];
  const [x, y] = [other[0] - place[0], other[1] - place[1]];
  const area = ux * vy - uy * vx;
  return Math.hypot((x * vy - y * vx) / area, (y * ux - x * uy) / area);
}

/** One tile of WebMercatorQuad. */
export interface ArchiveTile {
  readonly zoom: number;
  readonly col: number;
  readonly row: number;
}

/**
 * The number of a tile in an archive: tiles of coarser zooms come first, those of one zoom along a Hilbert curve. Exact up
 * to zoom 26. The curve of a zoom starts in the north-west and ends in the north-east or, by turns, in the south-west.
 */
export function tileIdOf({ zoom, col, row }: ArchiveTile): number {
  let id = tilesBefore(zoom);
  let [x, y] = [col, row];
  for (let side = 2 ** zoom / 2; side >= 1; side /= 2) {
    const [right, lower] = [Math.floor(x / side), Math.floor(y / side)];
    id += side * side * quadrantOf(right, lower);
    [x, y] = turned(x % side, y % side, { side, right, lower });
  }
  return id;
}

/** The tile that has a number. */
export function tileOf(id: number): ArchiveTile {
  let zoom = 0;
  while (tilesBefore(zoom + 1) <= id) zoom++;
  let rest = id - tilesBefore(zoom);
  let [col, row] = [0, 0];
  for (let side = 1; side < 2 ** zoom; side *= 2) {
    const quadrant = rest % 4;
    rest = (rest - quadrant) / 4;
    const right = quadrant >= 2 ? 1 : 0;
    const lower = quadrant === 1 || quadrant === 2 ? 1 : 0;
    const [x, y] = turned(col, row, { side, right, lower });
    [col, row] = [right * side + x, lower * side + y];
  }
  return { zoom, col, row };
}

/** How many tiles the zooms below one have. */
function tilesBefore(zoom: number): number {
  return (4 ** zoom - 1) / 3;
}

/** 0 to 3 in the order of the curve: down, to the right, up. */
function quadrantOf(right: number, lower: number): number {
  if (right === 0) return lower;
  return 3 - lower;
}

/** A quadrant is a curve of its own: the first and last are mirrored, and mirrored again are as before. */
function turned(
  x: number,
  y: number,
  { side, right, lower }: { readonly side: number; readonly right: number; readonly lower: number },
): [number, number] {
  if (lower === 1) return [x, y];
  return right === 1 ? [side - 1 - y, side - 1 - x] : [y, x];
}

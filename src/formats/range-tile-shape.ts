/** Values of a tile at most. */
const TILE_VALUES = 1 << 16;
/** Columns or rows of a tile at most, as a square is what maps ask for. */
const SIDE = 256;

/** How long a tile of a range is along each of its axes, slowest first; axes of one value change nothing. */
export function rangeTileShape(axes: readonly (readonly [name: string, length: number])[]): number[] {
  let room = TILE_VALUES;
  return axes
    .toReversed()
    .map(([name, length]) => {
      const isSide = name === 'x' || name === 'y';
      const side = Math.min(length, Math.max(1, room), isSide ? SIDE : TILE_VALUES);
      room = Math.floor(room / side);
      return side;
    })
    .toReversed();
}

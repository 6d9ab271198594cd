/** A tile of WebMercatorQuad, and how many worlds east of the first one it is drawn. */
export interface DrawnTile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly world: number;
}

/** What the map shows, in metres of Web Mercator. */
export interface Window {
  readonly center: readonly [number, number];
  /** Metres of a CSS pixel. */
  readonly resolution: number;
  /** CSS pixels. */
  readonly size: readonly [number, number];
}

/** CSS pixels along a side of a tile at its own zoom. */
export const tilePixels = 256;
/** Metres around the world. */
export const worldMetres = 2 * 20037508.342789244;
/** The deepest tiles that are asked for. */
export const maxTileZoom = 18;

const maxTiles = 256;

/** The zoom whose tiles are nearest to the window's own pixels. */
export function tileZoom({ resolution }: Pick<Window, 'resolution'>): number {
  const zoom = Math.round(Math.log2(worldMetres / (tilePixels * resolution)));
  return Math.min(maxTileZoom, Math.max(0, zoom));
}

/** The tiles of a window, those in the middle first. */
export function tilesIn(window: Window): DrawnTile[] {
  const z = tileZoom(window);
  const side = worldMetres / 2 ** z;
  const [x, y] = window.center;
  const [halfWidth, halfHeight] = window.size.map((pixels) => (pixels / 2) * window.resolution) as [
    number,
    number,
  ];
  const column = (metres: number) => Math.floor((metres + worldMetres / 2) / side);
  const row = (metres: number) => Math.floor((worldMetres / 2 - metres) / side);
  const rows = span(Math.max(0, row(y + halfHeight)), Math.min(2 ** z - 1, row(y - halfHeight)));
  const columns = span(column(x - halfWidth), column(x + halfWidth));
  const [middleColumn, middleRow] = [(x + worldMetres / 2) / side - 0.5, (worldMetres / 2 - y) / side - 0.5];
  const far = ({ x: col, y: row, world }: DrawnTile) =>
    Math.hypot(col + world * 2 ** z - middleColumn, row - middleRow);
  return rows
    .flatMap((y) =>
      columns.map((column) => {
        const world = Math.floor(column / 2 ** z);
        return { z, x: column - world * 2 ** z, y, world };
      }),
    )
    .sort((a, b) => far(a) - far(b))
    .slice(0, maxTiles);
}

/** Where a tile's top left corner is on the window, in CSS pixels, and its side. */
export function placeOf(
  { z, x, y, world }: DrawnTile,
  window: Window,
): { left: number; top: number; side: number } {
  const side = worldMetres / 2 ** z;
  const west = (x + world * 2 ** z) * side - worldMetres / 2;
  const north = worldMetres / 2 - y * side;
  const [centerX, centerY] = window.center;
  return {
    left: (west - centerX) / window.resolution + window.size[0] / 2,
    top: (centerY - north) / window.resolution + window.size[1] / 2,
    side: side / window.resolution,
  };
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(maxTiles, to - from + 1)) }, (_, k) => from + k);
}

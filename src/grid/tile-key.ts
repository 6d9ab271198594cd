/**
 * Which tile: integers counted in tiles from the start of each axis; 0 on an axis the parameter lacks.
 * `custom` follows the order of `Grid.custom` (custom axes have one value per tile).
 */
export interface TileKey {
  readonly level: number;
  readonly parameter: string;
  readonly col: number;
  readonly row: number;
  readonly t: number;
  readonly z: number;
  readonly custom: readonly number[];
}

/** Cells of a tile along each axis; every tile of a layer has this shape, edge tiles are padded with no-data. */
export interface TileShape {
  readonly t: number;
  readonly z: number;
  readonly row: number;
  readonly col: number;
}

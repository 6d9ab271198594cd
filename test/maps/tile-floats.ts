import { expect } from 'vitest';
import { type MapLayer, renderMapTile, type TileRequest } from '../../src/maps/index.js';

/** The values of a tile's pixels, as a client reads them. */
export async function tileFloats(
  layer: MapLayer,
  request: Omit<TileRequest, 'format'>,
): Promise<Float32Array> {
  const bytes = await renderMapTile(layer, { ...request, format: 'f32' });
  const side = 256 * (request.scale ?? 1);
  expect(bytes).toHaveLength(side * side * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Float32Array.from({ length: side * side }, (_, pixel) => view.getFloat32(pixel * 4, true));
}

import { join } from 'node:path';
import { openStore } from '../../src/blob/index.js';
import { CRS84, type TileKey } from '../../src/grid/index.js';
import { writeLayer } from '../../src/layer/index.js';
import type { Source, SourceParameter } from '../../src/sources/index.js';
import { createRandom } from '../random.js';
import type { BenchContext } from './suite.js';

/** A layer of square int32 tiles that nothing can compress: `tileSide` cells a side, `cols` x `rows` tiles. */
export interface RandomLayerShape {
  readonly tileSide: number;
  readonly cols: number;
  readonly rows: number;
}

/** Writes the layer `noise`, stored raw, so that a tile's bytes are as many as its cells have; the store's folder. */
export async function writeRandomLayer(context: BenchContext, shape: RandomLayerShape): Promise<string> {
  const { tileSide, cols, rows } = shape;
  const folder = join(context.folder, `store-${tileSide}`);
  await writeLayer(openStore(folder), randomSource(shape, context.seed), {
    layer: 'noise',
    codec: 'raw',
    levels: 1,
    tileShape: { row: tileSide, col: tileSide },
    stagingDirectory: join(context.folder, 'staging'),
  });
  context.log(`wrote ${cols * rows} tiles of ${tileSide} x ${tileSide} int32`);
  return folder;
}

/** Keys of all its tiles, row by row. */
export function randomLayerKeys({ cols, rows }: RandomLayerShape): TileKey[] {
  return Array.from({ length: cols * rows }, (_, k) => ({
    level: 0,
    parameter: 'noise',
    custom: [],
    t: 0,
    z: 0,
    row: Math.floor(k / cols),
    col: k % cols,
  }));
}

function randomSource({ tileSide, cols, rows }: RandomLayerShape, seed: number): Source {
  const shape = [rows * tileSide, cols * tileSide];
  const parameter: SourceParameter = {
    id: 'noise',
    title: 'Noise',
    type: 'int32',
    scale: 1,
    offset: 0,
    axes: [],
    attributes: {},
    dims: ['y', 'x'],
    shape,
    chunkShape: [tileSide, tileSide],
  };
  const axis = (name: string, step: number, count: number) => ({
    name,
    coordinates: { kind: 'regular' as const, start: 0, step, count },
  });
  return {
    location: 'random numbers',
    grid: {
      crs: CRS84,
      x: axis('x', 360 / shape[1]!, shape[1]!),
      y: axis('y', 90 / shape[0]!, shape[0]!),
      custom: [],
    },
    parameters: [parameter],
    attributes: {},
    async read(_, { start, end }) {
      const size = start.map((at, d) => end[d]! - at);
      const random = createRandom(seed + start[0]! * shape[1]! + start[1]!);
      const cells = Int32Array.from({ length: size[0]! * size[1]! }, () => random() * 2 ** 32 - 2 ** 31);
      return { type: 'int32', cells, shape: size };
    },
    async close() {},
  };
}

import { CRS84 } from '../../../src/grid/index.js';
import type { Source, SourceParameter } from '../../../src/sources/index.js';

const HOUR_MS = 3_600_000;

/** A whole grid has this many rows and columns of cells. */
export const planeSize = 12;

/** Half-open counts of hours, rows and columns of one large field. */
export interface PlaneBlock {
  readonly times: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly cols: readonly [number, number];
}

/** All rows and columns at two times. */
export const wholePlane: PlaneBlock = { times: [0, 2], rows: [0, planeSize], cols: [0, planeSize] };

/** The value of a cell of the field of this seed; no two cells of any fields of a campaign agree. */
export function planeValue(seed: number, [time, row, col]: readonly [number, number, number]): number {
  return seed * 10_000 + time * 1000 + row * planeSize + col;
}

/** A block of a field as a source with the parameter `p`. */
export function planeSource(seed: number, { times, rows, cols }: PlaneBlock): Source {
  const shape = [times, rows, cols].map(([start, end]) => end - start);
  const parameter: SourceParameter = {
    id: 'p',
    title: 'P',
    unit: 'K',
    type: 'float64',
    scale: 1,
    offset: 0,
    axes: ['t'],
    attributes: {},
    dims: ['t', 'y', 'x'],
    shape,
    chunkShape: shape,
  };
  const axis = (name: string, first: number, step: number, [start, end]: readonly [number, number]) => ({
    name,
    coordinates: { kind: 'regular' as const, start: first + start * step, step, count: end - start },
  });
  return {
    location: `field ${seed}`,
    grid: {
      crs: CRS84,
      x: axis('x', -20, 0.5, cols),
      y: axis('y', 40, -0.5, rows),
      t: { ...axis('t', 0, HOUR_MS, times), calendar: 'standard' },
      custom: [],
    },
    parameters: [parameter],
    attributes: {},
    async read(_, { start, end }) {
      const size = start.map((from, d) => end[d]! - from);
      const cells = new Float64Array(size[0]! * size[1]! * size[2]!);
      let i = 0;
      for (let t = start[0]!; t < end[0]!; t++) {
        for (let row = start[1]!; row < end[1]!; row++) {
          for (let col = start[2]!; col < end[2]!; col++) {
            cells[i++] = planeValue(seed, [times[0] + t, rows[0] + row, cols[0] + col]);
          }
        }
      }
      return { type: 'float64', shape: size, cells };
    },
    async close() {},
  };
}

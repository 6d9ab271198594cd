import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import {
  type EdrPlan,
  type EdrRequest,
  planArea,
  planCorridor,
  planCube,
  planPosition,
  planRadius,
  planTrajectory,
} from '../../src/edr/index.js';
import { coverageFormats } from '../../src/formats/index.js';
import { LayerReader, QueryStats, UnpackedTiles } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, worldGrid } from './memory-layer.js';

/** Which tile is the one that the client leaves at. */
const LEFT_AT = 3;

/** Calls `each` as the unpacking of a tile begins. */
class WatchedTiles extends UnpackedTiles {
  each: () => void = () => undefined;

  override takes(): boolean {
    return true;
  }

  override get(...[, , unpack]: Parameters<UnpackedTiles['get']>): ReturnType<UnpackedTiles['get']> {
    this.each();
    return unpack();
  }
}

/** The same of tiles that are folded, and of reads. */
class WatchedStats extends QueryStats {
  readonly #each: () => void;

  constructor(each: () => void) {
    super();
    this.#each = each;
  }

  override countUnpacked(): void {
    super.countUnpacked();
    this.#each();
  }
}

const tiles = new WatchedTiles(0);
let layer: LayerReader;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }) => t * 10_000 + z * 1000 + y * 40 + x;
  await memoryLayer(
    worldGrid({ t: hours(24), z: levels(1000, 500) }),
    ['p', 'q'].map((id) => ({ id, axes: ['t', 'z'], valueAt })),
    { store, tileShape: { t: 2, z: 1, row: 3, col: 6 }, levels: 1, codec: 'deflate' },
  );
  layer = await LayerReader.open(store, 'sample', { unpacked: tiles });
});

const many = Array.from({ length: 60 }, (_, i) => `${(i * 37) % 350} ${((i * 11) % 160) - 80}`).join();
const line = 'LINESTRING(0 10,60 40,150 -50,200 30)';
const [box, one] = [{ bbox: '-180,-90,180,90' }, { datetime: '2020-01-01T05:00:00Z', z: '500' }];
const wide = { corridorWidth: '4000', widthUnits: 'km' };

const queries: readonly (readonly [
  string,
  (layer: LayerReader, request: EdrRequest) => EdrPlan,
  EdrRequest,
])[] = [
  ['a series', planPosition, { coords: 'POINT(10 45)' }],
  ['a series between cells', planPosition, { coords: 'POINT(14 41)', method: 'linear' }],
  ['points', planPosition, { coords: `MULTIPOINT(${many})`, ...one }],
  ['series of points', planPosition, { coords: `MULTIPOINT(${many})`, z: '500' }],
  ['a radius', planRadius, { coords: 'POINT(10 45)', within: '6000', withinUnits: 'km' }],
  ['an area', planArea, { coords: 'POLYGON((-80 -60,80 -70,20 80,-80 -60))' }],
  ['a cube', planCube, box],
  ['a cube of one time and level', planCube, { ...box, ...one }],
  ['samples', planCube, { ...box, resolutionX: '40', resolutionY: '30' }],
  [
    'samples of one time and level',
    planCube,
    { ...box, ...one, crs: 'EPSG:8857', bbox: '-1e7,-6e6,1e7,6e6' },
  ],
  ['a trajectory', planTrajectory, { coords: line }],
  ['a corridor', planCorridor, { coords: line, ...wide }],
  ['means over time', planCube, { ...box, aggregation: '(mean,t)', z: '500' }],
  ['deviations over an area', planCube, { ...box, aggregation: '(std,x,y)' }],
  ['means of a series', planPosition, { coords: `MULTIPOINT(${many})`, aggregation: '(mean,t)' }],
];

describe('an answer whose client leaves while a tile is unpacked', () => {
  it.each(queries)('unpacks no other in any form: %s', async (_, plan, request) => {
    let forms = 0;
    for (const format of coverageFormats) {
      const leaving = new AbortController();
      let begun = 0;
      let after = 0;
      const count = () => {
        begun++;
        if (leaving.signal.aborted) after++;
        else if (begun === LEFT_AT) leaving.abort(new Error('gone'));
      };
      tiles.each = count;
      const planned = plan(layer, request);
      if (planned.kind === 'no-data') throw new Error('a query without data shows nothing');
      const context = { signal: leaving.signal, stats: new WatchedStats(count) };
      const answer = (await planned.open(context))!;
      if (format.refuse?.(answer) !== undefined) continue;
      forms++;
      const read = async () => {
        for await (const _chunk of format.encode(answer, context));
      };
      await expect(read(), format.token).rejects.toThrow('gone');
      // Whatever else were to begin has had its turn.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      expect([format.token, begun, after]).toEqual([format.token, LEFT_AT, 0]);
    }
    expect(forms).toBeGreaterThan(4);
  });
});

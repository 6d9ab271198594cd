import { describe, expect, it } from 'vitest';
import { planCube, type QueryableLayer } from '../../../src/edr/index.js';
import type { TilePart } from '../../../src/layer/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../memory-layer.js';

/** A layer that counts how many values it has been asked to unpack at once, and in all. */
function counting(layer: QueryableLayer) {
  const counts = { live: 0, most: 0, total: 0 };
  const counted = (part: TilePart): TilePart => ({
    ...part,
    async unpack() {
      const values = await part.unpack();
      counts.total += values.length;
      counts.live += values.length;
      counts.most = Math.max(counts.most, counts.live);
      // Gone when whoever unpacked it has come to the next tiles.
      setImmediate(() => {
        counts.live -= values.length;
      });
      return values;
    },
  });
  const watched: QueryableLayer = {
    manifest: layer.manifest,
    plan: (query) => layer.plan(query),
    cut: (plan, cuts) => layer.cut(plan, cuts),
    runSummaries: (plan) => layer.runSummaries(plan),
    slabs: () => {
      throw new Error('slabs hold more than tiles');
    },
    read: () => {
      throw new Error('the cube must not be read');
    },
    async *parts(plan, options) {
      for await (const parts of layer.parts(plan, options)) {
        yield parts.map(counted);
        await new Promise(setImmediate);
      }
    },
  };
  return { counts, watched };
}

describe('aggregating', () => {
  it('holds tiles and results, never the cells between them', async () => {
    const layer = await memoryLayer(
      worldGrid({ t: hours(100), custom: [regular('number', 0, 1, 4)] }),
      [{ id: 'p', axes: ['t', 'number'], valueAt: ({ t = 0, x = 0 }) => t + x }],
      { tileShape: { t: 10, row: 6, col: 6 }, levels: 1 },
    );
    for (const aggregation of [
      '(mean,t)',
      '(std,x,y)',
      '(mean,t,x,y)',
      '(max,y)',
      '(std,number)',
      '(mean,number,y)',
    ]) {
      const { counts, watched } = counting(layer);
      const plan = planCube(watched, { bbox: '-180,-90,180,90', aggregation });
      const answer = plan.kind === 'answer' ? await plan.open({}) : undefined;
      let results = 0;
      for (const { ranges } of answer!.coverages)
        for await (const block of ranges[0]!.values()) results += block.length;
      expect([aggregation, results]).toEqual([aggregation, plan.kind === 'answer' ? plan.cells : 0]);
      expect(counts.total).toBe(4 * 100 * 36 * 18);
      // The tiles of a batch of records at the most.
      expect(counts.most).toBeLessThanOrEqual(64 * 360);
    }
  });

  it('stops when the signal aborts', async () => {
    const layer = await memoryLayer(worldGrid({ t: hours(4) }), [{ id: 'p', axes: ['t'], valueAt: () => 1 }]);
    const plan = planCube(layer, { bbox: '-180,-90,180,90', aggregation: '(std,t)' });
    const stop = new AbortController();
    const answer = plan.kind === 'answer' ? await plan.open({ signal: stop.signal }) : undefined;
    stop.abort(new Error('gone'));
    const values = answer!.coverages[0]!.ranges[0]!.values()[Symbol.asyncIterator]();
    await expect(values.next()).rejects.toThrow('gone');
  });
});

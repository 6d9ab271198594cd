import { describe, expect, it } from 'vitest';
import { planCube, planPosition } from '../../../src/edr/index.js';
import { CRS84 } from '../../../src/grid/index.js';
import { createRandom } from '../../../tools/random.js';
import { hours, memoryLayer, regular } from '../memory-layer.js';
import { valuesOf } from './brute-force.js';

const times = 8192;
const random = createRandom(23);
/** Far from zero, and how far above and below that the values of each column are. */
const columns = Array.from({ length: 8 }, () => ({
  away: 10 ** (6 + 3 * random()),
  spread: 10 ** (4 * random() - 3),
}));

describe('results over long series', () => {
  it('are as exact as numbers are, far from zero and with deviations that are small beside that', async () => {
    // As many above as below, so that mean and deviation are known without adding anything up.
    const layer = await memoryLayer(
      {
        crs: CRS84,
        x: regular('lon', 0, 1, columns.length),
        y: regular('lat', 0, 1, 1),
        t: hours(times),
        custom: [],
      },
      [
        {
          id: 'p',
          axes: ['t'],
          valueAt({ t = 0, x = 0 }) {
            const { away, spread } = columns[x]!;
            return t % 2 === 0 ? away + spread : away - spread;
          },
        },
      ],
      { tileShape: { t: 1024, row: 1, col: columns.length }, levels: 1 },
    );
    const aggregation = '(mean,t),(std,t),(sum,t)';
    for (const [x, { away, spread }] of columns.entries()) {
      const [high, low] = [away + spread, away - spread];
      const mean = away + (high - away - (away - low)) / 2;
      for (const plan of [
        planCube(layer, { bbox: `${x - 0.1},-1,${x + 0.1},1`, aggregation }),
        planPosition(layer, { coords: `POINT(${x} 0)`, aggregation }),
      ]) {
        const answer = plan.kind === 'answer' ? await plan.open({}) : undefined;
        const [m, s, sum] = (await Promise.all(answer!.coverages[0]!.ranges.map(valuesOf))).flat();
        expect(Math.abs(m! - mean)).toBeLessThanOrEqual(away * 2 ** -48);
        expect(Math.abs(s! - (high - low) / 2)).toBeLessThanOrEqual(spread * 1e-9 + away * 2 ** -44);
        expect(Math.abs(sum! / times - mean)).toBeLessThanOrEqual(away * 2 ** -48);
      }
    }
  });
});

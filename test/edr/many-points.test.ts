import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planPosition } from '../../src/edr/index.js';
import { encodeCoverageJson } from '../../src/formats/index.js';
import { newStats } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, worldGrid } from './memory-layer.js';
import { type JsonCoverage, readAnswer } from './read-answer.js';

const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }: Readonly<Record<string, number>>) =>
  t * 10_000 + z * 1000 + y * 40 + x;

describe('series of many points', async () => {
  const layer = await memoryLayer(
    worldGrid({ t: hours(30), z: levels(1000, 850, 500) }),
    [
      { id: 'p', axes: ['t', 'z'], valueAt },
      { id: 'q', axes: ['t', 'z'], valueAt: (at) => -valueAt(at) },
      { id: 'surface', axes: ['t'], valueAt },
    ],
    { tileShape: { t: 8, z: 2, row: 6, col: 12 } },
  );
  const tiles = { p: 4 * 2 * 3 * 3, surface: 4 * 3 * 3 };

  const everywhere = Array.from(
    { length: 18 * 36 },
    (_, i) => `${(i % 36) * 10} ${85 - Math.floor(i / 36) * 10}`,
  );

  async function tilesRead(coords: string, parameterNames: string) {
    const plan = planPosition(layer, { coords, parameterNames });
    if (plan.kind === 'no-data') throw new Error('there are points');
    const stats = newStats();
    for await (const _ of encodeCoverageJson((await plan.open({ stats }))!));
    return { read: stats.tilesRead, planned: plan.work().tiles };
  }

  // Every point read and decoded its own tiles: 1,500 points over 24 steps took 3 s, more took half an hour.
  it('read every tile once, as planned', async () => {
    const coords = `MULTIPOINT(${everywhere.join()})`;
    expect(await tilesRead(coords, 'surface')).toEqual({ read: tiles.surface, planned: tiles.surface });
    expect(await tilesRead(coords, 'p,q')).toEqual({ read: 2 * tiles.p, planned: 2 * tiles.p });
    expect(await tilesRead(`MULTIPOINT(${everywhere.slice(0, 12).join()})`, 'surface')).toEqual({
      read: 4,
      planned: 4,
    });
  });

  it('are what each point alone is, in the order asked, points outside and levels of their own included', async () => {
    const point = fc.tuple(
      fc.integer({ min: -18, max: 36 }),
      fc.integer({ min: -9, max: 8 }),
      fc.constantFrom(1000, 850, 500, 7),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(point, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (points, hasZ) => {
          const texts = points.map(([x, y, z]) => `${x * 10} ${y * 10 + 5}${hasZ ? ` ${z}` : ''}`);
          const datetime = '2020-01-01T05:00:00Z/2020-01-01T20:00:00Z';
          const many = await readAnswer(
            planPosition(layer, { coords: `MULTIPOINT(${texts.join()})`, datetime }),
          );
          const found = coveragesOf(many).map(seriesOf);
          const alone = [];
          for (const parameterNames of ['p,q', 'surface']) {
            for (const text of texts) {
              const one = planPosition(layer, { coords: `MULTIPOINT(${text})`, datetime, parameterNames });
              alone.push(...coveragesOf(await readAnswer(one)).map(seriesOf));
            }
          }
          // A point at a level that is not there has no coverage when it is asked for alone.
          const isSomewhere = (text: string) => /\d/.test(text);
          expect(found.filter(isSomewhere)).toEqual(alone.filter(isSomewhere));
        },
      ),
      { numRuns: 25 },
    );
  });
});

function coveragesOf(answer: JsonCoverage | undefined): readonly JsonCoverage[] {
  return answer?.coverages ?? [];
}

/** Values only, and empty for a series of nothing. */
function seriesOf({ ranges }: JsonCoverage): string {
  return Object.values(ranges)
    .flatMap(({ values }) => values)
    .filter((value) => value !== null)
    .join();
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  await memoryLayer(
    worldGrid({ t: hours(2), custom: [regular('number', 0, 1, 3)] }),
    [
      {
        id: 'p',
        axes: ['t', 'number'],
        type: 'int16',
        noData: -1,
        valueAt: ({ t = 0, y = 0, x = 0, number = 0 }) =>
          y === 0 ? -1 : t * 10_000 + y * 36 + x + number * 1000,
      },
    ],
    { store, layer: 'world', levels: 1, tileShape: { t: 1, z: 1, row: 6, col: 6 } },
  );
  service = await startService(store, { maxTiles: 40 });
});

afterAll(() => service.close());

const path = (parameters: Readonly<Record<string, string>> = {}) =>
  `/layers/world/statistics?${new URLSearchParams(parameters)}`;

describe('/layers/{layer}/statistics', () => {
  it('describes the newest slice of the first parameter', async () => {
    const answer = await service.get(path());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('tilecurve-work')).toMatch(/^segments=\d+;tiles=36;bytes=\d+$/);
    const document = (await answer.json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      parameter: 'p',
      unit: 'K',
      weighted: true,
      cells: 648,
      valid: 612,
      min: 10_036,
      max: 10_647,
      percentiles: { 2: 10_036 + 0.02 * 611, 50: 10_036 + 0.5 * 611, 98: 10_036 + 0.98 * 611 },
      percentileError: 0,
      work: { tilesRead: 36, tilesUnpacked: 18 },
    });
    expect(document.histogram).toMatchObject({ counts: { length: 10 }, edges: { length: 11 } });
  });

  it('is of other times, members, places and bins as asked', async () => {
    const asked = {
      number: '2',
      datetime: '2020-01-01T00:00Z',
      bbox: '-5,-90,5,90',
      histogram: '3',
      percentiles: '50',
    };
    expect(await service.json(path(asked))).toMatchObject({
      cells: 18,
      valid: 17,
      min: 2036,
      max: 2000 + 17 * 36,
      histogram: { counts: [6, 5, 6] },
      percentiles: { 50: 2000 + 9 * 36 },
    });
    const coords = 'POLYGON((-5 -90,15 -90,15 90,-5 90,-5 -90))';
    expect(await service.json(path({ coords, fields: 'sum' }))).toMatchObject({ cells: 36, valid: 34 });
  });

  it('unpacks nothing where statistics are stored', async () => {
    const all = { datetime: '../..', number: '0/2', fields: 'min,max,sum' };
    const answer = await service.get(path(all));
    expect(answer.headers.get('tilecurve-work')).toBe('segments=0;tiles=0;bytes=0');
    expect(await answer.json()).toEqual({
      parameter: 'p',
      unit: 'K',
      weighted: true,
      cells: 648 * 6,
      valid: 612 * 6,
      min: 36,
      max: 12_647,
      sum: 612 * 6 * (341.5 + 1000 + 5000),
      work: { tilesRead: 0, tilesUnpacked: 0 },
    });
  });

  it('is the same bytes for all, and 304 for those who have them', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => service.get(path({ percentiles: '3' }))));
    const texts = await Promise.all(many.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    const etag = many[0]!.headers.get('etag')!;
    const again = await service.get(path({ percentiles: '3' }), { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await service.get(path({ percentiles: '4' }), { headers: { 'if-none-match': etag } });
    expect(other.status).toBe(200);
  });

  it('has limits and plain refusals', async () => {
    expect((await service.get(path({ datetime: '../..', number: '0/2' }))).status).toBe(413);
    expect((await service.get(path({ bbox: '1,1,2,2' }))).status).toBe(204);
    expect((await service.get('/layers/none/statistics')).status).toBe(404);
    const wrongs: Readonly<Record<string, string>>[] = [
      { parameter: 'q' },
      { fields: 'mode' },
      { histogram: '1e9' },
      { percentiles: '-3' },
      { lon: '3' },
    ];
    for (const wrong of wrongs) {
      const answer = await service.get(path(wrong));
      expect([wrong, answer.status]).toEqual([wrong, 400]);
      expect(await answer.text()).toContain(Object.keys(wrong)[0]);
    }
  });
});

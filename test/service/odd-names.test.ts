import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

/** Names that every plain object already answers to. */
const memberNames = ['__proto__', 'constructor', 'hasOwnProperty'];
/** Names that parameters of some route, or members of a key, have too. */
const takenNames = ['level', 't', 'z', 'col', 'f', 'custom', 'coords', 'parameter'];
const powers = (names: readonly string[]) => (at: Readonly<Record<string, number>>) =>
  names.reduce((sum, name, i) => sum + (name in at ? (at[name] ?? 0) * 2 ** i : 0), 0);

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const binary = (name: string) => regular(name, 0, 1, 2);
  await memoryLayer(
    worldGrid({ custom: memberNames.map(binary) }),
    memberNames.map((id) => ({ id, axes: memberNames, valueAt: powers(memberNames) })),
    {
      store,
      layer: 'members',
      levelMethods: Object.fromEntries(memberNames.map((name) => [name, 'mean'])),
    },
  );
  await memoryLayer(
    worldGrid({ custom: takenNames.map(binary) }),
    [{ id: 'p', axes: takenNames, valueAt: powers(takenNames) }],
    { store, layer: 'taken' },
  );
  const timed = worldGrid({
    t: hours(2),
    z: levels(1000, 500),
    custom: [binary('datetime'), binary('number')],
  });
  await memoryLayer(
    timed,
    [
      {
        id: 'p',
        axes: ['t', 'z', 'datetime', 'number'],
        valueAt: ({ t = 0, z = 0, datetime = 0, number = 0 }) => t + 10 * z + 100 * datetime + 1000 * number,
      },
    ],
    { store, layer: 'timed' },
  );
  service = await startService(store);
});

afterAll(() => service.close());

const firstCell = async (response: Response) => new Float64Array(await response.arrayBuffer())[0];

async function postKey(layer: string, key: string): Promise<{ status: number; cell?: number }> {
  const response = await service.get(`/layers/${layer}/tiles`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"keys":[${key}]}`,
  });
  const { tiles } = (await response.json()) as { tiles?: { cells: string }[] };
  if (tiles === undefined) return { status: response.status };
  return { status: response.status, cell: Buffer.from(tiles[0]!.cells, 'base64').readDoubleLE(0) };
}

// Such names read functions off the prototypes of objects: 500, or answers with the text of functions in them.
describe('axes and parameters named like members of objects', () => {
  const all = '__proto__=1&constructor=0&hasOwnProperty=1';

  it('are answered by every route', async () => {
    const values = Object.fromEntries(memberNames.map((name) => [name, { values: [5] }]));
    for (const query of ['position?coords=POINT(0+85)', 'cube?bbox=0,85,0,85']) {
      const text = await (await service.get(`/collections/members/${query}&${all}`)).text();
      const { ranges, ...rest } = JSON.parse(text);
      expect(Object.entries(ranges)).toMatchObject(Object.entries(values));
      expect(Object.keys(rest)).toEqual(expect.arrayContaining(memberNames));
    }
    const point = await (await service.get(`/layers/members/point?lon=0&lat=85&${all}`)).text();
    expect(Object.entries(JSON.parse(point).values)).toEqual(memberNames.map((name) => [name, 5]));
    for (const name of memberNames) {
      expect(await firstCell(await service.get(`/layers/members/tiles/0/${name}/0/0?${all}`))).toBe(5);
      const map = await service.get(`/tiles/members/0/0/0.f32?parameter=${name}&${all}`);
      expect(new Float32Array(await map.arrayBuffer())[0]).toBe(5);
    }
    const key = '{"parameter":"constructor","col":0,"row":0';
    expect(await postKey('members', `${key},"custom":{"__proto__":1,"hasOwnProperty":1}}`)).toEqual({
      status: 200,
      cell: 5,
    });
    expect(await postKey('members', `${key},"__proto__":1,"hasOwnProperty":1}`)).toEqual({
      status: 200,
      cell: 5,
    });
    expect(await postKey('members', `${key}}`)).toEqual({ status: 200, cell: 0 });
  });

  it('are not found where a layer has none, without a word of our functions', async () => {
    for (const name of [...memberNames, 'toString', 'valueOf']) {
      for (const path of [
        `/layers/taken/tiles/0/${name}/0/0`,
        `/tiles/taken/0/0/0.png?parameter=${name}`,
        `/layers/taken/point?lon=0&lat=0&${name}=1`,
        `/collections/taken/position?coords=POINT(0+0)&parameter-name=${name}`,
        `/collections/${name}`,
        `/tiles/taken/0/0/0.png?style=${name}`,
      ]) {
        const response = await service.get(path);
        expect([400, 404]).toContain(response.status);
        expect(await response.text()).not.toContain('native code');
      }
      expect((await postKey('taken', `{"parameter":"${name}","col":0,"row":0}`)).status).toBe(404);
      expect((await postKey('taken', `{"parameter":"p","col":0,"row":0,"${name}":1}`)).status).toBe(400);
    }
  });

  it('are described with their statistics', async () => {
    const layer = JSON.parse(await (await service.get('/layers/members')).text());
    expect(Object.keys(layer.axes)).toEqual([...memberNames, 'y', 'x']);
    expect(layer.parameters.map(({ id }: { id: string }) => id)).toEqual(memberNames);
    expect(layer.parameters[0].statistics).toMatchObject({ min: 0, max: 7 });
    const { parameter_names } = JSON.parse(await (await service.get('/collections/members')).text());
    expect(Object.keys(parameter_names)).toEqual(memberNames);
    expect(await (await service.get('/metrics')).text()).toContain('route="/collections/:collectionId"');
  });
});

// A custom axis called as a member of a key was overwritten by it: the wrong tile, and nothing said so.
describe('a dimension called as a parameter of the route', () => {
  it('is custom.<name>, and the parameter keeps its meaning', async () => {
    const dimensions = takenNames.map((name) => `custom.${name}=1`).join('&');
    const all = 2 ** takenNames.length - 1;
    expect(
      await firstCell(await service.get(`/layers/taken/tiles/0/p/0/0?${dimensions}&t=0&z=0&f=bin`)),
    ).toBe(all);
    expect((await service.get('/layers/taken/tiles/0/p/0/0?t=1')).status).toBe(404);
    expect(await firstCell(await service.get('/layers/taken/tiles/0/p/0/0?level=1&col=1'))).toBe(1 + 8);
    expect(await service.json(`/layers/taken/point?lon=0&lat=85&${dimensions}`)).toMatchObject({
      values: { p: all },
    });
    const answer = await service.get(`/collections/taken/position?coords=POINT(0+85)&${dimensions}&f=json`);
    expect(await answer.json()).toMatchObject({ type: 'Coverage', ranges: { p: { values: [all] } } });
    const map = await service.get(`/tiles/taken/0/0/0.f32?parameter=p&level=0&${dimensions}`);
    expect(new Float32Array(await map.arrayBuffer())[0]).toBe(all);
  });

  it('leaves datetime and z what they are', async () => {
    const point = '/layers/timed/point?lon=0&lat=85&datetime=2020-01-01T00:00:00Z&z=500';
    expect(await service.json(point)).toMatchObject({ values: { p: 10 } });
    expect(await service.json(`${point}&custom.datetime=1&number=1`)).toMatchObject({ values: { p: 1110 } });
    expect(await service.json(`${point}&custom.number=1`)).toMatchObject({ values: { p: 1010 } });
    expect((await service.get(`${point}&custom.number=1&number=1`)).status).toBe(400);
    expect((await service.get(`${point}&custom.level=1`)).status).toBe(400);
  });

  it('has tags of its own', async () => {
    const tag = async (path: string) => (await service.get(path)).headers.get('etag');
    const [a, b, c] = [
      await tag('/tiles/taken/0/0/0.png?level=0'),
      await tag('/tiles/taken/0/0/0.png?custom.level=0'),
      await tag('/tiles/taken/0/0/0.png?custom.level=1'),
    ];
    expect(new Set([a, b, c]).size).toBe(3);
    expect(await tag('/layers/timed/point?lon=0&lat=1&number=1')).toBe(
      await tag('/layers/timed/point?custom.number=1&lat=1&lon=0'),
    );
  });

  it('is in the member custom of a key; other names may stand beside', async () => {
    const custom = JSON.stringify(Object.fromEntries(takenNames.map((name) => [name, 1])));
    const all = 2 ** takenNames.length - 1;
    expect(await postKey('taken', `{"parameter":"p","col":0,"row":0,"custom":${custom}}`)).toEqual({
      status: 200,
      cell: all,
    });
    expect(await postKey('taken', '{"parameter":"p","col":0,"row":0,"coords":1,"f":1}')).toEqual({
      status: 200,
      cell: 16 + 64,
    });
    for (const wrong of [
      '"custom":1',
      '"custom":[1]',
      '"custom":{"hue":1}',
      '"f":1,"custom":{"f":1}',
      '"f":-1',
    ])
      expect((await postKey('taken', `{"parameter":"p","col":0,"row":0,${wrong}}`)).status).toBe(400);
  });

  it('is listed with the name that queries take', async () => {
    const { extent } = await service.json<{ extent: { custom: { id: string; query_parameter?: string }[] } }>(
      '/collections/taken',
    );
    const listed = extent.custom.map(({ id, query_parameter }) => [id, query_parameter]);
    expect(listed).toEqual([
      ['level', undefined],
      ['t', undefined],
      ['z', 'custom.z'],
      ['col', undefined],
      ['f', 'custom.f'],
      ['custom', undefined],
      ['coords', 'custom.coords'],
      ['parameter', undefined],
    ]);
    const { axes } = await service.json<{ axes: Record<string, { length: number }> }>('/layers/taken');
    expect(axes).toMatchObject({
      level: { length: 2 },
      'custom.z': { length: 2 },
      'custom.t': { length: 2 },
    });
    expect(await (await service.get('/api')).text()).toContain('custom.<name>');
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesBelow, makeFolder, removeFolders, tilecurveFails, tilecurveJson } from './command-line.js';
import { describeRealData, realPath, realStores } from './real-data.js';

interface ListedLayer {
  readonly layer: string;
  readonly title: string;
  readonly snapshot: number;
  readonly createdAt: string;
  readonly parameters: readonly string[];
  readonly segments: number;
  readonly records: number;
  readonly bytes: number;
}

interface Info extends Omit<ListedLayer, 'parameters'> {
  readonly parameters: readonly { id: string; type: string; statistics?: { valid: number } }[];
  readonly crs: string;
  readonly bbox: readonly number[];
  readonly axes: readonly { role: string; name: string; count: number }[];
  readonly tileShape: Readonly<Record<string, number>>;
  readonly keyIndex: { readonly curve: { readonly name: string } };
  readonly codec: string;
}

/** The store whose compression, bz2, is not read. */
const REFUSED = 'zarr/e1_north_america.zarr';

function layerOf(path: string): string {
  return path.replace(/^.*\//, '').replace('.zarr', '');
}

describeRealData('every store of the real data', () => {
  let store: string;
  const stores = realStores().filter((path) => path !== REFUSED);

  beforeAll(async () => {
    store = await makeFolder();
  });
  afterAll(removeFolders);

  it.each(stores)('writes %s, sound and described', async (path) => {
    const layer = layerOf(path);
    const at = ['--store', store, '--layer', layer];
    const written = await tilecurveJson<Record<string, unknown>>(['write', realPath(path), ...at]);
    expect(written).toMatchObject({ layer, snapshot: 1 });
    expect(Object.keys(written).sort()).toEqual(
      ['bytes', 'layer', 'parameters', 'seconds', 'segments', 'snapshot', 'tiles'].sort(),
    );
    const verified = await tilecurveJson(['verify', ...at]);
    const { tiles, segments, bytes } = written;
    expect(verified).toMatchObject({ layer, snapshot: 1, tiles, segments, bytes, faults: [], unlisted: [] });
    checkInfo(await tilecurveJson<Info>(['info', ...at]), written);
  });

  it('refuses bz2 by name and leaves no layer', async () => {
    const layer = layerOf(REFUSED);
    const args = ['write', realPath(REFUSED), '--store', store, '--layer', layer];
    expect(await tilecurveFails(args, 1)).toMatch(/bz2/);
    expect(await filesBelow(`${store}/layers/${layer}`)).toEqual([]);
  });

  it('lists what was written', async () => {
    const { layers, ...rest } = await tilecurveJson<{ store: string; layers: ListedLayer[] }>([
      'ls',
      '--long',
      '--store',
      store,
    ]);
    expect(rest).toEqual({ store });
    expect(layers.map(({ layer }) => layer)).toEqual(stores.map(layerOf).sort());
    for (const layer of layers) {
      expect(layer).toMatchObject({ snapshot: 1, segments: expect.any(Number), title: expect.any(String) });
      expect(layer.parameters.length).toBeGreaterThan(0);
      expect(layer.bytes).toBeGreaterThan(0);
      expect(new Date(layer.createdAt).toISOString()).toBe(layer.createdAt);
    }
  });
});

function checkInfo(info: Info, written: Record<string, unknown>): void {
  expect(info.parameters.map(({ id }) => id)).toEqual(written.parameters);
  expect(info).toMatchObject({ segments: written.segments, bytes: written.bytes });
  expect(info.axes.slice(-2).map(({ role }) => role)).toEqual(['y', 'x']);
  for (const { count } of info.axes) expect(count).toBeGreaterThan(0);
  for (const parameter of info.parameters) expect(parameter.statistics!.valid).toBeGreaterThan(0);
  const [west, south, east, north] = info.bbox as [number, number, number, number];
  expect(west).toBeGreaterThanOrEqual(-180);
  expect(south).toBeGreaterThanOrEqual(-90);
  expect(north).toBeLessThanOrEqual(90);
  expect(south).toBeLessThan(north);
  expect(east).not.toBe(west);
  expect(Object.keys(info.tileShape)).toEqual(['t', 'z', 'row', 'col']);
  expect(info.keyIndex.curve.name).toBe('hilbert');
}

import { tableFromIPC } from 'apache-arrow';
import { decode as decodeCbor } from 'cbor-x';
import { fromArrayBuffer } from 'geotiff';
import { unpack } from 'msgpackr';
import { NetCDFReader } from 'netcdfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageFormats } from '../../src/formats/index.js';
import { type RunningService, startService } from './running-service.js';
import { askedKinds, sampleCollections } from './sample-collections.js';

const cube = '/collections/world/cube?bbox=0,40,25,70&datetime=2020-01-01T01:00Z';
/** Rows 65, 55 and 45 degrees north, columns 0, 10 and 20 degrees east at the second hour; one cell has no data. */
const values = [10_080, 10_081, 10_082, 10_120, Number.NaN, 10_122, 10_160, 10_161, 10_162];
const nulls = values.map((value) => (Number.isNaN(value) ? null : value));
let service: RunningService;

beforeAll(async () => {
  service = await startService(await sampleCollections());
});

afterAll(() => service.close());

/** The values of an answer, missing ones as null, read by another program's reader where there is one. */
const readers: Readonly<Record<string, (body: Uint8Array) => unknown>> = {
  CoverageJSON: (body) => inOrder(JSON.parse(Buffer.from(body).toString())),
  GeoJSON: (body) =>
    JSON.parse(Buffer.from(body).toString()).features.flatMap(
      (feature: { properties: { p: number | null } }) => feature.properties.p,
    ),
  CSV: (body) =>
    Buffer.from(body)
      .toString()
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',').at(-1)!)
      .map((text) => (text === '' ? null : Number(text))),
  NetCDF: (body) =>
    (new NetCDFReader(body).getDataVariable('p') as number[])
      .flat()
      .map((value) => (Number.isNaN(value) ? null : value)),
  GeoTIFF: async (body) => {
    const tiff = await fromArrayBuffer(new Uint8Array(body).buffer);
    const [band] = (await (await tiff.getImage()).readRasters()) as unknown as [Float32Array];
    return Array.from(band, (value) => (Number.isNaN(value) ? null : value));
  },
  Arrow: (body) => [...tableFromIPC(body).getChild('p')!],
  MessagePack: (body) => inOrder(unpack(body)),
  CBOR: (body) => inOrder(decodeCbor(body)),
};

interface Document {
  readonly ranges: { readonly p: { readonly values: ArrayLike<number | null> } };
  readonly coverages?: readonly Document[];
}

/** The values of all coverages of a document. */
function inOrder(document: Document): (number | null)[] {
  return (document.coverages ?? [document]).flatMap(({ ranges }) =>
    Array.from(ranges.p.values, (value) => (Number.isNaN(value) ? null : value)),
  );
}

describe.each(coverageFormats)('$token over HTTP', ({ token, mediaTypes, aliases, extension }) => {
  it('has the values, its type, and a name when it is saved', async () => {
    const response = await service.get(`${cube}&f=${token}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')?.replace('; charset=utf-8', '')).toBe(mediaTypes[0]);
    expect(response.headers.get('content-disposition')).toBe(
      extension === undefined ? null : `attachment; filename="world-cube.${extension}"`,
    );
    expect(response.headers.get('vary')).toContain('Accept');
    expect(await readers[token]!(new Uint8Array(await response.arrayBuffer()))).toEqual(nulls);
  });

  it('has the same headers for HEAD, and no body', async () => {
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => service.get(`${cube}&f=${token}`, { method })),
    );
    expect(head!.status).toBe(200);
    expect(await head!.text()).toBe('');
    for (const name of ['content-type', 'content-disposition', 'etag', 'content-crs', 'vary'])
      expect([name, head!.headers.get(name)]).toEqual([name, get!.headers.get(name)]);
    await get!.body?.cancel();
  });

  it('is sent for each of its names, and for each of its types by Accept', async () => {
    for (const name of [token.toLowerCase(), ...aliases, ...mediaTypes]) {
      const response = await service.get(`${cube}&f=${encodeURIComponent(name)}`, { method: 'HEAD' });
      expect([name, response.status]).toEqual([name, 200]);
    }
    for (const accept of mediaTypes) {
      const response = await service.get(cube, { method: 'HEAD', headers: { accept } });
      expect(response.headers.get('content-type')?.replace('; charset=utf-8', '')).toBe(accept);
    }
  });

  it('has a tag of its own, which is 304 when it comes back', async () => {
    const others = await Promise.all(
      coverageFormats.map((one) => service.get(`${cube}&f=${one.token}`, { method: 'HEAD' })),
    );
    expect(new Set(others.map(({ headers }) => headers.get('etag'))).size).toBe(coverageFormats.length);
    const tag = (await service.get(`${cube}&f=${token}`, { method: 'HEAD' })).headers.get('etag')!;
    const again = await service.get(`${cube}&f=${token}`, { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
  });
});

describe('a form that cannot hold an answer', () => {
  it.each([
    ['GeoJSON', '/collections/plane/cube?bbox=-180,-90,180,90'],
    ['GeoTIFF', '/collections/world/cube?bbox=0,40,25,70'],
    ['GeoTIFF', '/collections/world/position?coords=POINT(10+45)'],
    ['GeoTIFF', '/collections/deep/cube?bbox=0,40,25,70&datetime=2020-01-01T01:00Z&z=850'],
  ])('is 400 for f=%s of %s, which names f and says why', async (token, path) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await service.get(`${path}&f=${token}`, { method });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-disposition')).toBeNull();
      if (method === 'HEAD') continue;
      const { detail } = (await response.json()) as { detail: string };
      expect(detail).toContain(token);
      expect(detail).toContain('parameter: f');
    }
  });

  it('has a part of the answer that it can hold', async () => {
    const path = '/collections/deep/cube?bbox=0,40,25,70&datetime=2020-01-01T01:00Z&z=850&number=2&f=GeoTIFF';
    const response = await service.get(path);
    expect(response.status).toBe(200);
    const found = await readers.GeoTIFF!(new Uint8Array(await response.arrayBuffer()));
    expect(found).toEqual(nulls.map((value) => value && value + 200_000));
  });
});

describe('answers of all kinds', () => {
  // Of `mixed`, only one parameter has rows for each time.
  const paths = askedKinds.map(([, path]) => path).filter((path) => !path.includes('/mixed/'));

  it.each(paths)('have the same values in the same order in every form: %s', async (path) => {
    const expected = await readers.CoverageJSON!(await body(path, 'CoverageJSON'));
    expect(expected).not.toEqual([]);
    for (const { token } of coverageFormats) {
      const answer = await service.get(withFormat(path, token));
      const isRefused = token === 'GeoTIFF' || (token === 'GeoJSON' && path.includes('plane'));
      if (isRefused && answer.status === 400) continue;
      const found = await readers[token]!(new Uint8Array(await answer.arrayBuffer()));
      expect([token, found]).toEqual([token, expected]);
    }
  });
});

describe('the forms that a collection lists for a query', () => {
  it('are those that hold an answer of it', async () => {
    const { data_queries } = await service.json<{
      data_queries: Record<string, { link: { variables: { output_formats: string[] } } }>;
    }>('/collections/world');
    for (const query of ['position', 'radius', 'area', 'cube', 'trajectory', 'corridor', 'locations']) {
      const paths = askedKinds
        .map(([, path]) => path)
        .filter((path) => path.startsWith(`/collections/world/${query}`));
      const holding = [];
      for (const { token } of coverageFormats) {
        const answers = await Promise.all(
          paths.map((path) => service.get(withFormat(atOneTime(path), token))),
        );
        if (answers.some(({ status }) => status === 200)) holding.push(token);
        for (const answer of answers) await answer.body?.cancel();
      }
      expect([query, data_queries[query]!.link.variables.output_formats]).toEqual([query, holding]);
    }
  });
});

function atOneTime(path: string): string {
  if (/datetime|LINESTRINGZ?M/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}datetime=2020-01-01T01:00Z`;
}

function withFormat(path: string, token: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}f=${token}`;
}

async function body(path: string, token: string): Promise<Uint8Array> {
  return new Uint8Array(await (await service.get(withFormat(path, token))).arrayBuffer());
}

it('tells GeoJSON where its features were asked for', async () => {
  const document = await service.json<{ features: { properties: { edrqueryendpoint: string } }[] }>(
    `${cube}&f=GeoJSON`,
  );
  expect(document.features[0]!.properties.edrqueryendpoint).toBe(`${service.address}${cube}&f=GeoJSON`);
});

it('still sends CoverageJSON to those who take anything', async () => {
  for (const accept of ['*/*', 'application/*', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2']) {
    const response = await service.get(cube, { method: 'HEAD', headers: { accept } });
    expect(response.headers.get('content-type')).toBe('application/vnd.cov+json');
  }
});

it('lists every form in the OpenAPI document', async () => {
  const document = JSON.stringify(await service.json('/api'));
  for (const { token, mediaTypes } of coverageFormats) {
    expect(document).toContain(`"${token}"`);
    for (const type of mediaTypes) expect(document).toContain(`"${type}"`);
  }
});

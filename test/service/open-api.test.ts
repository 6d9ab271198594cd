import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Api {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const descriptions = [
  { path: '/api', version: '3.0' },
  { path: '/api/3.1', version: '3.1' },
] as const;
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  await memoryLayer(worldGrid({ t: hours(2) }), [{ id: 'p', axes: ['t'], valueAt: ({ x = 0 }) => x }], {
    store,
    layer: 'world',
  });
  service = await startService(store);
});

afterAll(() => service.close());

describe.each(descriptions)('the description at $path', ({ path, version }) => {
  it('is valid OpenAPI of its version, under its own media type', async () => {
    const response = await service.get(path);
    expect(response.headers.get('content-type')).toBe(`application/vnd.oai.openapi+json;version=${version}`);
    const api = (await response.json()) as Api;
    expect(api.openapi.startsWith(`${version}.`)).toBe(true);
    const { valid, errors } = await new Validator().validate(api as unknown as Record<string, unknown>);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('refers to nothing outside itself, and names every operation once', async () => {
    const api = await service.json<Api>(path);
    const refs = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
    expect(refs.every((ref) => ref.startsWith('#/'))).toBe(true);
    const ids = Object.values(api.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lists the statuses that operations have, and 422 nowhere', async () => {
    const { paths } = await service.json<Api>(path);
    const statuses = (address: string, method: string) => Object.keys(paths[address]![method]!.responses);
    const position = '/collections/{collectionId}/position';
    expect(statuses(position, 'get')).toEqual(
      expect.arrayContaining(['200', '204', '304', '400', '404', '406', '413', '429', '500', 'default']),
    );
    expect(statuses(position, 'post')).toEqual(
      expect.arrayContaining(['200', '204', '400', '404', '406', '412', '413', '415', '429', 'default']),
    );
    expect(statuses('/conformance', 'get')).not.toContain('404');
    expect(JSON.stringify(paths)).not.toContain('"422"');
  });

  it('has an operation for every query of a collection and of an instance', async () => {
    const { paths } = await service.json<Api>(path);
    const { data_queries } = await service.json<{ data_queries: object }>('/collections/world');
    for (const query of [...Object.keys(data_queries), 'locations']) {
      const addresses = [`/collections/{collectionId}/${query}`];
      if (query !== 'instances')
        addresses.push(`/collections/{collectionId}/instances/{instanceId}/${query}`);
      for (const address of addresses) expect(Object.keys(paths[address] ?? {})).toEqual(['get', 'post']);
    }
  });
});

describe('the two descriptions', () => {
  it('say the same', async () => {
    const { openapi: _, ...older } = await service.json<Api>('/api');
    const { openapi: __, ...newer } = await service.json<Api>('/api/3.1');
    expect(newer).toEqual(older);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

// The requests of OWSLib's EnvironmentalDataRetrieval (0.36.0) as its source makes them; tools/owslib-edr.py has OWSLib
// itself make them. Debian 12's package is older than that class.
let service: RunningService;

beforeAll(async () => {
  service = await startService(await sampleCollections());
});

afterAll(() => service.close());

interface Link {
  readonly rel: string;
  readonly type: string;
  readonly href: string;
}

const ask = <T>(path: string) => service.json<T>(path, { headers: { accept: '*/*' } });

describe('OWSLib', () => {
  it('finds the API definition by the type of its link', async () => {
    const { links } = await ask<{ links: Link[] }>('/');
    const { href } = links.find(
      ({ rel, type }) => rel === 'service-desc' && type === 'application/vnd.oai.openapi+json;version=3.0',
    )!;
    const answer = await fetch(href, { headers: { accept: '*/*' } });
    expect(await answer.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.0/) });
    expect(await ask('/conformance')).toMatchObject({ conformsTo: expect.any(Array) });
  });

  it('lists every collection as data, by a rel that has the word in it', async () => {
    const { collections } = await ask<{ collections: { id: string; links: Link[] }[] }>('/collections');
    const data = collections.filter(({ links }) => links.some(({ rel }) => rel.includes('data')));
    expect(data.map(({ id }) => id)).toEqual(['deep', 'mixed', 'plane', 'world']);
  });

  it.each([
    [
      'Coverage',
      'world/position?coords=POINT%2810+45%29&parameter_names=p&datetime=2020-01-01T00%3A00%3A00Z%2F..',
    ],
    ['Coverage', 'world/cube?bbox=0%2C40%2C25%2C70&parameter_names=p'],
    ['CoverageCollection', 'deep/cube?bbox=0%2C40%2C25%2C70&cube-z=850%2F500'],
    ['CoverageCollection', 'deep/area?coords=POLYGON%28%280+40%2C25+40%2C0+70%2C0+40%29%29&crs=CRS84&z=500'],
    ['CoverageCollection', 'world/trajectory?coords=LINESTRING%280+40%2C25+70%29'],
    ['Coverage', 'world/corridor?coords=LINESTRING%280+40%2C25+70%29&corridor-width=1000&width-units=km'],
    ['FeatureCollection', 'world/locations'],
  ])('gets a %s as JSON, whatever it accepts: %s', async (type, path) => {
    expect(await ask(`/collections/${path}`)).toMatchObject({ type });
  });
});

/** A collection of pygeoapi: where its Zarr is, and whether it has levels. */
export interface PygeoapiCollection {
  readonly name: string;
  readonly location: string;
  readonly hasLevels: boolean;
}

/** pygeoapi's configuration (YAML, of which JSON is a part) for collections of `writeLevelSource` and `writeBigSource`. */
export function pygeoapiConfig(address: string, collections: readonly PygeoapiCollection[]): string {
  const nowhere = 'https://example.org';
  const config = {
    server: {
      bind: { host: '127.0.0.1', port: Number(new URL(address).port) },
      url: address,
      mimetype: 'application/json; charset=UTF-8',
      encoding: 'utf-8',
      languages: ['en-US'],
      pretty_print: false,
      admin: false,
      limits: { default_items: 10, max_items: 10 },
      map: { url: `${nowhere}/{z}/{x}/{y}.png`, attribution: 'none' },
    },
    logging: { level: 'CRITICAL' },
    metadata: {
      identification: {
        title: 'benchmark',
        description: 'benchmark',
        keywords: ['benchmark'],
        keywords_type: 'theme',
        terms_of_service: 'none',
        url: nowhere,
      },
      license: { name: 'none', url: nowhere },
      provider: { name: 'none', url: nowhere },
      contact: { name: 'none', email: 'none@example.org', url: nowhere },
    },
    resources: Object.fromEntries(collections.map((one) => [one.name, resource(one)])),
  };
  // A time that is text is refused; YAML has times, JSON has none.
  return JSON.stringify(config).replaceAll('"BEGIN"', '2000-01-01T00:00:00Z');
}

function resource({ name, location, hasLevels }: PygeoapiCollection): unknown {
  return {
    type: 'collection',
    title: name,
    description: name,
    keywords: [name],
    links: [],
    extents: {
      spatial: { bbox: [-180, -90, 180, 90], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
      temporal: { begin: 'BEGIN', end: null },
    },
    providers: [
      {
        type: 'edr',
        name: 'xarray-edr',
        data: location,
        x_field: 'lon',
        y_field: 'lat',
        time_field: 'time',
        ...(hasLevels && { z_field: 'level' }),
        format: { name: 'zarr', mimetype: 'application/zip' },
      },
    ],
  };
}

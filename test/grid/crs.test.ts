import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../src/errors/index.js';
import { CRS84, crsFromId, crsFromProj, crsUri, projectPoints } from '../../src/grid/index.js';

describe('crsFromId', () => {
  it.each([
    ['CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'],
    ['OGC:CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'],
    ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'],
    ['EPSG:4326', 'http://www.opengis.net/def/crs/EPSG/0/4326'],
    ['https://www.opengis.net/def/crs/EPSG/0/3857', 'http://www.opengis.net/def/crs/EPSG/0/3857'],
    ['urn:ogc:def:crs:EPSG::32632', 'http://www.opengis.net/def/crs/EPSG/0/32632'],
    ['epsg:2193', 'http://www.opengis.net/def/crs/EPSG/0/2193'],
  ])('knows %s', (text, uri) => {
    expect(crsUri(crsFromId(text))).toBe(uri);
  });

  // 27700 wants a datum grid, 31370 is 40 metres off in proj4.
  it.each([
    'EPSG:27700',
    'EPSG:31370',
    'EPSG:32600',
    'EPSG:32661',
    'EPSG:1',
    'EPSG:',
    'WGS84',
    'OGC:CRS83',
    '',
  ])('does not know %j', (text) => {
    expect(() => crsFromId(text)).toThrow(UnsupportedError);
  });
});

describe('projectPoints', () => {
  // The second and third are worked examples of EPSG guidance note 7-2; the others follow from the definitions.
  it.each([
    ['EPSG:3857', 180, 0, 20037508.342789, 0],
    ['EPSG:3857', -100.333333333, 24.381786944, -11169055.576, 2800000.003],
    ['EPSG:3035', 5, 50, 3962799.451, 2999718.853],
    ['EPSG:32632', 9, 0, 500000, 0],
    ['EPSG:32732', 9, 0, 500000, 10000000],
    ['EPSG:2193', 173, 0, 1600000, 10000000],
    // By PROJ.
    ['EPSG:2056', 7.100927, 45.9204711, 2573797.04, 1085487.06],
    ['EPSG:32621', -57.5305547, 72.9422433, 482629.199, 8094113.78],
    ['EPSG:3413', -45, 90, 0, 0],
    ['EPSG:3031', 0, -90, 0, 0],
  ])('maps to %s', (id, lon, lat, x, y) => {
    const found = projectPoints(CRS84, crsFromId(id))(lon, lat);
    expect(Math.abs(found[0] - x)).toBeLessThan(0.01);
    expect(Math.abs(found[1] - y)).toBeLessThan(0.01);
  });

  it.each([
    'EPSG:3857',
    'EPSG:32601',
    'EPSG:32760',
    'EPSG:25832',
    'EPSG:31985',
    'EPSG:3035',
    'EPSG:3031',
    'EPSG:3413',
    'EPSG:3995',
    'EPSG:2193',
  ])('comes back from %s', (id) => {
    const crs = crsFromId(id);
    const centre = projectPoints(crs, CRS84)(...projectPoints(CRS84, crs)(20, 45));
    expect(centre[0]).toBeCloseTo(20, 6);
    expect(centre[1]).toBeCloseTo(45, 6);
  });

  it('has no answer for the poles in Web Mercator, and for what is no position', () => {
    const project = projectPoints(CRS84, crsFromId('EPSG:3857'));
    for (const [x, y] of [
      [0, 90],
      [10, -90],
      [10, 95],
      [Number.NaN, 0],
      [0, Infinity],
    ] as const) {
      expect(project(x, y)).toEqual([Number.NaN, Number.NaN]);
    }
    const unknown = { id: 'local:somewhere', kind: 'projected' as const };
    expect(projectPoints(CRS84, unknown)(1, 2)).toEqual([Number.NaN, Number.NaN]);
    expect(projectPoints(unknown, CRS84)(1, 2)).toEqual([Number.NaN, Number.NaN]);
  });

  it('leaves longitudes as they are between systems in degrees', () => {
    expect(projectPoints(CRS84, crsFromId('EPSG:4326'))(200, 10)).toEqual([200, 10]);
  });
});

describe('crsFromProj', () => {
  it('reads a definition and tells degrees from metres', () => {
    const lambert = '+proj=lcc +lat_1=50 +lat_2=40 +lat_0=45 +lon_0=10 +ellps=WGS84 +units=m';
    const crs = crsFromProj(lambert, 'lambert');
    expect(crs).toEqual({ id: 'local:lambert', kind: 'projected', proj: lambert });
    expect(projectPoints(crs, CRS84)(0, 0)).toEqual([expect.closeTo(10, 9), expect.closeTo(45, 9)]);
    expect(crsFromProj('+proj=longlat +ellps=GRS80', 'plain').kind).toBe('geographic');
  });

  it.each(['', 'nonsense', '+proj=unheardof', '+proj=tmerc +lat_0=49 +lon_0=-2 +nadgrids=OSTN15.gsb'])(
    'does not support %j',
    (proj) => {
      expect(() => crsFromProj(proj, 'odd')).toThrow(UnsupportedError);
    },
  );
});

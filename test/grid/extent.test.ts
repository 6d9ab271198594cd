import { describe, expect, it } from 'vitest';
import { CRS84, crsFromId, crsFromProj, gridBbox, projectPoints } from '../../src/grid/index.js';
import { explicit, gridOf, regular } from './axes.js';

const LATITUDES = regular(40, 1, 10);

describe('gridBbox', () => {
  it.each([
    ['0..360', regular(0, 0.25, 1440)],
    ['-180..180', regular(-179.5, 1, 360)],
    ['cell edges off the antimeridian', regular(-180, 0.25, 1440)],
    ['descending', regular(359, -1, 360)],
    ['a repeated column', regular(0, 1, 361)],
  ])('says the whole world for a global grid: %s', (_, x) => {
    expect(gridBbox(gridOf(CRS84, x, LATITUDES))).toEqual([-180, 39.5, 180, 49.5]);
  });

  it('reaches the poles with the outermost cells', () => {
    const box = gridBbox(gridOf(CRS84, regular(0, 0.25, 1440), regular(90, -0.25, 721)));
    expect(box).toEqual([-180, -90, 180, 90]);
  });

  it('turns regional longitudes into -180..180', () => {
    expect(gridBbox(gridOf(CRS84, regular(200, 2.5, 53), LATITUDES))).toEqual([-161.25, 39.5, -28.75, 49.5]);
    expect(gridBbox(gridOf(CRS84, regular(-10, 0.25, 49), LATITUDES))).toEqual([-10.125, 39.5, 2.125, 49.5]);
    expect(gridBbox(gridOf(CRS84, regular(170.5, 1, 10), LATITUDES))).toEqual([170, 39.5, 180, 49.5]);
    expect(gridBbox(gridOf(CRS84, regular(180.5, 1, 10), LATITUDES))).toEqual([-180, 39.5, -170, 49.5]);
  });

  it('has west greater than east across the antimeridian', () => {
    expect(gridBbox(gridOf(CRS84, regular(170, 1, 21), LATITUDES))).toEqual([169.5, 39.5, -169.5, 49.5]);
    expect(gridBbox(gridOf(CRS84, regular(-190, 1, 21), LATITUDES))).toEqual([169.5, 39.5, -169.5, 49.5]);
  });

  it('is a line or a point where an axis has one cell', () => {
    expect(gridBbox(gridOf(CRS84, explicit(190), explicit(10)))).toEqual([-170, 10, -170, 10]);
  });

  it('follows the bent edges of a projected grid', () => {
    const crs = crsFromId('EPSG:3035');
    const [x, y] = [regular(3_050_000, 100_000, 30), regular(1_550_000, 100_000, 30)];
    const [west, south, east, north] = gridBbox(gridOf(crs, x, y));
    const toLonLat = projectPoints(crs, CRS84);
    for (let row = 0; row <= 30; row++) {
      for (let col = 0; col <= 30; col++) {
        const [lon, lat] = toLonLat(3_000_000 + col * 100_000, 1_500_000 + row * 100_000);
        expect(lon >= west - 1e-3 && lon <= east + 1e-3 && lat >= south - 1e-3 && lat <= north + 1e-3).toBe(
          true,
        );
      }
    }
    expect(east - west).toBeLessThan(60);
  });

  it('holds a pole with all of its meridians', () => {
    const axis = regular(-3_950_000, 100_000, 80);
    const [west, south, east, north] = gridBbox(gridOf(crsFromId('EPSG:3413'), axis, axis));
    expect([west, east, north]).toEqual([-180, 180, 90]);
    expect(south).toBeCloseTo(40.7, 0);
    expect(gridBbox(gridOf(crsFromId('EPSG:3031'), axis, axis)).slice(0, 3)).toEqual([-180, -90, 180]);
  });

  it('crosses the antimeridian in projected metres', () => {
    const grid = gridOf(crsFromId('EPSG:32660'), regular(700_000, 300, 1000), regular(1_000_000, 300, 1000));
    const [west, , east] = gridBbox(grid);
    expect(west).toBeGreaterThan(178);
    expect(east).toBeLessThan(-177);
  });

  it('is the world for all of Web Mercator', () => {
    const half = 20037508.342789244;
    const axis = regular(-half + half / 256, half / 128, 256);
    const [west, south, east, north] = gridBbox(gridOf(crsFromId('EPSG:3857'), axis, axis));
    expect([west, east]).toEqual([-180, 180]);
    expect(north).toBeCloseTo(85.0511, 4);
    expect(south).toBeCloseTo(-85.0511, 4);
    const western = regular(-half + half / 256, half / 128, 128);
    expect(gridBbox(gridOf(crsFromId('EPSG:3857'), western, axis)).filter((_, k) => k % 2 === 0)).toEqual([
      -180, 0,
    ]);
  });

  it('measures a full disk by its inside', () => {
    const crs = crsFromProj('+proj=geos +h=35785831 +lon_0=-75 +sweep=x +ellps=GRS80 +units=m', 'disk');
    const axis = regular(-5_500_000, 100_000, 111);
    const [west, south, east, north] = gridBbox(gridOf(crs, axis, axis));
    expect(west).toBeLessThan(-140);
    expect(east).toBeGreaterThan(-10);
    expect(east).toBeLessThan(10);
    expect(Math.min(north, -south)).toBeGreaterThan(70);
  });

  it('might be anywhere when the system is known by name only', () => {
    const grid = gridOf({ id: 'local:lab', kind: 'projected' }, regular(0, 1, 5), regular(0, 1, 5));
    expect(gridBbox(grid)).toEqual([-180, -90, 180, 90]);
  });
});

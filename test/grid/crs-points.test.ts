import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CRS84, crsFromId, crsIdsMeeting, projectPoints } from '../../src/grid/index.js';

interface PointsOf {
  readonly code: number;
  readonly points: readonly {
    readonly lonLat: readonly [number, number];
    readonly xy: readonly [number, number];
    readonly near: readonly [number, number];
    readonly inverse: readonly [number, number];
  }[];
}

/** PROJ's answers, by tools/make-crs-points.py. */
const proj: readonly PointsOf[] = JSON.parse(
  readFileSync(new URL('crs-points.json', import.meta.url), 'utf8'),
);
const METRES_PER_DEGREE = 111_320;
const MILLIMETRE = 0.001;

describe('projected systems', () => {
  it.each(proj)('are those of PROJ to a millimetre, forward and back: EPSG:$code', ({ code, points }) => {
    const crs = crsFromId(`EPSG:${code}`);
    const project = projectPoints(CRS84, crs);
    const unproject = projectPoints(crs, CRS84);
    for (const { lonLat, xy, near, inverse } of points) {
      const [x, y] = project(...lonLat);
      expect(Math.hypot(x - xy[0], y - xy[1])).toBeLessThan(MILLIMETRE);
      const [longitude, latitude] = unproject(...near);
      const turns = Math.round((longitude - inverse[0]) / 360);
      const across = (longitude - inverse[0] - turns * 360) * Math.cos((latitude * Math.PI) / 180);
      expect(Math.hypot(across, latitude - inverse[1]) * METRES_PER_DEGREE).toBeLessThan(MILLIMETRE);
    }
  });

  it('are all held to it', () => {
    const projected = crsIdsMeeting([-180, -90, 180, 90]).filter((id) => crsFromId(id).kind === 'projected');
    expect(proj.map(({ code }) => `EPSG:${code}`).toSorted()).toEqual(projected.toSorted());
  });
});

describe('crsIdsMeeting', () => {
  it('has the zones that a box meets', () => {
    const zones = (box: Parameters<typeof crsIdsMeeting>[0]) =>
      crsIdsMeeting(box).filter((id) => id.startsWith('EPSG:326'));
    expect(zones([7, 45, 11, 47])).toEqual(['EPSG:32632']);
    expect(zones([179, 10, -179, 20])).toEqual(['EPSG:32601', 'EPSG:32660']);
    expect(zones([7, -45, 11, -40])).toEqual([]);
    expect(zones([-180, -90, 180, 90])).toHaveLength(60);
  });

  it('has what is meant for the place and the world', () => {
    const alps = crsIdsMeeting([7, 46, 8, 47]);
    for (const id of ['EPSG:2056', 'EPSG:3035', 'EPSG:3857', 'EPSG:25832', 'EPSG:4258', 'EPSG:4326'])
      expect(alps).toContain(id);
    for (const id of ['EPSG:3031', 'EPSG:3413', 'EPSG:5070', 'EPSG:4269', 'EPSG:27700'])
      expect(alps).not.toContain(id);
  });
});

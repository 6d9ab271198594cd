import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sampleFiles } from '../../tools/sample/sample-stores.js';
import { dailyInsolation, hourAngle, insolation, sunAt } from '../../tools/sample/sun.js';

const data = fileURLToPath(new URL('../../data', import.meta.url));
const files = sampleFiles();

describe('sample maker', () => {
  test('makes the committed files, no more and no fewer', () => {
    const committed = [...new Set([...files.keys()].map((path) => path.split('/')[0]!))].flatMap(listFiles);
    expect(committed.sort()).toEqual([...files.keys()].sort());
  });

  // Deflate's output differs between zlib versions and processors, the cells may not.
  test('reproduces the committed metadata and cells byte for byte', () => {
    for (const [path, bytes] of files) {
      const committed = readFileSync(join(data, path));
      const isSame = Buffer.compare(plain(path, committed), plain(path, bytes)) === 0;
      expect(isSame, path).toBe(true);
    }
  });

  test('makes the same bytes twice', () => {
    for (const [path, bytes] of sampleFiles()) {
      expect(Buffer.compare(bytes, files.get(path)!), path).toBe(0);
    }
  });

  test('stays small enough to commit', () => {
    const sizeBytes = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(sizeBytes).toBeLessThan(3_000_000);
  });
});

// Sources: declination, equation of time and distance of the Astronomical Almanac.
describe('sun', () => {
  test('stands over the tropic at the June solstice of 2026 and over the equator in March', () => {
    expect(degrees(sunAt(Date.UTC(2026, 5, 21, 8, 25)).declination)).toBeCloseTo(23.44, 1);
    expect(degrees(sunAt(Date.UTC(2026, 2, 20, 14, 46)).declination)).toBeCloseTo(0, 1);
  });

  test('is sixteen and a half minutes early in November and fourteen late in February', () => {
    expect(minutes(sunAt(Date.UTC(2026, 10, 3)).equationOfTime)).toBeCloseTo(16.4, 0);
    expect(minutes(sunAt(Date.UTC(2026, 1, 11)).equationOfTime)).toBeCloseTo(-14.2, 0);
  });

  test('is nearest in January and farthest in July', () => {
    expect(sunAt(Date.UTC(2026, 0, 3)).distance).toBeCloseTo(0.9833, 3);
    expect(sunAt(Date.UTC(2026, 6, 6)).distance).toBeCloseTo(1.0167, 3);
  });

  test('shines as much over a day hour by hour as by the closed form', () => {
    const sun = sunAt(Date.UTC(2026, 5, 21));
    for (const latitude of [-89, -50, 0, 30, 75]) {
      const angles = Array.from({ length: 1440 }, (_, i) => (i / 1440) * 2 * Math.PI);
      const mean = angles.reduce((sum, angle) => sum + insolation(sun, latitude, angle), 0) / angles.length;
      expect(mean).toBeCloseTo(dailyInsolation(sun, latitude), 1);
    }
  });

  test('is highest over Greenwich near noon', () => {
    expect(Math.abs(minutes(hourAngle(sunAt(Date.UTC(2026, 3, 15, 12)), 0)))).toBeLessThan(1);
  });
});

function plain(path: string, bytes: Uint8Array): Uint8Array {
  return /\.z[a-z]+$/.test(path) ? bytes : inflateSync(bytes);
}

function listFiles(store: string): string[] {
  const folder = join(data, store);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(data, join(entry.parentPath, entry.name)));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

function minutes(radians: number): number {
  return (radians * 720) / Math.PI;
}

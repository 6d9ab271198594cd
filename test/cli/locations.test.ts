import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { makeFolder, removeFolders, tilecurveDone, tilecurveFails, tilecurveJson } from './command-line.js';

let folder: string;
let where: readonly string[];
const places = (...ids: string[]) => ({
  type: 'FeatureCollection',
  features: ids.map((id) => ({
    type: 'Feature',
    id,
    properties: { name: `Name of ${id}` },
    geometry: { type: 'Point', coordinates: [10, 45] },
  })),
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  folder = await makeFolder();
  const store = join(folder, 'store');
  await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: () => 1 }], {
    store: openStore(store),
    layer: 'world',
  });
  where = ['--store', store, '--layer', 'world'];
});

afterAll(removeFolders);

const listed = async () => {
  const { locations } = await tilecurveJson<{ locations: { id: string }[] }>(['locations', 'ls', ...where]);
  return locations.map(({ id }) => id);
};

describe('locations', () => {
  it('are imported in place of those there were, listed and removed', async () => {
    expect(await listed()).toEqual([]);
    await tilecurveDone(['locations', 'import', await file('a.geojson', places('x', 'y')), ...where]);
    expect(await listed()).toEqual(['x', 'y']);
    await tilecurveDone(['locations', 'import', await file('b.geojson', places('c', 'b', 'a')), ...where]);
    expect(await listed()).toEqual(['c', 'b', 'a']);
    expect((await tilecurveDone(['locations', 'ls', ...where])).stdout).toContain('c  Name of c  Point');
    await tilecurveDone(['locations', 'rm', 'b', ...where]);
    expect(await listed()).toEqual(['c', 'a']);
    expect(await tilecurveFails(['locations', 'rm', 'nope', ...where], 1)).toContain('nope');
    await tilecurveFails(['locations', 'rm', ...where], 2);
    await tilecurveFails(['locations', 'rm', 'a', '--all', ...where], 2);
    expect(await listed()).toEqual(['c', 'a']);
    await tilecurveDone(['locations', 'rm', '--all', ...where]);
    expect(await listed()).toEqual([]);
  });

  it('that are wrong are refused by name, and what was there stays', async () => {
    await tilecurveDone(['locations', 'import', await file('a.geojson', places('x')), ...where]);
    const attempts: readonly [unknown, string][] = [
      ['{', 'bad.geojson'],
      ['', 'bad.geojson'],
      [places('same', 'same'), 'same'],
      [{ type: 'Topology' }, 'Topology'],
      [places('a,b'), 'a,b'],
    ];
    for (const [content, named] of attempts) {
      const path = await file('bad.geojson', content);
      expect(await tilecurveFails(['locations', 'import', path, ...where], 2)).toContain(named);
    }
    expect(await tilecurveFails(['locations', 'import', join(folder, 'none'), ...where], 1)).toContain(
      'none',
    );
    const other = [...where.slice(0, 3), 'elsewhere'];
    expect(await tilecurveFails(['locations', 'ls', ...other], 1)).toContain('elsewhere');
    expect(await listed()).toEqual(['x']);
  });

  it('want a subcommand', async () => {
    await tilecurveFails(['locations', 'nope'], 2);
  });
});

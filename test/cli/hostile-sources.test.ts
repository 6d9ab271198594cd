import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  places,
  removeDirectories,
  type StorePlan,
  writeBytes,
  writeV2,
  writeV3,
} from '../sources/zarr-writer.js';
import { filesBelow, makeFolder, removeFolders, tilecurveFails, tilecurveJson } from './command-line.js';

const FULL = { dims: ['lat', 'lon'], shape: [2, 3], cells: [1, 2, 3, 4, 5, 6] } as const;

interface Hostile {
  readonly name: string;
  readonly make: () => Promise<string>;
  readonly named: RegExp;
  readonly options?: readonly string[];
}

function v2(data: StorePlan[string]): Promise<string> {
  return writeV2({ ...places, data });
}

async function damaged(file: string, text: string): Promise<string> {
  const root = await v2(FULL);
  await writeBytes(root, file, Buffer.from(text));
  return root;
}

const sources: readonly Hostile[] = [
  {
    name: 'a chunk cut short',
    make: async () => {
      const root = await v2(FULL);
      await truncate(join(root, 'data/0.0'), 20);
      return root;
    },
    named: /data/,
  },
  {
    name: 'a chunk that is too long',
    make: () => damaged('data/0.0', 'x'.repeat(4096)),
    named: /data/,
  },
  { name: 'metadata that is no JSON', make: () => damaged('data/.zarray', '{"shape": ['), named: /data/ },
  { name: 'metadata that is a list', make: () => damaged('data/.zarray', '[]'), named: /data/ },
  { name: 'group metadata that is no JSON', make: () => damaged('.zgroup', '\u0000'), named: /\.zgroup/ },
  {
    name: 'metadata that nests without end',
    make: () => damaged('data/.zattrs', '['.repeat(200_000)),
    named: /data/,
  },
  {
    name: 'a scale that is no number',
    make: () => v2({ ...FULL, attributes: { scale_factor: 'NaN' } }),
    named: /scale/,
  },
  {
    name: 'a scale of zero',
    make: () => v2({ ...FULL, attributes: { scale_factor: 0 } }),
    named: /scale/,
  },
  {
    name: 'coordinates with a hole',
    make: () => writeV2({ ...places, lat: { ...places.lat!, cells: [50, Number.NaN] }, data: FULL }),
    named: /lat/,
  },
  {
    name: 'a shape of 1e15 cells on a side',
    make: () => v2({ dims: ['lat', 'lon'], shape: [1e15, 1e15], document: { chunks: [10, 10] } }),
    named: /lat|data/,
  },
  {
    name: 'an axis of 1e15 values',
    make: () =>
      writeV2({
        ...places,
        lat: {
          dims: ['lat'],
          shape: [1e15],
          document: { chunks: [100] },
          attributes: { units: 'degrees_north' },
        },
        data: { dims: ['lat', 'lon'], shape: [1e15, 3], document: { chunks: [10, 3] } },
      }),
    named: /lat/,
  },
  {
    name: 'an axis without a role, of 1e15 values',
    make: () => v2({ dims: ['member', 'lat', 'lon'], shape: [1e15, 2, 3], document: { chunks: [1, 2, 3] } }),
    named: /member|data/,
  },
  {
    name: 'negative sizes',
    make: () => v2({ ...FULL, document: { shape: [-2, 3] } }),
    named: /data/,
  },
  { name: 'chunks of nothing', make: () => v2({ ...FULL, document: { chunks: [0, 3] } }), named: /data/ },
  {
    name: 'a chunk larger than the memory',
    make: () => v2({ ...FULL, document: { chunks: [100_000, 100_000] } }),
    named: /data.*memory|memory.*data|data.*[Cc]hunk/,
    options: ['--memory', '16MiB'],
  },
  {
    name: 'a codec nobody knows, in version 3',
    make: () =>
      writeV3({
        ...places,
        data: {
          ...FULL,
          document: { codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'rot13' }] },
        },
      }),
    named: /rot13/,
  },
];

describe('a hostile source', () => {
  let store: string;

  beforeAll(async () => {
    store = await makeFolder();
  });
  afterAll(async () => {
    await removeFolders();
    await removeDirectories();
  });

  it.each(sources)('is refused in one line: $name', async ({ make, named, options = [] }) => {
    const source = await make();
    const line = await tilecurveFails(['write', source, '--store', store, '--layer', 'new', ...options], 1);
    expect(line).toMatch(named);
    expect(line.length).toBeLessThan(1000);
    expect(await filesBelow(store)).toEqual([]);
  });

  it('is a fair one without its damage', async () => {
    const source = await v2(FULL);
    expect(await tilecurveJson(['write', source, '--store', store, '--layer', 'fair'])).toMatchObject({
      tiles: 1,
    });
  });
});

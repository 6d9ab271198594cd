import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BlobStore, openDirectoryStore } from '../../src/blob/index.js';
import { crc32 } from '../../src/bytes/index.js';
import { claimLayer } from '../../src/catalog/index.js';
import { UnsupportedError } from '../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  eraseCells,
  LayerReader,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
  tagSnapshot,
  updateLayer,
  writeLayer,
} from '../../src/layer/index.js';
import { contentOf, sourceOf } from '../../tools/faults/model/commands/layer-spec.js';
import { makeFolder, removeFolders, tilecurve } from '../cli/command-line.js';

const LAYER = 'hilbert-raw';
const NEXT = 2;

afterAll(removeFolders);

const source = sourceOf(
  contentOf({
    has: ['member', 't', 'z'],
    sizes: { member: 1, t: 1, z: 1, y: 2, x: 2 },
    isGlobal: false,
    calendar: 'standard',
    first: { packing: 'int16', axes: [], method: 'mean' },
    second: null,
    layout: {
      tile: { t: 1, z: 1, y: 2, x: 2 },
      curve: 'hilbert',
      codec: 'raw',
      resolution: null,
      levels: 1,
      segmentBytes: 4096,
    },
    seed: 2,
  }),
);

/** The golden store with the files of a layer that `pick` names changed; the paths of these. */
async function changed(pick: string, change: (bytes: Buffer) => Buffer) {
  const folder = join(await makeFolder(), 'store');
  await cp(join(import.meta.dirname, 'store-v1'), folder, { recursive: true });
  const store = openDirectoryStore(folder);
  const paths: string[] = [];
  for await (const { path } of store.list(`layers/${LAYER}/`)) {
    if (!path.startsWith(`layers/${LAYER}/${pick}`)) continue;
    await writeFile(join(folder, path), change(await readFile(join(folder, path))));
    paths.push(path);
  }
  expect(paths.length).toBeGreaterThan(0);
  return { store, folder, paths };
}

/** One line of JSON and its checksum. */
function laterSealed(bytes: Buffer): Buffer {
  const json = Buffer.from(
    bytes.subarray(0, -10).toString().replace('"formatVersion":1', '"formatVersion":2'),
  );
  return Buffer.concat([json, Buffer.from(`\n${crc32(json).toString(16).padStart(8, '0')}\n`)]);
}

/** A segment whose trailer, header or meta is of a later version, every checksum right. */
const laterSegments: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  trailer: (bytes) => {
    bytes.writeUInt16LE(NEXT, bytes.length - 64 + 52);
    return sealTrailer(bytes);
  },
  header: (bytes) => {
    bytes.writeUInt16LE(NEXT, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    return bytes;
  },
  meta: (bytes) => {
    const tailAt = Number(bytes.readBigUInt64LE(bytes.length - 64));
    const at = bytes.indexOf('"formatVersion":1', tailAt);
    bytes.write(`"formatVersion":${NEXT}`, at);
    bytes.writeUInt32LE(crc32(bytes.subarray(tailAt, -64)), bytes.length - 64 + 20);
    return sealTrailer(bytes);
  },
};

function sealTrailer(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(-64, -8)), bytes.length - 8);
  return bytes;
}

/** Names and bytes of everything in a folder. */
async function fingerprint(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    files.sort().map(async (path) => {
      return `${path} ${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`;
    }),
  );
}

/** Throws unless `work` is refused for the version of one of `paths`, and no file has changed. */
async function requireRefused(
  { folder, paths }: { folder: string; paths: readonly string[] },
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await fingerprint(folder);
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnsupportedError);
  const { fields } = error as UnsupportedError;
  expect(paths).toContain(fields.path);
  expect(fields).toMatchObject({ found: NEXT, expected: 1 });
  expect(await fingerprint(folder)).toEqual(before);
}

const readEverything = async (store: BlobStore) => {
  const reader = await LayerReader.open(store, LAYER);
  try {
    await reader.read(reader.plan({ parameter: 'p' }));
  } finally {
    await reader.close();
  }
};

describe('a later format version is refused by name and nothing changes', () => {
  it('of a manifest, by everything that reads or changes the layer', async () => {
    const later = await changed('manifests/', laterSealed);
    const { store } = later;
    const layer = LAYER;
    for (const work of [
      () => readEverything(store),
      () => writeLayer(store, source, { layer, overwrite: true }),
      () => updateLayer(store, source, { layer }),
      () => eraseCells(store, {}, { layer }),
      () => reindexLayer(store, layer),
      () => compactLayer(store, layer),
      () => copyLayer(store, { layer, to: 'other' }),
      () => rollbackLayer(store, { layer, to: 1 }),
      () => tagSnapshot(store, { layer, name: 'second' }),
    ]) {
      await requireRefused(later, work);
    }
    const before = await fingerprint(later.folder);
    const options = { layer, graceMs: 0, nowMs: Date.now() + 60_000 };
    const [report] = (await collectGarbage(store, options)).layers;
    expect(report).toMatchObject({ files: [], error: expect.stringContaining('unknown format version') });
    expect(await fingerprint(later.folder)).toEqual(before);
  });

  it('of an identity file', async () => {
    const later = await changed('layer.json', (bytes) =>
      Buffer.from(bytes.toString().replace('"formatVersion":1', '"formatVersion":2')),
    );
    await requireRefused(later, () => claimLayer(later.store, LAYER));
    await requireRefused(later, () => writeLayer(later.store, source, { layer: LAYER, overwrite: true }));
  });

  it('of a head, when a layer is rebuilt', async () => {
    const later = await changed('heads/', laterSealed);
    await requireRefused(later, () => rebuildLayer(later.store, LAYER, { isForced: true }));
  });

  it('of a tag', async () => {
    const later = await changed('tags/', laterSealed);
    await requireRefused(later, () => tagSnapshot(later.store, { layer: LAYER, name: 'first' }));
    const before = await fingerprint(later.folder);
    const options = { layer: LAYER, keep: 1, graceMs: 0, nowMs: Date.now() + 60_000 };
    // What a tag of a later version keeps is not known, so nothing is garbage.
    expect((await collectGarbage(later.store, options)).layers[0]?.error).toContain('unknown format version');
    expect(await fingerprint(later.folder)).toEqual(before);
  });

  for (const [part, change] of Object.entries(laterSegments)) {
    it(`of a segment's ${part}`, async () => {
      const later = await changed('tiles/', change);
      await requireRefused(later, () => readEverything(later.store));
      await requireRefused(later, () => reindexLayer(later.store, LAYER));
    });
  }

  it('in one line of the command line', async () => {
    const later = await changed('manifests/', laterSealed);
    const before = await fingerprint(later.folder);
    const at = ['--store', later.folder, '--layer', LAYER];
    for (const args of [
      ['info', ...at],
      ['verify', ...at],
      ['query', ...at, '--parameter', 'p', '--bbox=-20,38,-19,40'],
      ['erase', ...at, '--bbox=-20,38,-19,40'],
      ['reindex', ...at],
    ]) {
      const { code, stderr } = await tilecurve(args);
      expect(code).toBe(1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/unknown format version .*manifests\/.*expected: 1.*found: 2/);
    }
    expect(await fingerprint(later.folder)).toEqual(before);
  });
});

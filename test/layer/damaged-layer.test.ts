import { beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { identityPath, segmentFolder } from '../../src/catalog/index.js';
import { CorruptionError, UnsupportedError } from '../../src/errors/index.js';
import { LayerReader, rebuildLayer, verifyLayer, writeLayer } from '../../src/layer/index.js';
import { arraySource } from './array-source.js';

const KEY = { level: 0, parameter: 'p', col: 0, row: 0, t: 0, z: 0, custom: [] };
const source = arraySource({
  dims: ['y', 'x'],
  shape: [8, 8],
  chunkShape: [8, 8],
  type: 'int16',
  valueAt: (i) => i,
});
let store: BlobStore;

beforeEach(async () => {
  store = createMemoryStore();
  await writeLayer(store, source, { layer: 'a', tileShape: { row: 4, col: 4 } });
});

async function change(path: string, edit: (bytes: Buffer) => Uint8Array): Promise<void> {
  await store.put(path, [edit(Buffer.from(await store.get(path)))]);
}

/** Another digit in the uuid: valid JSON, and a uuid still. */
async function damageIdentity(): Promise<void> {
  await change(identityPath('a'), (bytes) => {
    const at = bytes.indexOf('"uuid":"') + 8;
    bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;
    return bytes;
  });
}

describe('a layer whose identity is damaged', () => {
  // Nobody noticed: verify called such a layer sound.
  it('is not sound, and is mended by a rebuild', async () => {
    await damageIdentity();
    const path = identityPath('a');
    expect((await verifyLayer(store, 'a')).faults).toMatchObject([{ path }]);
    await rebuildLayer(store, 'a', { isForced: true });
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });

  // The service asked for the identity at every look for a newer snapshot, and failed for want of it.
  it('is still read by readers that look for newer snapshots', async () => {
    const reader = await LayerReader.open(store, 'a');
    await change(identityPath('a'), (bytes) => bytes.subarray(0, 9));
    const again = await reader.refresh();
    expect(await again.get(KEY)).toMatchObject({ kind: 'found' });
    await Promise.all([reader.close(), again.close()]);
  });

  it.each<[string, string, typeof CorruptionError | typeof UnsupportedError]>([
    [
      'of another layer',
      '{"formatVersion":1,"layer":"b","uuid":"5f0b0c9e-0000-4000-8000-000000000000"}',
      CorruptionError,
    ],
    ['without a uuid', '{"formatVersion":1,"layer":"a","uuid":"none"}', CorruptionError],
    ['of a later version', '{"formatVersion":2,"layer":"a"}', UnsupportedError],
  ])('is not written to with an identity %s', async (_, text, expected) => {
    await change(identityPath('a'), () => Buffer.from(`${text}\n`));
    await expect(writeLayer(store, source, { layer: 'a', overwrite: true })).rejects.toThrow(expected);
  });

  // Without its newline the text is whole, and so it passed: a file cut at any byte is damaged.
  it('is not written to with an identity that lacks its last byte', async () => {
    await change(identityPath('a'), (bytes) => bytes.subarray(0, -1));
    await expect(writeLayer(store, source, { layer: 'a', overwrite: true })).rejects.toThrow(CorruptionError);
  });
});

describe('the error of a damaged segment', () => {
  async function segmentPath(): Promise<string> {
    for await (const { path } of store.list(segmentFolder('a'))) return path;
    throw new Error('no segment');
  }

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['tail', (bytes) => bytes.fill(0, bytes.length - 80, bytes.length - 70)],
    ['trailer', (bytes) => bytes.fill(0, bytes.length - 8)],
    ['size', (bytes) => bytes.subarray(1)],
  ])('says where in the file the %s is wrong', async (_, edit) => {
    const path = await segmentPath();
    await change(path, edit);
    const reader = await LayerReader.open(store, 'a');
    await expect(reader.get(KEY)).rejects.toMatchObject({
      code: 'CORRUPTION',
      fields: { path, offset: expect.any(Number) },
    });
    await reader.close();
  });
});

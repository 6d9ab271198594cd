import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { commitManifest, listLayers, openManifest } from '../../src/catalog/index.js';
import { ConflictError, UnsupportedError } from '../../src/errors/index.js';
import {
  compactLayer,
  copyLayer,
  diffSnapshots,
  eraseCells,
  LayerReader,
  listSnapshots,
  moveLayer,
  rebuildLayer,
  reindexLayer,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import type { Source } from '../../src/sources/index.js';
import { type ArraySource, arraySource } from './array-source.js';
import {
  beforeFirstCommit,
  contentOf,
  expectContent,
  listAll,
  smallOptions,
  smallPlane,
} from './maintenance-layers.js';

/** Four members, each a run of its own in several segments. */
function members(): ArraySource {
  return arraySource({
    dims: ['member', 'y', 'x'],
    shape: [4, 24, 24],
    chunkShape: [1, 24, 24],
    type: 'float64',
    valueAt: (i) => i,
  });
}

describe('a compaction that another writer overtakes', () => {
  it('is committed for the runs the other left alone', async () => {
    const store = createMemoryStore();
    const source = members();
    await writeLayer(store, source, smallOptions);
    const member = (index: number) => [{ start: index, end: index + 1 }];
    const racing = beforeFirstCommit(store, () =>
      eraseCells(store, { custom: { member: member(2) }, x: [{ start: 0, end: 1 }] }, { layer: 'a' }),
    );
    const report = await compactLayer(racing, 'a');
    expect(report).toMatchObject({ snapshot: 3, runs: 3, skipped: 1 });
    const { runs } = await openManifest(store, { layer: 'a' });
    expect(runs.map(({ segments }) => segments.length === 1)).toEqual([true, true, false, true]);
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
    const values = await contentOf(store, 'a');
    const expected = Array.from({ length: 4 * 576 }, (_, i) => {
      const isErased = Math.floor(i / 576) === 2 && i % 24 === 0;
      return isErased ? null : i;
    });
    expect(values).toEqual(expected);
  });

  it('changes nothing when the other replaced everything', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), smallOptions);
    const racing = beforeFirstCommit(store, () =>
      writeLayer(store, smallPlane(2), { ...smallOptions, overwrite: true }),
    );
    expect(await compactLayer(racing, 'a')).toMatchObject({ snapshot: 2, skipped: 1, segmentsWritten: 0 });
    await expectContent(store, 'a', smallPlane(2));
  });

  it('joins compactions of several processes', async () => {
    const store = createMemoryStore();
    await writeLayer(store, members(), smallOptions);
    await Promise.all([1, 2, 3].map(() => compactLayer(store, 'a')));
    await expectContent(store, 'a', members());
  });
});

describe('other work that another writer overtakes', () => {
  const overwrite = (store: BlobStore) =>
    writeLayer(store, smallPlane(2), { ...smallOptions, overwrite: true });

  it('undoes nothing: a reindexing and a move end with a conflict', async () => {
    for (const work of [
      (store: BlobStore) => reindexLayer(store, 'a', { curve: 'zorder' }),
      (store: BlobStore) => moveLayer(store, { layer: 'a', to: 'b' }),
    ]) {
      const store = createMemoryStore();
      await writeLayer(store, smallPlane(1), smallOptions);
      await expect(work(beforeFirstCommit(store, () => overwrite(store)))).rejects.toThrow(ConflictError);
      await expectContent(store, 'a', smallPlane(2));
      expect(await listLayers(store)).toEqual(['a']);
    }
  });

  it('refuses names that are taken', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), smallOptions);
    await writeLayer(store, smallPlane(2), { ...smallOptions, layer: 'b' });
    for (const work of [copyLayer, moveLayer]) {
      await expect(work(store, { layer: 'a', to: 'b' })).rejects.toThrow(ConflictError);
    }
    await expect(reindexLayer(store, 'a', { to: 'b' })).rejects.toThrow(ConflictError);
    await expectContent(store, 'b', smallPlane(2));
  });
});

describe('after segments were merged over a gap', () => {
  it('keys at both ends and in the gap are found, or known to be holes', async () => {
    const store = createMemoryStore();
    await writeLayer(store, members(), smallOptions);
    // Rows 6 to 17 are the two middle rows of tiles.
    await eraseCells(store, { y: [{ start: 6, end: 18 }] }, { layer: 'a' });
    await compactLayer(store, 'a');
    const reader = await LayerReader.open(store, 'a');
    for (let i = 0; i < 64; i++) {
      const [custom, row, col] = [[Math.floor(i / 16)], Math.floor((i % 16) / 4), i % 4];
      const lookup = await reader.get({ level: 0, parameter: 'p', row, col, t: 0, z: 0, custom });
      expect(lookup.kind).toBe(row === 1 || row === 2 ? 'hole' : 'found');
    }
    await reader.close();
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });
});

describe('names with separators in them', () => {
  it('stay apart through writing, copying, reindexing, compacting and rebuilding', async () => {
    const source = members();
    const [parameter] = source.parameters;
    const ids = ['p', 'p___0__.__z', 'p__0', 'p/0', 'p-0.all', 'é___~', '..'];
    const many: Source = {
      ...source,
      parameters: ids.map((id) => ({ ...parameter!, id })),
      read: async (wanted, window, signal) => {
        const block = await source.read(parameter!, window, signal);
        const offset = ids.indexOf(wanted.id) * 10_000;
        return { ...block, cells: block.cells.map((value) => value + offset) } as typeof block;
      },
    };
    const store = createMemoryStore();
    await writeLayer(store, many, { ...smallOptions, layer: 'a__b.c___0' });
    await copyLayer(store, { layer: 'a__b.c___0', to: 'a__b' });
    await reindexLayer(store, 'a__b', { curve: 'rowmajor', tileShape: { row: 5 } });
    await compactLayer(store, 'a__b');
    for (const path of await listAll(store, 'layers/a__b/manifests/')) await store.delete(path);
    await rebuildLayer(store, 'a__b');
    for (const layer of ['a__b.c___0', 'a__b']) {
      expect((await verifyLayer(store, layer)).faults).toEqual([]);
      const reader = await LayerReader.open(store, layer);
      for (const [i, id] of ids.entries()) {
        const values = await reader.read(reader.plan({ parameter: id }));
        expect(values.findIndex((value, k) => value !== i * 10_000 + k)).toBe(-1);
      }
      await reader.close();
    }
  });
});

describe('a parameter that cannot say "no data"', () => {
  it('is not reindexed into other tiles when some are missing', async () => {
    const store = createMemoryStore();
    const source = arraySource({
      dims: ['y', 'x'],
      shape: [12, 12],
      chunkShape: [12, 12],
      type: 'uint8',
      valueAt: (i) => i,
    });
    await writeLayer(store, source, { ...smallOptions, segmentBytes: 4096 });
    await reindexLayer(store, 'a', { tileShape: { row: 4 } });
    await expectContent(store, 'a', source);
    const { runs, ...manifest } = await openManifest(store, { layer: 'a' });
    const holes = { ...manifest, sequence: 3, runs: [{ ...runs[0]!, segments: [] }] };
    await commitManifest(store, holes);
    await expect(reindexLayer(store, 'a', { tileShape: { row: 6 } })).rejects.toThrow(UnsupportedError);
  });
});

describe('the history of a layer', () => {
  it('says what each snapshot is, and what differs between two', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), smallOptions);
    await eraseCells(store, { x: [{ start: 0, end: 6 }], y: [{ start: 0, end: 7 }] }, { layer: 'a' });
    await reindexLayer(store, 'a', { codec: 'shuffle-deflate' });
    await reindexLayer(store, 'a', { curve: 'rowmajor' });
    const list = await listSnapshots(store, 'a');
    expect(list.map(({ snapshot, operation, isCurrent }) => [snapshot, operation, isCurrent])).toEqual([
      [1, 'write', false],
      [2, 'erase', false],
      [3, 'reindex', false],
      [4, 'reindex', true],
    ]);
    const erased = await diffSnapshots(store, { layer: 'a', from: 1, to: 2 });
    expect(erased).toMatchObject({ layout: [], axes: [], tiles: { added: 0, removed: 1, changed: 1 } });
    expect(erased.tiles!.keys.map(({ change, key: { col, row } }) => [change, col, row])).toEqual([
      ['removed', 0, 0],
      ['changed', 0, 1],
    ]);
    const back = await diffSnapshots(store, { layer: 'a', from: 2, to: 1 }, { maxKeys: 0 });
    expect(back.tiles).toEqual({ added: 1, removed: 0, changed: 1, keys: [] });
    // Other bytes, the same cells; what was a hole has become a tile without data.
    const packed = await diffSnapshots(store, { layer: 'a', from: 2, to: 3 });
    expect(packed).toMatchObject({ layout: ['codec'], tiles: { added: 1, removed: 0, changed: 0 } });
    expect(packed.segments.changed.length + packed.segments.added.length).toBeGreaterThan(0);
    const moved = await diffSnapshots(store, { layer: 'a', from: 3, to: 4 });
    expect(moved.layout).toEqual(['keyIndex']);
    expect(moved.tiles).toBeUndefined();
  });
});

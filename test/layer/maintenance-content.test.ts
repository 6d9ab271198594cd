import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { currentPath, listLayers, manifestFolder, openManifest } from '../../src/catalog/index.js';
import {
  compactLayer,
  copyLayer,
  diffSnapshots,
  moveLayer,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
} from '../../src/layer/index.js';
import { anyLayer, anyTile, contentOf, expectContent, listAll, writeSpec } from './maintenance-layers.js';

const RUNS = { numRuns: 40 };

describe('maintenance of a layer of any shape keeps every value', () => {
  it('reindexed', async () => {
    const anyChange = fc.record({
      curve: fc.option(fc.constantFrom('hilbert', 'zorder', 'rowmajor'), { nil: undefined }),
      tile: fc.option(anyTile(), { nil: undefined }),
      codec: fc.option(fc.constantFrom('raw', 'shuffle-zstd'), { nil: undefined }),
      resolution: fc.constantFrom(undefined, null, 'PT2H'),
      isNew: fc.boolean(),
    } as const);
    await fc.assert(
      fc.asyncProperty(anyLayer, anyChange, async (spec, change) => {
        const store = createMemoryStore();
        const source = await writeSpec(store, spec);
        const [t, z, row, col] = change.tile ?? [];
        const to = change.isNew ? 'b' : undefined;
        const { manifest } = await reindexLayer(store, 'a', {
          segmentBytes: 4096,
          ...(change.curve && { curve: change.curve }),
          ...(change.codec && { codec: change.codec }),
          ...(change.tile && { tileShape: { t: t!, z: z!, row: row!, col: col! } }),
          ...(spec.dims.includes('t') && { temporalResolution: change.resolution }),
          ...(to && { to }),
        });
        expect(manifest.operation).toBe(to ? 'write' : 'reindex');
        expect(manifest.keyIndex.curve.name).toBe(change.curve ?? spec.curve);
        await expectContent(store, to ?? 'a', source);
        await expectContent(store, 'a', source, 1);
      }),
      RUNS,
    );
  });

  it('compacted, with its records as they were', async () => {
    await fc.assert(
      fc.asyncProperty(anyLayer, fc.constantFrom(4096, 8192, 2 ** 16), async (spec, segmentBytes) => {
        const store = createMemoryStore();
        const source = await writeSpec(store, spec);
        const before = await openManifest(store, { layer: 'a' });
        const report = await compactLayer(store, 'a', { segmentBytes });
        await expectContent(store, 'a', source);
        await expectContent(store, 'a', source, 1);
        const after = await openManifest(store, { layer: 'a' });
        expect(after.sequence).toBe(report.segmentsRead === 0 ? 1 : 2);
        expect(after.statistics).toEqual(before.statistics);
        const diff = await diffSnapshots(store, { layer: 'a', from: 1, to: after.sequence });
        expect(diff.tiles).toEqual({ added: 0, removed: 0, changed: 0, keys: [] });
      }),
      RUNS,
    );
  });

  it('copied, moved and rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(anyLayer, async (spec) => {
        const store = createMemoryStore();
        const first = await writeSpec(store, spec);
        const second = await writeSpec(store, spec, { salt: 7, overwrite: true });
        await copyLayer(store, { layer: 'a', to: 'old' }, { sequence: 1 });
        await expectContent(store, 'old', first);
        await moveLayer(store, { layer: 'old', to: 'older' });
        await expectContent(store, 'older', first);
        await rollbackLayer(store, { layer: 'a', to: 1 });
        await expectContent(store, 'a', first);
        await expectContent(store, 'a', second, 2);
        expect(await listLayers(store)).toEqual(['a', 'older']);
      }),
      RUNS,
    );
  });

  it('rebuilt from its segments', async () => {
    await fc.assert(
      fc.asyncProperty(anyLayer, fc.boolean(), async (spec, isCompacted) => {
        const store = createMemoryStore();
        await writeSpec(store, spec, { salt: 7 });
        const source = await writeSpec(store, spec, { overwrite: true });
        if (isCompacted) await compactLayer(store, 'a', { segmentBytes: 2 ** 16 });
        const before = await openManifest(store, { layer: 'a' });
        for (const path of await listAll(store, manifestFolder('a'))) await store.delete(path);
        await store.delete('layers/a/layer.json');
        if (isCompacted) await store.delete(currentPath('a'));
        const report = await rebuildLayer(store, 'a');
        expect(report).toMatchObject({ rebuilt: before.sequence, snapshot: before.sequence + 1, lost: [] });
        await expectContent(store, 'a', source);
        const after = await openManifest(store, { layer: 'a' });
        expect({
          ...after,
          sequence: 0,
          createdAt: '',
          commitId: '',
          operation: 'write',
          statistics: {},
        }).toEqual({
          ...before,
          sequence: 0,
          createdAt: '',
          commitId: '',
          operation: 'write',
          statistics: {},
        });
      }),
      RUNS,
    );
  });

  it('through any sequence of operations', async () => {
    const anySteps = fc.array(
      fc.constantFrom('reindex', 'compact', 'split', 'copy', 'move', 'rebuild', 'rollback'),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(anyLayer, anySteps, async (spec, steps) => {
        const store = createMemoryStore();
        const source = await writeSpec(store, spec);
        let layer = 'a';
        for (const [i, step] of steps.entries()) {
          const to = `${step}-${i}`;
          if (step === 'reindex') await reindexLayer(store, layer, { curve: 'zorder', segmentBytes: 4096 });
          if (step === 'compact') await compactLayer(store, layer);
          if (step === 'split') await compactLayer(store, layer, { segmentBytes: 4096 });
          if (step === 'rebuild') await rebuildLayer(store, layer, { isForced: true });
          if (step === 'rollback') {
            const { sequence } = await openManifest(store, { layer });
            await rollbackLayer(store, { layer, to: sequence });
          }
          if (step === 'copy') await copyLayer(store, { layer, to });
          if (step === 'move') await moveLayer(store, { layer, to });
          if (step === 'copy' || step === 'move') layer = to;
        }
        await expectContent(store, layer, source);
        expect((await contentOf(store, layer)).length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

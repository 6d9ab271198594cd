import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeFolder,
  removeFolders,
  tilecurve,
  tilecurveDone,
  tilecurveFails,
  tilecurveJson,
} from '../cli/command-line.js';

const SAMPLE = resolve(import.meta.dirname, '../../data/surface.zarr');
const QUERY = ['--parameter', 'air_temperature', '--bbox', '-180,-90,180,90'];

let store: string;

const at = (layer: string) => ['--store', store, '--layer', layer];
const valuesOf = async (layer: string, ...more: string[]) =>
  (await tilecurveJson<{ values: unknown[] }>(['query', ...at(layer), ...QUERY, ...more])).values;

beforeAll(async () => {
  store = await makeFolder();
  await tilecurveDone(['write', SAMPLE, ...at('a'), '--segment-bytes', '64KiB']);
});
afterAll(removeFolders);

describe('the maintenance commands', () => {
  it('keep every value through copy, reindex, compact, rollback, gc, rebuild and move', async () => {
    const before = await valuesOf('a');
    expect(await tilecurveJson(['copy', ...at('a'), '--to', 'b'])).toMatchObject({ layer: 'a', to: 'b' });
    await tilecurveJson(['tag', 'first', ...at('b')]);
    const reindexed = ['reindex', ...at('b'), '--curve', 'zorder', '--tile-shape', 'row=16,col=16'];
    expect(await tilecurveJson(reindexed)).toMatchObject({ layer: 'b', snapshot: 2, curve: 'zorder' });
    expect(await valuesOf('b')).toEqual(before);
    expect(await tilecurveJson(['compact', ...at('b'), '--segment-bytes', '1MiB'])).toMatchObject({
      layer: 'b',
      skipped: 0,
    });
    const diff = await tilecurveJson<{ layout: string[] }>(['diff', 'first', '2', ...at('b')]);
    expect(diff.layout).toContain('keyIndex');
    await tilecurveJson(['rollback', '--to', 'first', ...at('b')]);
    const { snapshots } = await tilecurveJson<{ snapshots: { operation: string; tags: string[] }[] }>([
      'snapshots',
      ...at('b'),
    ]);
    expect(snapshots[0]).toMatchObject({ operation: 'copy', tags: ['first'] });
    expect(snapshots.at(-1)).toMatchObject({ operation: 'rollback', isCurrent: true });
    expect(await tilecurveJson(['gc', '--store', store, '--keep', '1', '--grace', '0s'])).toMatchObject({
      isDryRun: false,
    });
    expect(await valuesOf('b', '--snapshot', 'first')).toEqual(before);
    await rm(join(store, 'layers/b/manifests'), { recursive: true });
    expect(await tilecurve(['gc', '--store', store])).toMatchObject({ code: 1 });
    expect(await tilecurveJson(['rebuild', ...at('b')])).toMatchObject({ layer: 'b', lost: [] });
    await tilecurveJson(['move', ...at('b'), '--to', 'c']);
    expect(await valuesOf('c')).toEqual(before);
    expect(await tilecurveJson(['verify', ...at('c')])).toMatchObject({ faults: [], unlisted: [] });
    const { layers } = await tilecurveJson<{ layers: unknown[] }>(['ls', '--store', store]);
    expect(layers).toEqual([{ layer: 'a', snapshot: 1 }, expect.objectContaining({ layer: 'c' })]);
  });

  it.each([
    ['copy', 1, ['--to', 'a'], /exists/],
    ['copy', 2, [], /--to/],
    ['copy', 2, ['--to', 'Bad Name'], /Bad Name/],
    ['move', 1, ['--to', 'x', '--layer', 'nope'], /nope/],
    ['reindex', 2, ['--curve', 'moore'], /moore/],
    ['reindex', 2, ['--snapshot', '1'], /--to/],
    ['reindex', 2, ['--temporal-resolution', 'often'], /often/],
    ['compact', 2, ['--segment-bytes', '1'], /4 KiB/],
    ['gc', 2, ['--keep', '0'], /0/],
    ['gc', 2, ['--grace', 'soon'], /soon/],
    ['gc', 1, ['--layer', 'nope'], /nope/],
    ['rebuild', 1, [], /intact/],
    ['rollback', 1, ['--to', '7'], /7/],
    ['rollback', 1, ['--to', 'nope'], /nope/],
    ['rollback', 2, [], /--to/],
    ['info', 1, ['--snapshot', 'nope'], /nope/],
  ] as const)('%s fails in one line with code %d when given %j', async (command, code, more, text) => {
    expect(await tilecurveFails([command, ...at('a'), ...more], code)).toMatch(text);
  });
});

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDirectoryStore } from '../../src/blob/index.js';
import { collectGarbage } from '../../src/layer/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tilecurve-empty-'));
});
afterAll(() => rm(folder, { recursive: true }));

// A power cut after a deletion may keep the removal of the files and lose that of their folders; every collection
// of garbage then said that the layer had lost its manifests.
it('collects garbage beside the empty folders of a deleted layer', async () => {
  for (const name of ['heads', 'tags']) await mkdir(join(folder, 'layers/gone', name), { recursive: true });
  const { layers } = await collectGarbage(openDirectoryStore(folder), { graceMs: 0 });
  expect(layers).toMatchObject([{ layer: 'gone', files: [] }]);
  expect(layers[0]!.error).toBeUndefined();
});

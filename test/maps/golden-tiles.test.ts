import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawGoldenTiles, goldenFolder, goldenTiles } from '../../tools/make-golden-tiles.js';
import { readPng } from '../render/read-png.js';

it('tiles look as they did when somebody looked at them', async () => {
  const drawn = await drawGoldenTiles();
  for (const { name } of goldenTiles) {
    const golden = readPng(readFileSync(join(goldenFolder, `${name}.png`)));
    const found = readPng(drawn.get(name)!);
    let differing = 0;
    for (let k = 0; k < golden.rgba.length; k++) if (golden.rgba[k] !== found.rgba[k]) differing++;
    // Sines may differ in the last bit between versions of Node.
    expect([name, golden.width, golden.height, differing <= 16]).toEqual([
      name,
      found.width,
      found.height,
      true,
    ]);
  }
});

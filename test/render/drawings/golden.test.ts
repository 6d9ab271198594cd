import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { encodePicture, rgbaPixels } from '../../../src/render/index.js';
import { readPng } from '../read-png.js';
import { goldenPath, goldenPictures } from './golden-pictures.js';

it.each([...goldenPictures.keys()])('%s look as they did', async (name) => {
  const picture = goldenPictures.get(name)!();
  const golden = readPng(await readFile(goldenPath(name)));
  const drawn = rgbaPixels(picture);
  expect([golden.width, golden.height]).toEqual([picture.width, picture.height]);
  // Sines differ in their last digits from one machine to another.
  const farthest = drawn.reduce((most, byte, at) => Math.max(most, Math.abs(byte - golden.rgba[at]!)), 0);
  expect(farthest).toBeLessThanOrEqual(2);
  expect(Buffer.compare(readPng(await encodePicture(picture, 'png')).rgba, drawn)).toBe(0);
});

/** Writes the pictures of test/render/golden: `npx tsx tools/make-golden-pictures.ts`. Look at them before they go in. */
import { mkdir, writeFile } from 'node:fs/promises';
import { encodePicture } from '../src/render/index.js';
import { goldenPath, goldenPictures } from '../test/render/drawings/golden-pictures.js';

for (const [name, draw] of goldenPictures) {
  const path = goldenPath(name);
  await mkdir(new URL('.', path), { recursive: true });
  await writeFile(path, await encodePicture(draw(), 'png'));
}

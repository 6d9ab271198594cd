import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleFiles } from './sample/sample-stores.js';

/** Writes the sample stores: `npx tsx tools/make-sample.ts [--out data]`. */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'data' } } });

const files = sampleFiles();
for (const store of new Set([...files.keys()].map((path) => path.split('/')[0]!))) {
  rmSync(join(values.out, store), { recursive: true, force: true });
}
let sizeBytes = 0;
for (const [path, bytes] of files) {
  const target = join(values.out, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  sizeBytes += bytes.length;
}
console.error(`${files.size} files, ${sizeBytes} bytes in ${values.out}`);

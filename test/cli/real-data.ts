import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';

const root = resolve(import.meta.dirname, '../../../shared/data');
const isPresent = existsSync(join(root, 'zarr'));

/** A suite over the real data: skipped where that is absent, but never in CI. */
export function describeRealData(name: string, suite: () => void): void {
  if (!isPresent && process.env.CI === 'true') {
    describe(name, () => {
      throw new Error(`the real data is not at ${root}, and in CI it must be`);
    });
  } else if (isPresent) describe(name, suite);
  else describe.skip(`${name} (skipped: no ../shared/data)`, suite);
}

/** Path of one file or store of the real data. */
export function realPath(path: string): string {
  return join(root, path);
}

/** Paths of all Zarr stores, below the root of the data; none where it is absent. */
export function realStores(): string[] {
  if (!isPresent) return [];
  return ['zarr', 'zarr3'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.zarr'))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
}

/** A file of independently computed answers. */
export function readExpected<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, 'expected', name), 'utf8')) as T;
}

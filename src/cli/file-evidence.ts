import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** More files than this are taken by their names alone. */
const MAX_STATS = 2000;
const METADATA = /^(\.zmetadata|\.zarray|\.zattrs|\.zgroup|zarr\.json)$/;

/**
 * Text that differs once files at `location` were written anew: sizes and times of the file or of what lies in the
 * folder, and of the metadata one folder deeper. No data are read; a chunk replaced within its file goes unseen.
 */
export async function fileEvidence(location: string, signal?: AbortSignal): Promise<string> {
  const found = await stat(location);
  if (!found.isDirectory()) return describe('', found);
  const lines: string[] = [];
  for (const name of (await readdir(location)).sort()) {
    signal?.throwIfAborted();
    if (lines.length > MAX_STATS) {
      lines.push(name);
      continue;
    }
    const path = join(location, name);
    const entry = await stat(path);
    lines.push(describe(name, entry));
    if (entry.isDirectory()) lines.push(...(await describeMetadata(path)));
  }
  return lines.join('\n');
}

async function describeMetadata(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(folder)).filter((each) => METADATA.test(each)).sort()) {
    lines.push(describe(name, await stat(join(folder, name))));
  }
  return lines;
}

function describe(name: string, { size, mtimeMs }: Stats): string {
  return `${name} ${size} ${mtimeMs}`;
}

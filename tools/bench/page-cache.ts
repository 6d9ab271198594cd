import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** File names a command line takes at once. */
const BATCH = 500;

/** Makes what is below `folder` durable, without which no page of it can be dropped. */
export async function syncFiles(folder: string): Promise<void> {
  await forFiles(folder, (paths) => run('sync', [...paths]));
}

/** Drops the files below `folder` from the page cache (Linux, no rights needed); a hint the kernel may ignore. */
export async function dropFiles(folder: string): Promise<void> {
  const drop = 'for f in "$@"; do dd if="$f" iflag=nocache count=0 status=none; done';
  await forFiles(folder, (paths) => run('sh', ['-c', drop, 'sh', ...paths]));
}

/** Bytes of the files below `folder` that are in the page cache. */
export async function cachedBytes(folder: string): Promise<number> {
  let bytes = 0;
  await forFiles(folder, async (paths) => {
    const { stdout } = await run('fincore', ['--bytes', '--noheadings', '--output', 'RES', ...paths]);
    for (const line of stdout.split('\n')) bytes += Number(line);
  });
  return bytes;
}

async function forFiles(folder: string, work: (paths: readonly string[]) => Promise<unknown>): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (let at = 0; at < paths.length; at += BATCH) await work(paths.slice(at, at + BATCH));
}

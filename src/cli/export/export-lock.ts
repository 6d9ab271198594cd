import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConflictError } from '../../errors/index.js';

/** `lock.{process}.{random}`: the name says all, so that no lock is ever half written, or taken for another one. */
const lockName = /^lock\.(\d+)\.[0-9a-f]+$/;
/** Two that begin in the same moment see each other and both step back; the waits that follow differ. */
const attempts = 5;
const maxWaitMs = 100;

/** Whether a file of a folder is a lock. */
export function isLock(name: string): boolean {
  return lockName.test(name);
}

/**
 * Makes a folder and takes it for this process; the lock's path. Who wants it first says so with a file of its own, then
 * looks for others: of two, the one that looks last sees the other, so that never both have it. Files of processes that
 * are gone, or that had the number this one has now, mean nothing and are taken away.
 *
 * Throws: ConflictError while another process has it.
 */
export async function lockFolder(folder: string): Promise<string> {
  const name = `lock.${process.pid}.${randomBytes(8).toString('hex')}`;
  const lock = join(folder, name);
  for (let attempt = 1; ; attempt++) {
    const holder = (await place(folder, lock)) ? await findHolder(folder, name) : 'unknown';
    if (holder === undefined) return lock;
    await rm(lock, { force: true });
    if (attempt === attempts)
      throw new ConflictError('another process exports there', { process: holder, folder });
    await wait(Math.random() * maxWaitMs);
  }
}

/** False when whoever had the folder took it away meanwhile. */
async function place(folder: string, lock: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(lock, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}

/** The process of another lock. */
async function findHolder(folder: string, own: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const [, holder] = lockName.exec(name) ?? [];
    if (holder === undefined || name === own) continue;
    if (Number(holder) !== process.pid && isRunning(Number(holder))) return holder;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

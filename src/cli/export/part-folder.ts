import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError } from '../../errors/index.js';
import type { StoredTile } from '../../pmtiles/index.js';
import { isLock, lockFolder } from './export-lock.js';
import { TileJournal } from './tile-journal.js';

const names = { request: 'export.json', journal: 'journal', tiles: 'tiles' } as const;
/** Codes of the removal of a folder that another process has begun to use, or has removed. */
const left = ['ENOTEMPTY', 'EEXIST', 'ENOENT'];

/**
 * A folder `{target}.part` where an export collects its tiles, with a journal of those that are done: an export of the
 * same that was stopped or killed goes on there. Nothing in it is durable before the export ends, so that after a restart of
 * the machine an export begins anew.
 */
export class PartFolder {
  readonly path: string;
  /** Where tiles are collected, a file or a folder; not there in a new one. */
  readonly tiles: string;
  readonly #lock: string;
  #journal: TileJournal;
  #stored: readonly StoredTile[];
  #hasNew = false;

  private constructor(
    { path, lock }: { readonly path: string; readonly lock: string },
    { journal, stored }: Awaited<ReturnType<typeof TileJournal.open>>,
  ) {
    this.path = path;
    this.#lock = lock;
    this.tiles = join(path, names.tiles);
    this.#journal = journal;
    this.#stored = stored;
  }

  /**
   * The folder of a target, with what an earlier export of the same request left there, unless it shall begin anew.
   *
   * Throws: ConflictError while another process exports there, or when the folder is somebody else's.
   */
  static async open(
    target: string,
    { request, isAnew }: { readonly request: string; readonly isAnew: boolean },
  ): Promise<PartFolder> {
    const path = `${target}.part`;
    const lock = await lockFolder(path);
    try {
      await checkOwn(path);
      const asked = JSON.stringify({ request, boot: await bootId() });
      const found = await readFile(join(path, names.request), 'utf8').catch(() => undefined);
      if (isAnew || found !== asked) {
        await clear(path);
        await writeFile(join(path, names.request), asked);
      }
      return new PartFolder({ path, lock }, await TileJournal.open(join(path, names.journal)));
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    }
  }

  /** Tiles that an earlier export has stored, in their order; without bytes those that have no value. */
  get stored(): readonly StoredTile[] {
    return this.#stored;
  }

  /** Whether all that is in it is of an earlier export. */
  get isAsFound(): boolean {
    return this.#stored.length > 0 && !this.#hasNew;
  }

  /** Notes that a tile is stored, or has no value. */
  note(stored: StoredTile): Promise<void> {
    this.#hasNew = true;
    return this.#journal.note(stored);
  }

  /** Forgets what is stored, which turned out to be damaged. */
  async renew(): Promise<void> {
    await this.#journal.drop();
    await rm(join(this.path, names.journal), { force: true });
    await rm(this.tiles, { recursive: true, force: true });
    ({ journal: this.#journal, stored: this.#stored } = await TileJournal.open(
      join(this.path, names.journal),
    ));
  }

  /** Leaves everything for an export that goes on. */
  async keep(): Promise<void> {
    try {
      await this.#journal.close();
    } finally {
      await rm(this.#lock, { force: true });
    }
  }

  /** Takes everything away. */
  async remove(): Promise<void> {
    await this.#journal.drop();
    await clear(this.path);
    await rm(this.#lock, { force: true });
    try {
      await rmdir(this.path);
    } catch (error) {
      // Whoever waited for the lock is there already, or has taken the folder away.
      if (!left.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

async function checkOwn(path: string): Promise<void> {
  const own: readonly string[] = Object.values(names);
  const strange = (await readdir(path)).find((name) => !own.includes(name) && !isLock(name));
  if (strange === undefined) return;
  throw new ConflictError('the folder for an unfinished export has other files in it; remove it', {
    folder: path,
    found: strange,
  });
}

async function clear(path: string): Promise<void> {
  for (const name of [names.journal, names.request, names.tiles]) {
    await rm(join(path, name), { recursive: true, force: true });
  }
}

/** Tells starts of the machine apart; where it does not say, so does every export. */
async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  return text?.trim() ?? `unknown at ${Date.now()}`;
}

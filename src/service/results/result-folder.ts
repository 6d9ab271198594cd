import { createHmac, randomBytes } from 'node:crypto';
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '../../errors/index.js';
import { ifThere } from './if-there.js';
import { isMakerAlive, ResultClaim, resultFiles, writeHead } from './result-claim.js';
import { parseHead, type ResultData, type ResultFailure, type ResultState } from './result-state.js';

const KEY_BYTES = 32;
const NAME_DIGITS = 32;
const namePattern = new RegExp(`^[0-9a-f]{${NAME_DIGITS}}$`);

/** A result's place in its folder. */
export interface ResultPlace {
  readonly name: string;
  readonly path: string;
}

/**
 * Results as folders of one directory, each called by its result's name: `claim.json` says who makes it, `data` and
 * `head.json` are there when it is complete. A folder appears, and goes, by one rename, so that any number of processes
 * agree on what there is without a word between them.
 */
export class ResultFolder {
  readonly #directory: string;
  readonly #key: Buffer;

  private constructor(directory: string, key: Buffer) {
    this.#directory = directory;
    this.#key = key;
  }

  /** Throws: UnavailableError when the directory cannot be made or written to. */
  static async open(directory: string): Promise<ResultFolder> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return new ResultFolder(directory, await readKey(join(directory, 'key')));
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new UnavailableError('results cannot be kept there', { directory, cause });
    }
  }

  /** The name of what `parts` decide: the same in every process, and not to be guessed from outside. */
  nameOf(parts: readonly string[]): string {
    const digest = createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('hex');
    return digest.slice(0, NAME_DIGITS);
  }

  /** Its place; undefined for a text that is no name. */
  placeOf(name: string): ResultPlace | undefined {
    return namePattern.test(name) ? { name, path: join(this.#directory, name) } : undefined;
  }

  get directory(): string {
    return this.#directory;
  }

  /** What there is; a job whose process has died has failed with `interrupted`. */
  async state({ path }: ResultPlace, interrupted: () => ResultFailure): Promise<ResultState> {
    const text = await ifThere(readFile(join(path, resultFiles.head), 'utf8'));
    const head = text === undefined ? undefined : parseHead(text);
    if (head !== undefined) return head.expiresMs > Date.now() ? { kind: 'done', head } : { kind: 'missing' };
    const claim = await ifThere(stat(join(path, resultFiles.claim)));
    if (claim === undefined) return { kind: 'missing' };
    if (await isMakerAlive(path, claim.mtimeMs)) return { kind: 'pending', startedMs: claim.birthtimeMs };
    const failure = interrupted();
    await ifThere(writeHead(path, failure, randomBytes(16).toString('hex')));
    await removeParts(path);
    return { kind: 'done', head: failure };
  }

  /** The right to make a result; undefined when somebody has it, or has made it. */
  async claim({ name, path }: ResultPlace): Promise<ResultClaim | undefined> {
    const draft = join(this.#directory, `new-${randomBytes(8).toString('hex')}`);
    await mkdir(draft, { mode: 0o700 });
    try {
      const claim = await ResultClaim.write(name, { draft, folder: path });
      // A folder that holds something is never replaced.
      await rename(draft, path);
      return claim;
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return undefined;
      throw error;
    }
  }

  /** Takes a result away, with the right of whoever makes it; false when there is none. */
  async remove({ path }: ResultPlace): Promise<boolean> {
    const gone = join(this.#directory, `gone-${randomBytes(8).toString('hex')}`);
    const moved = await ifThere(rename(path, gone).then(() => true));
    if (moved === undefined) return false;
    await rm(gone, { recursive: true, force: true });
    return true;
  }

  /** The bytes of a result, which stay readable when it is removed; undefined when they are not all there. */
  async openData({ path }: ResultPlace, { bytes }: ResultData): Promise<FileHandle | undefined> {
    const file = await ifThere(open(join(path, resultFiles.data), 'r'));
    if (file === undefined || (await file.stat()).size === bytes) return file;
    await file.close();
    return undefined;
  }
}

/** What a process that has died had written. */
async function removeParts(path: string): Promise<void> {
  for (const file of (await ifThere(readdir(path))) ?? []) {
    if (file.endsWith('.part')) await rm(join(path, file), { force: true });
  }
}

/** The secret that names are made with; whoever comes first makes it. */
async function readKey(path: string): Promise<Buffer> {
  const draft = `${path}-${randomBytes(8).toString('hex')}`;
  await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const key = await readFile(path);
  if (key.length === KEY_BYTES) return key;
  // Without a secret names could be guessed.
  throw new Error('the file `key` is damaged; remove it');
}

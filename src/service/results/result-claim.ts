import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ifThere } from './if-there.js';
import type { ResultHead } from './result-state.js';

/** A process that is well says every second that it is. */
const SILENT_MS = 15_000;

/** Who makes a result. */
interface Maker {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
}

const claimFile = 'claim.json';
const headFile = 'head.json';
const dataFile = 'data';

/** Files of a result in its folder. */
export const resultFiles = { claim: claimFile, head: headFile, data: dataFile } as const;

/**
 * The right of one job to a result's folder. Whoever moves the folder away takes the right away; all that the job does
 * then fails, even when the folder is another job's by that time, since its own files have names of their own.
 */
export class ResultClaim {
  readonly name: string;
  readonly #folder: string;
  readonly #token: string;

  private constructor(name: string, folder: string, token: string) {
    this.name = name;
    this.#folder = folder;
    this.#token = token;
  }

  /** Writes the claim into a new folder, which becomes `folder` when it is renamed. */
  static async write(
    name: string,
    { draft, folder }: { draft: string; folder: string },
  ): Promise<ResultClaim> {
    const token = randomBytes(16).toString('hex');
    const maker: Maker = { token, host: hostname(), pid: process.pid };
    await writeFile(join(draft, claimFile), JSON.stringify(maker));
    return new ResultClaim(name, folder, token);
  }

  /** False when the result was cancelled, or is another's. */
  async isHeld(): Promise<boolean> {
    return (await readMaker(this.#folder))?.token === this.#token;
  }

  /** Says that the job goes on. */
  async beat(): Promise<void> {
    const now = new Date();
    await ifThere(utimes(join(this.#folder, claimFile), now, now));
  }

  /** The file that the answer is written to. */
  openPart(): Promise<FileHandle> {
    return open(this.#own('part'), 'wx', 0o600);
  }

  /** Makes what was written the result; false when the right to it is gone. */
  async publish(head: ResultHead): Promise<boolean> {
    const done = async () => {
      if (head.kind === 'data') await rename(this.#own('part'), join(this.#folder, dataFile));
      else await rm(this.#own('part'), { force: true });
      await writeHead(this.#folder, head, this.#token);
      return true;
    };
    return (await this.isHeld()) && ((await ifThere(done())) ?? false);
  }

  #own(kind: string): string {
    return join(this.#folder, `${this.#token}.${kind}`);
  }
}

/** Puts a head into a folder, as a whole. Throws: ENOENT when the folder is not there. */
export async function writeHead(folder: string, head: ResultHead, token: string): Promise<void> {
  const draft = join(folder, `${token}.head`);
  await writeFile(draft, JSON.stringify(head), { mode: 0o600 });
  await rename(draft, join(folder, headFile));
}

/** Whether the process that claimed a folder still works on it, by its last sign at `signMs`. */
export async function isMakerAlive(folder: string, signMs: number): Promise<boolean> {
  if (Date.now() - signMs > SILENT_MS) return false;
  const maker = await readMaker(folder);
  return maker !== undefined && (maker.host !== hostname() || isProcess(maker.pid));
}

async function readMaker(folder: string): Promise<Maker | undefined> {
  const text = await ifThere(readFile(join(folder, claimFile), 'utf8'));
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Maker);
  } catch {
    // A power cut may have left half of it: nobody's.
    return undefined;
  }
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

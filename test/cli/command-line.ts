import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js');
const LIMIT_MS = 50_000;
const USAGE_HINT = '(tilecurve <command> --help shows the options)';

/** How a command ended and what it printed. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way; `ended` never rejects. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/** What a command may be given beside its arguments. */
export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** A file descriptor for its results. */
  readonly stdout?: 'pipe' | number;
}

/** Starts the built command line; it is killed when it takes absurdly long. */
export function startTilecurve(
  args: readonly string[],
  { environment = {}, stdout = 'pipe' }: StartOptions = {},
): RunningCommand {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build first`);
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, ...environment },
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const ended = new Promise<Outcome>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, ...texts });
    });
  });
  return { child, ended };
}

/** Runs the built command line to its end. */
export function tilecurve(args: readonly string[], options?: StartOptions): Promise<Outcome> {
  return startTilecurve(args, options).ended;
}

/** Runs a command that must succeed with `--json`: one document on stdout, nothing on stderr. */
export async function tilecurveJson<T = Record<string, unknown>>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await tilecurve([...args, '--json']);
  expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
  expect(stdout.endsWith('\n') && stdout.indexOf('\n') === stdout.length - 1, 'one line').toBe(true);
  return JSON.parse(stdout) as T;
}

/** Runs a command that must succeed. */
export async function tilecurveDone(args: readonly string[]): Promise<Outcome> {
  const outcome = await tilecurve(args);
  expect({ code: outcome.code, stderr: outcome.stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
  return outcome;
}

/** Runs a command that must fail in one line on stderr, with nothing on stdout; answers that line. */
export async function tilecurveFails(args: readonly string[], code: 1 | 2): Promise<string> {
  const outcome = await tilecurve(args);
  return failureLine(outcome, code);
}

/** The one line a failed command printed; a usage error may add where its options are listed. */
export function failureLine(outcome: Outcome, code: 1 | 2): string {
  const lines = outcome.stderr.trimEnd().split('\n');
  if (code === 2 && lines.at(-1) === USAGE_HINT) lines.pop();
  expect({ code: outcome.code, stdout: outcome.stdout, lines: lines.length }, outcome.stderr).toEqual({
    code,
    stdout: '',
    lines: 1,
  });
  expect(lines[0]).toMatch(/^tilecurve: \S/);
  expect(lines[0]).not.toMatch(/ {4}at |file:\/\/|\[object |undefined/);
  return lines[0]!;
}

const folders: string[] = [];

/** A new temporary folder that `removeFolders` takes away again. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tilecurve-cli-'));
  folders.push(folder);
  return folder;
}

/** Removes what `makeFolder` made. */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** Paths of all files below a folder, sorted; none when it is missing. */
export async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../../dist/cli/main.js');
// Listening for SIGINT is the first thing the command line does once all of it is loaded. There the process says
// so, and waits for its arguments: most of the life of a short command is loading, which changes nothing on disk.
const WAIT_FOR_ARGUMENTS = `
import { readSync, writeSync } from 'node:fs';
function readAll(texts = []) {
  const bytes = Buffer.alloc(65536);
  for (;;) {
    try {
      const length = readSync(0, bytes);
      if (length === 0) return texts.join('');
      texts.push(bytes.toString('utf8', 0, length));
    } catch (error) {
      // Nothing there yet, of a pipe that does not wait.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
process.on('newListener', function wait(name) {
  if (name !== 'SIGINT') return;
  process.off('newListener', wait);
  writeSync(3, '.');
  process.argv.push(...JSON.parse(readAll()));
});`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(WAIT_FOR_ARGUMENTS)}`;

/** How a command ended, and how long after it was given its arguments. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** A command under way. */
export interface RunningCommand {
  readonly ended: Promise<CommandEnd>;
  kill(): void;
}

interface StandbyCommand {
  readonly child: ChildProcess;
  readonly isLoaded: Promise<unknown>;
}

/** Processes of the built command line, each loaded before it is needed, so that a kill hits its work. */
export class StandbyCommands {
  #next = startLoading();

  /** Starts a command; resolves once it runs. */
  async start(args: readonly string[]): Promise<RunningCommand> {
    const { child, isLoaded } = this.#next;
    await isLoaded;
    this.#next = startLoading();
    const ended = endOf(child, performance.now());
    // A command that has ended already says by its end what was wrong.
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(JSON.stringify(args));
    return { ended, kill: () => child.kill('SIGKILL') };
  }

  /** Ends the process that waits. */
  close(): void {
    this.#next.isLoaded.catch(() => undefined);
    this.#next.child.kill('SIGKILL');
  }
}

function startLoading(): StandbyCommand {
  const child = spawn(process.execPath, ['--import', PRELOAD, MAIN], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const isLoaded = new Promise((done, fail) => {
    child.stdio[3]!.once('data', done);
    child.once('exit', (code) =>
      fail(new Error(`${MAIN} ended with ${code} as it was loaded: is it built?`)),
    );
  });
  return { child, isLoaded };
}

function endOf(child: ChildProcess, startedMs: number): Promise<CommandEnd> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    // Not 'exit': what it printed may come after that.
    child.on('close', (code, signal) => {
      done({ code, signal, ...texts, elapsedMs: performance.now() - startedMs });
    });
  });
}

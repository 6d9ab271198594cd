import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks of /proc a second, on every Linux there is. */
const TICKS = 100;
const LOOK_MS = 20;

/** What a process took; figures are those of the last look, at most 20 ms before its end. */
export interface ProcessCost {
  readonly stdout: string;
  readonly cpuSeconds: number;
  /** Most memory it had at any moment. */
  readonly peakBytes: number;
}

/** Runs node with `args` and watches what it takes. Throws when it fails. */
export async function watchProcess(args: readonly string[]): Promise<ProcessCost> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let cost = { cpuSeconds: 0, peakBytes: 0 };
  const timer = setInterval(() => {
    cost = lookAt(child.pid!) ?? cost;
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return { stdout, ...cost };
}

/** Undefined once the process has ended, or where there is no /proc. */
function lookAt(pid: number): { cpuSeconds: number; peakBytes: number } | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    // The name, in brackets, may hold blanks; user and system time are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return peak ? { cpuSeconds: ticks / TICKS, peakBytes: Number(peak[1]) * 1024 } : undefined;
  } catch {
    return undefined;
  }
}

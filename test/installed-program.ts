import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** A program that the tests run and the project does not bring along, and Debian's package of it. */
export interface InstalledProgram {
  readonly command: readonly [string, ...string[]];
  readonly debianPackage: string;
}

/** A suite that runs an installed program: skipped where there is none, but never in CI. */
export function describeProgram(
  { command: [program, ...args], debianPackage }: InstalledProgram,
  name: string,
  suite: () => void,
): void {
  if (spawnSync(program, args).status === 0) describe(name, suite);
  else if (process.env.CI === 'true') {
    describe(name, () => {
      throw new Error(`${program} does not run, and in CI it must: install ${debianPackage}`);
    });
  } else describe.skip(`${name} (skipped: ${program} does not run; install ${debianPackage})`, suite);
}

/** What a program prints. Throws: when it fails or complains. */
export function outputOf(program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 0 && stderr === '') return stdout;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `status ${status}`}\n${stderr}`);
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REQUIREMENTS = resolve(import.meta.dirname, 'requirements.txt');
const PACKAGES = ['pygeoapi', 'xpublish-edr', 'xarray', 'zarr'];

/** A Python environment with the peers of `edr`. */
export interface PythonEnvironment {
  /** Of its commands. */
  readonly bin: string;
  /** The versions that matter, in words. */
  readonly versions: string;
}

/**
 * Makes the environment in `folder` with the pinned packages of requirements.txt, unless it is there. Undefined, with
 * a line that says why, where Python or the packages cannot be had.
 */
export function makePythonEnvironment(
  folder: string,
  log: (line: string) => void,
): PythonEnvironment | undefined {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  const installed = join(folder, 'installed.txt');
  const bin = join(folder, 'bin');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    log(`installing pygeoapi and xpublish-edr into ${folder}, which takes about a minute`);
    const isMade =
      runs('python3', ['-m', 'venv', folder]) &&
      runs(join(bin, 'pip'), ['install', '--quiet', '--no-deps', '--requirement', REQUIREMENTS]);
    if (!isMade) {
      log('they cannot be installed here: see the lines above; going on without them');
      return undefined;
    }
    writeFileSync(installed, wanted);
  }
  const pins = wanted.split('\n').filter((line) => PACKAGES.some((name) => line.startsWith(`${name}==`)));
  return { bin, versions: pins.map((pin) => pin.replace('==', ' ')).join(', ') };
}

function runs(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  return status === 0;
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Peers that are installed together. */
export interface PythonPeers {
  /** Pinned packages. */
  readonly requirements: string;
  /** Those whose versions matter, the peers first. */
  readonly packages: readonly string[];
}

/** The peers of `edr`. */
export const edrPeers: PythonPeers = {
  requirements: resolve(import.meta.dirname, 'requirements.txt'),
  packages: ['pygeoapi', 'xpublish-edr', 'xarray', 'zarr'],
};

/** The peer of `tiles`. */
export const tilePeers: PythonPeers = {
  requirements: resolve(import.meta.dirname, 'requirements-tiles.txt'),
  packages: ['titiler-xarray', 'rio-tiler', 'xarray', 'zarr'],
};

/** A Python environment with peers. */
export interface PythonEnvironment {
  /** Of its commands. */
  readonly bin: string;
  /** The versions that matter, in words. */
  readonly versions: string;
}

/**
 * Makes the environment in `folder` with the pinned packages of some peers, unless it is there. Undefined, with
 * a line that says why, where Python or the packages cannot be had.
 */
export function makePythonEnvironment(
  folder: string,
  log: (line: string) => void,
  { requirements, packages }: PythonPeers = edrPeers,
): PythonEnvironment | undefined {
  const wanted = readFileSync(requirements, 'utf8');
  const installed = join(folder, 'installed.txt');
  const bin = join(folder, 'bin');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    log(`installing ${packages.slice(0, 2).join(' and ')} into ${folder}, which takes about a minute`);
    const isMade =
      runs('python3', ['-m', 'venv', folder]) &&
      runs(join(bin, 'pip'), ['install', '--quiet', '--no-deps', '--requirement', requirements]);
    if (!isMade) {
      log('they cannot be installed here: see the lines above; going on without them');
      return undefined;
    }
    writeFileSync(installed, wanted);
  }
  const pins = wanted.split('\n').filter((line) => packages.some((name) => line.startsWith(`${name}==`)));
  return { bin, versions: pins.map((pin) => pin.replace('==', ' ')).join(', ') };
}

function runs(command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  return status === 0;
}

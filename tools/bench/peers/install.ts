import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(new URL('../package.json', import.meta.url));

/** Installs what the product is measured against, unless it is there: npm ci --prefix tools/bench. */
export function installPeers(log: (line: string) => void): void {
  if (existsSync(`${folder}/node_modules/lmdb`)) return;
  log(
    'the peers are not installed yet: running npm ci --prefix tools/bench, which takes one to three minutes',
  );
  const { status } = spawnSync('npm', ['ci', '--prefix', folder], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the peers cannot be installed: run npm ci --prefix tools/bench and see');
}

/**
 * A package of tools/bench/package.json. Loaded by a name that no tool sees, with types of our own, so that the
 * project is checked and built without it.
 */
export function loadPeer<Package>(name: string): Package {
  return require(name) as Package;
}

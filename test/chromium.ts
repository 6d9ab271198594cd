import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
// Without these Chromium looks for its own hosts at every start.
const quiet = '--disable-background-networking --disable-component-update --disable-sync --disable-quic';
const common = ['--no-sandbox', '--no-first-run', ...quiet.split(' ')];
/** WebGL by software. */
const webGl = '--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --ignore-gpu-blocklist';

/** Whether there is a browser to test with. Throws in CI where there is none. */
export const hasChromium = existsSync(executablePath);
if (!hasChromium) {
  const message = `no browser at ${executablePath}: what needs one is not tested (apt-get install chromium)`;
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
}

/** Starts Debian's Chromium without a window. */
export function startChromium({
  graphics = 'none',
}: {
  readonly graphics?: 'none' | 'WebGL';
} = {}): Promise<Browser> {
  const args = graphics === 'WebGL' ? webGl.split(' ') : ['--disable-gpu'];
  return chromium.launch({ executablePath, args: [...common, ...args] });
}

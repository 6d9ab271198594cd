import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const executablePath = '/usr/bin/chromium';
const root = fileURLToPath(new URL('../..', import.meta.url));
// Without these Chromium looks for its own hosts at every start.
const quiet = '--disable-background-networking --disable-component-update --disable-sync --disable-quic';
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet.split(' ')];
/** Whether there is a browser to test with. Throws in CI where there is none. */
export const hasChromium = existsSync(executablePath);
if (!hasChromium) {
  const message = `no browser at ${executablePath}: the page is not tested (apt-get install chromium)`;
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
}

/** A built page and a browser. */
export interface BuiltPage {
  readonly directory: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Builds the page into a folder of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const directory = mkdtempSync(join(tmpdir(), 'tilecurve-page-'));
  await build({
    configFile: join(root, 'vite.config.ts'),
    root: join(root, 'src/viewer'),
    logLevel: 'error',
    build: { outDir: directory },
  });
  const browser = await chromium.launch({ executablePath, args });
  return {
    directory,
    browser,
    async close() {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A page that is watched. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of its console, violations of its policy among them. */
  readonly complaints: string[];
  /** Addresses asked for. */
  readonly requests: string[];
  /** Of those, what belongs to another host. */
  readonly foreign: string[];
}

/** Opens a page that is watched; it goes nowhere yet. */
export async function watchPage(
  browser: Browser,
  own: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const watched: WatchedPage = { page, complaints: [], requests: [], foreign: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text());
  });
  page.on('pageerror', (error) => watched.complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    watched.requests.push(url);
    if (!url.startsWith(own) && !/^(blob|data):/.test(url)) watched.foreign.push(url);
  });
  return watched;
}

/** What axe finds wrong with a page: rules with the elements they are about. */
export async function violationsOf(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const found = (await page.evaluate('axe.run()')) as {
    passes: unknown[];
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  if (found.passes.length < 10) throw new Error('axe has looked at next to nothing');
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Resolves when all tiles of the picture that is wanted are drawn: of a layer, and of a frame where one is named. */
export async function mapDrawn(
  page: Page,
  { layer, frame }: { readonly layer?: string; readonly frame?: string } = {},
): Promise<void> {
  const parts = [
    '[data-layer="main"][data-missing="0"][data-is-wanted="true"]',
    frame === undefined ? '[data-frame]' : `[data-frame="${frame}"]`,
    layer === undefined ? '' : `[data-family^="${layer}/"]`,
  ];
  await page.locator(parts.join('')).waitFor();
  await page.locator('#map:not(.loading)').waitFor();
}

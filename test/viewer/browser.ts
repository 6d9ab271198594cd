import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
/** What `npm run build` makes of the page. */
const builtPage = fileURLToPath(new URL('../../dist/viewer/page', import.meta.url));
// Without these Chromium looks for its own hosts at every start.
const quiet = '--disable-background-networking --disable-component-update --disable-sync --disable-quic';
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet.split(' ')];
/** The window of tests that ask for no other: as small as a desktop is, for pixels cost time here. */
export const desktop = { width: 1100, height: 700 };

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
}

/** Opens a browser for the page that is built. Throws where it is not. */
export async function openBrowser(): Promise<BuiltPage> {
  if (!existsSync(builtPage)) throw new Error(`no page at ${builtPage}: npm run build makes it`);
  return { directory: builtPage, browser: await chromium.launch({ executablePath, args }) };
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
  const page = await browser.newPage({ viewport: desktop, ...options });
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

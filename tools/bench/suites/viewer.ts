import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { spreadOf } from '../compare.js';
import { runTilecurve, startTilecurve } from '../http/server-process.js';
import { withEnds } from '../report.js';
import type { BenchContext, SuiteResult } from '../suite.js';

const ROUNDS = { short: 3, full: 21 };
const executablePath = '/usr/bin/chromium';
const data = fileURLToPath(new URL('../../../data', import.meta.url));
const samples = ['insolation', 'surface'];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet];
const viewports = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** What one first visit took, milliseconds since the browser began to go there. */
interface Visit {
  readonly firstPaint: number;
  /** All tiles of the map's window are drawn, and the legend is there. */
  readonly whole: number;
  readonly bytes: number;
  readonly requests: number;
}

// Looks at each frame until the map is whole; in the page, before anything of it.
const watch = `
  const look = () => {
    const isWhole = document.querySelector('[data-layer="main"][data-frame][data-missing="0"]')
      && document.querySelector('#map:not(.loading)') && document.querySelector('#legend:not([hidden])');
    if (!isWhole) return requestAnimationFrame(look);
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    window.reportVisit({
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      whole: performance.now(),
      bytes: all.reduce((sum, { transferSize }) => sum + transferSize, 0),
      requests: all.length,
    });
  };
  requestAnimationFrame(look);
`;

/** First visits of the viewer on loopback, over the sample layers: each with a browser of its own, whose cache is empty. */
export async function viewerSuite({ scale, folder, log }: BenchContext): Promise<SuiteResult> {
  const rounds = ROUNDS[scale];
  if (!existsSync(executablePath)) return { setup: { browser: `none at ${executablePath}` }, cases: [] };
  for (const layer of samples)
    await runTilecurve(['write', join(data, `${layer}.zarr`), '--store', folder, '--layer', layer]);
  const server = await startTilecurve(folder);
  try {
    const rows: string[][] = [];
    for (const [name, viewport] of Object.entries(viewports)) {
      const visits: Visit[] = [];
      // The first one warms the service and the page cache up.
      for (let round = -1; round < rounds; round++) {
        const visit = await visitOnce(`${server.address}/viewer`, viewport);
        if (round >= 0) visits.push(visit);
      }
      const spread = (part: keyof Visit) =>
        withEnds(spreadOf(visits.map((visit) => Math.round(visit[part]))));
      rows.push([name, spread('firstPaint'), spread('whole'), spread('bytes'), spread('requests')]);
      log(`${name} done`);
    }
    const columns = ['window', 'first paint, ms', 'whole map, ms', 'bytes', 'requests'];
    const tables = [{ title: 'First visit, median (lowest to highest)', columns, rows }];
    return {
      setup: { rounds, data: 'the sample layers', browser: 'a new process and profile each' },
      tables,
      cases: [],
    };
  } finally {
    await server.stop();
  }
}

async function visitOnce(
  url: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<Visit> {
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(watch);
    return await new Promise<Visit>((resolve, reject) => {
      page
        .exposeFunction('reportVisit', resolve)
        .then(() => page.goto(url, { waitUntil: 'commit' }))
        .catch(reject);
    });
  } finally {
    await browser.close();
  }
}

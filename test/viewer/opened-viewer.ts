import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { BlobStore } from '../../src/blob/index.js';
import { type RunningService, startService } from '../service/running-service.js';
import { type BuiltPage, mapDrawn, openBrowser, type WatchedPage, watchPage } from './browser.js';
import { worldStore } from './world-service.js';

type PageOptions = Parameters<typeof watchPage>[2];

/** What tests of the viewer work with: one service, one browser, and one page that goes from view to view. */
export interface OpenedViewer {
  readonly service: RunningService;
  readonly built: BuiltPage;
  readonly store: BlobStore;
  readonly page: Page;
  /** Addresses that the shared page has asked for since it was last sent to another view. */
  readonly requests: readonly string[];
  /** The shared page at a fragment that names a layer, its map drawn. */
  visit(fragment: string): Promise<Page>;
  /** A fresh page that goes nowhere yet, for what has to begin anew; it is closed after the test. */
  watch(own?: string, options?: PageOptions): Promise<WatchedPage>;
  /** What the shared page complained of; a test that provokes errors takes them away. */
  takeComplaints(): string[];
}

/** Opens the viewer for all tests of the file that calls this; each test fails for an error on the console. */
export function openedViewer(): OpenedViewer {
  let built: BuiltPage;
  let store: BlobStore;
  let service: RunningService;
  let shared: WatchedPage;
  const fresh: WatchedPage[] = [];
  beforeAll(async () => {
    built = await openBrowser();
    store = await worldStore();
    service = await startService(store, { pageDirectory: built.directory });
    shared = await watchPage(built.browser, service.address);
  });
  afterAll(async () => {
    await service?.close();
    await built?.browser.close();
  });
  afterEach(async () => {
    for (const { page, complaints } of fresh.splice(0)) {
      await page.close();
      expect(complaints).toEqual([]);
    }
    expect(viewer.takeComplaints()).toEqual([]);
    expect(shared.foreign).toEqual([]);
  });
  const viewer: OpenedViewer = {
    get service() {
      return service;
    },
    get built() {
      return built;
    },
    get store() {
      return store;
    },
    get page() {
      return shared.page;
    },
    get requests() {
      return shared.requests;
    },
    async visit(fragment) {
      const { page } = shared;
      shared.requests.length = 0;
      await page.goto(`${service.address}/viewer${fragment}`);
      // Where its layer is known, the page has taken the address by the next frame.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      await mapDrawn(page, { layer: new URLSearchParams(fragment.slice(1)).get('layer')! });
      return page;
    },
    async watch(own = service.address, options) {
      const watched = await watchPage(built.browser, own, options);
      fresh.push(watched);
      return watched;
    },
    takeComplaints: () => shared.complaints.splice(0),
  };
  return viewer;
}

/** Resolves when a request whose address has all of these parts is answered; it must be answered well. */
export async function answered(page: Page, ...parts: readonly string[]): Promise<string> {
  const response = await page.waitForResponse((one) => {
    const url = decodeURIComponent(one.url());
    return parts.every((part) => url.includes(part));
  });
  expect(response.status(), response.url()).toBeLessThan(300);
  return response.url();
}

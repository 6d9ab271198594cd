import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RunningService } from '../service/running-service.js';
import { type BuiltPage, buildPage, mapDrawn, type WatchedPage, watchPage } from './browser.js';
import { startWorld } from './world-service.js';

type PageOptions = Parameters<typeof watchPage>[2];

/** What tests of the viewer work with. */
export interface OpenedViewer {
  readonly service: RunningService;
  /** A page of the viewer's browser that goes nowhere yet; it is closed after the test. */
  watch(options?: PageOptions): Promise<WatchedPage>;
  /** The viewer at a fragment, its map drawn. */
  open(fragment?: string, options?: PageOptions): Promise<WatchedPage>;
}

/** A browser and a service over `startWorld` for all tests of the suite that calls this. */
export function openedViewer(): OpenedViewer {
  let built: BuiltPage | undefined;
  let service: RunningService | undefined;
  let watched: WatchedPage | undefined;
  beforeAll(async () => {
    built = await buildPage();
    service = await startWorld(built.directory);
  });
  afterAll(async () => {
    await service?.close();
    await built?.close();
  });
  afterEach(() => watched?.page.close());
  const viewer: OpenedViewer = {
    get service() {
      return service!;
    },
    async watch(options) {
      watched = await watchPage(built!.browser, service!.address, options);
      return watched;
    },
    async open(fragment = '', options = {}) {
      const opened = await viewer.watch(options);
      await opened.page.goto(`${service!.address}/viewer${fragment}`);
      await mapDrawn(opened.page);
      return opened;
    },
  };
  return viewer;
}

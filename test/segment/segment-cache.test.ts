import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BlobHandle,
  type BlobStore,
  createMemoryStore,
  openDirectoryStore,
} from '../../src/blob/index.js';
import { CorruptionError, InvalidArgumentError, NotFoundError } from '../../src/errors/index.js';
import { createSegmentCache, formatSegmentName, type SegmentFile } from '../../src/segment/index.js';
import { expectedOf, recordOf, sampleValue, writeAll } from './segment-samples.js';

const valueAt = (index: number) => sampleValue(index, 100 + (index % 7) * 10);
const records = Array.from({ length: 120 }, (_, i) => recordOf(i * 2, valueAt(i * 2)));
let files: SegmentFile[];

beforeAll(async () => {
  // Twelve segments of ten records.
  files = await writeAll(records, { maxRecords: 10, limitBytes: 2 ** 20 });
});

function pathOf(file: SegmentFile): string {
  return `layers/a/tiles/0/t2m/all/${formatSegmentName(file.name)}`;
}

async function fill(store: BlobStore): Promise<BlobStore> {
  for (const file of files) await store.put(pathOf(file), file.chunks);
  return store;
}

/** Counts what is open and refuses to be read closed or closed while it is read. */
class WatchedStore {
  readonly store: BlobStore;
  opened = 0;
  open = 0;
  mostOpen = 0;
  faults: string[] = [];
  /** Awaited by each open and read, so that a test can hold them back. */
  gate: Promise<void> = Promise.resolve();

  constructor(inner: BlobStore) {
    this.store = { ...bound(inner), open: async (path, options) => this.#open(inner, path, options) };
  }

  async #open(inner: BlobStore, ...[path, options]: Parameters<BlobStore['open']>): Promise<BlobHandle> {
    this.opened++;
    await this.gate;
    const handle = await inner.open(path, options);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    let reads = 0;
    let isClosed = false;
    return {
      path: handle.path,
      sizeBytes: handle.sizeBytes,
      read: async (...args) => {
        if (isClosed) this.faults.push('read after close');
        reads++;
        await this.gate;
        const bytes = await handle.read(...args);
        reads--;
        if (isClosed) this.faults.push('closed while read');
        return bytes;
      },
      close: async () => {
        if (isClosed) this.faults.push('closed twice');
        if (reads > 0) this.faults.push('close while read');
        isClosed = true;
        this.open--;
        await handle.close();
      },
    };
  }
}

/** The store's methods as plain functions: some stores are classes with private fields. */
function bound(store: BlobStore): BlobStore {
  return {
    location: store.location,
    get: (...args) => store.get(...args),
    getRange: (...args) => store.getRange(...args),
    open: (...args) => store.open(...args),
    stat: (...args) => store.stat(...args),
    put: (...args) => store.put(...args),
    putIfAbsent: (...args) => store.putIfAbsent(...args),
    list: (...args) => store.list(...args),
    listNames: (...args) => store.listNames(...args),
    delete: (...args) => store.delete(...args),
    sweep: (...args) => store.sweep(...args),
    link: (...args) => store.link(...args),
  };
}

async function watched(): Promise<WatchedStore> {
  return new WatchedStore(await fill(createMemoryStore()));
}

function hold(store: WatchedStore): () => void {
  let release = () => {};
  store.gate = new Promise((resolve) => {
    release = resolve;
  });
  return release;
}

describe('a segment cache', () => {
  it('opens a segment once for 1,000 leases asked together', async () => {
    const watch = await watched();
    const cache = createSegmentCache();
    const file = files[0]!;
    const leases = await Promise.all(
      Array.from({ length: 1_000 }, () => cache.lease(watch.store, pathOf(file), expectedOf(file))),
    );
    expect(watch.opened).toBe(1);
    expect(cache.stats()).toMatchObject({ opens: 1, hits: 999, handles: 1 });
    for (const { release } of leases) release();
    await cache.close();
    expect([watch.open, watch.faults]).toEqual([0, []]);
  });

  for (const kind of ['memory', 'directory'] as const) {
    it(`survives 1,000 concurrent reads with two handles (${kind})`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tilecurve-cache-'));
      const inner = kind === 'memory' ? createMemoryStore() : openDirectoryStore(folder);
      const watch = new WatchedStore(await fill(inner));
      const cache = createSegmentCache({ maxHandles: 2, maxIndexBytes: 5_000 });
      const readOne = async (i: number): Promise<void> => {
        const index = records[(i * 7919) % records.length]!.index;
        const file = files.find(({ name }) => name.first <= index && index <= name.last)!;
        const lease = await cache.lease(watch.store, pathOf(file), expectedOf(file));
        try {
          const value = await lease.reader.read(lease.reader.find(index));
          expect(Buffer.compare(value, valueAt(index))).toBe(0);
        } finally {
          lease.release();
        }
      };
      await Promise.all(Array.from({ length: 1_000 }, (_, i) => readOne(i)));
      expect(cache.stats().handles).toBeLessThanOrEqual(2);
      expect(cache.stats().indexBytes).toBeLessThanOrEqual(5_000);
      // Never two handles for one segment.
      expect(watch.mostOpen).toBeLessThanOrEqual(files.length);
      await cache.close();
      expect([watch.open, watch.faults]).toEqual([0, []]);
      await rm(folder, { recursive: true });
    });
  }

  it('keeps the index of a segment whose handle it closed', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 1 });
    const [a, b] = [files[0]!, files[1]!];
    for (const file of [a, b, a]) {
      const lease = await cache.lease(watch.store, pathOf(file), expectedOf(file));
      expect(lease.reader.indexAt(0)).toBe(file.name.first);
      expect(await lease.reader.read(0)).toEqual(valueAt(file.name.first));
      lease.release();
    }
    expect(watch.opened).toBe(3);
    expect(cache.stats()).toMatchObject({ opens: 3, hits: 0, handles: 1 });
    await cache.close();
    expect(watch.open).toBe(0);
  });

  it('forgets indexes beyond its bytes and reads them again', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxIndexBytes: 2_000 });
    for (const file of [...files, ...files]) {
      const lease = await cache.lease(watch.store, pathOf(file), expectedOf(file));
      expect(lease.reader.count).toBe(10);
      lease.release();
      expect(cache.stats().indexBytes).toBeLessThanOrEqual(2_000);
    }
    expect(cache.stats()).toMatchObject({ opens: 12, hits: 12, handles: 12 });
  });

  it('never closes a reader in use', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 1 });
    const file = files[0]!;
    const first = await cache.lease(watch.store, pathOf(file), expectedOf(file));
    const second = await cache.lease(watch.store, pathOf(file), expectedOf(file));
    (await cache.lease(watch.store, pathOf(files[1]!), expectedOf(files[1]!))).release();
    first.release();
    first.release();
    expect(await second.reader.read(1)).toEqual(valueAt(records[1]!.index));
    // The evicted segment is still open, so that another lease joins it.
    const third = await cache.lease(watch.store, pathOf(file), expectedOf(file));
    expect(watch.opened).toBe(2);
    second.release();
    third.release();
    await cache.close();
    expect([watch.open, watch.faults]).toEqual([0, []]);
  });

  it('closes a leased segment after close() when it is released', async () => {
    const watch = await watched();
    const cache = createSegmentCache();
    const file = files[0]!;
    const lease = await cache.lease(watch.store, pathOf(file), expectedOf(file));
    await cache.close();
    expect(await lease.reader.read(0)).toEqual(valueAt(0));
    lease.release();
    await cache.close();
    expect(cache.stats().handles).toBe(0);
    expect([watch.open, watch.faults]).toEqual([0, []]);
    const late = cache.lease(watch.store, pathOf(file), expectedOf(file));
    await expect(late).rejects.toThrow(InvalidArgumentError);
  });

  it('has a reader at hand only while the file is open and its index kept', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 1 });
    const at = (file: SegmentFile) => cache.segment(watch.store, pathOf(file), expectedOf(file));
    const [a, b] = [at(files[0]!), at(files[1]!)];
    expect(a.openReader()).toBeUndefined();
    expect(watch.opened).toBe(0);
    (await a.lease()).release();
    expect(a.openReader()?.name).toEqual(files[0]!.name);
    const wrong = { ...expectedOf(files[0]!), sizeBytes: 1 };
    expect(cache.segment(watch.store, pathOf(files[0]!), wrong).openReader()).toBeUndefined();
    (await b.lease()).release();
    expect([a.openReader(), b.openReader()?.name]).toEqual([undefined, files[1]!.name]);
    expect(cache.stats()).toMatchObject({ opens: 2, hits: 2, handles: 1 });
    await cache.close();
    expect(b.openReader()).toBeUndefined();
    expect([watch.open, watch.faults]).toEqual([0, []]);
  });

  it('counts a reader at hand as a use: what is used last is closed last', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 2 });
    const [a, b, c] = [0, 1, 2].map((i) =>
      cache.segment(watch.store, pathOf(files[i]!), expectedOf(files[i]!)),
    );
    for (const segment of [a!, b!]) (await segment.lease()).release();
    expect(a!.openReader()).toBeDefined();
    (await c!.lease()).release();
    expect([a!, b!, c!].map((segment) => segment.openReader() !== undefined)).toEqual([true, false, true]);
  });

  it('has no reader at hand whose index it forgot', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxIndexBytes: 2_000 });
    const segments = files.map((file) => cache.segment(watch.store, pathOf(file), expectedOf(file)));
    for (const segment of segments) (await segment.lease()).release();
    const atHand = segments.filter((segment) => segment.openReader() !== undefined).length;
    expect(atHand).toBeLessThan(files.length);
    expect(cache.stats()).toMatchObject({ handles: files.length });
    expect(cache.stats().indexBytes).toBeLessThanOrEqual(2_000);
  });

  for (const verification of ['every-read', 'first-read'] as const) {
    it(`compares checksums on ${verification}, at once or later`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tilecurve-cache-'));
      const store = await fill(openDirectoryStore(folder));
      const cache = createSegmentCache({ verification });
      const file = files[0]!;
      const { reader, release } = await cache.lease(store, pathOf(file), expectedOf(file));
      expect(Buffer.compare(reader.readSync(0)!, valueAt(0))).toBe(0);
      const raw = await open(join(folder, pathOf(file)), 'r+');
      for (const k of [0, 1]) await raw.write(Buffer.of(0xff), 0, 1, reader.locate(k).offset + 40);
      await raw.close();
      // Damage since the first read of record 0 is what the cheaper choice does not see.
      const isSeen = verification === 'every-read';
      if (isSeen) expect(() => reader.readSync(0)).toThrow(CorruptionError);
      else expect(Buffer.compare(reader.readSync(0)!, valueAt(0))).not.toBe(0);
      expect(() => reader.readSync(1)).toThrow(CorruptionError);
      await expect(reader.read(1)).rejects.toThrow(CorruptionError);
      release();
      await cache.close();
      const again = await createSegmentCache({ verification }).lease(store, pathOf(file), expectedOf(file));
      expect(() => again.reader.readSync(0)).toThrow(CorruptionError);
      again.release();
      await rm(folder, { recursive: true });
    });
  }

  it('does not remember a failed open', async () => {
    const inner = createMemoryStore();
    const cache = createSegmentCache();
    const file = files[0]!;
    const lease = () => cache.lease(inner, pathOf(file), expectedOf(file));
    const failed = await Promise.allSettled([lease(), lease(), lease()]);
    for (const result of failed) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(NotFoundError) });
    }
    expect(cache.stats().handles).toBe(0);
    await fill(inner);
    expect((await lease()).reader.count).toBe(10);
  });

  it('closes a file whose tail is damaged, and tries again', async () => {
    const watch = await watched();
    const cache = createSegmentCache();
    const file = files[0]!;
    const damaged = Buffer.concat(file.chunks);
    damaged[damaged.length - 1]! ^= 1;
    await watch.store.put(pathOf(file), [damaged]);
    const lease = () => cache.lease(watch.store, pathOf(file), expectedOf(file));
    await expect(Promise.all([lease(), lease()])).rejects.toThrow(CorruptionError);
    await expect(lease()).rejects.toThrow(CorruptionError);
    expect([watch.open, watch.faults]).toEqual([0, []]);
    await watch.store.put(pathOf(file), file.chunks);
    expect((await lease()).reader.count).toBe(10);
  });

  it('refuses a file of another size even when it knows the index', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 1 });
    const file = files[0]!;
    const expected = expectedOf(file);
    (await cache.lease(watch.store, pathOf(file), expected)).release();
    const wrong = cache.lease(watch.store, pathOf(file), { ...expected, sizeBytes: 1 });
    await expect(wrong).rejects.toThrow(CorruptionError);
  });

  it('lets one caller give up without harm to the others', async () => {
    const watch = await watched();
    const cache = createSegmentCache();
    const file = files[0]!;
    const open = hold(watch);
    const controller = new AbortController();
    const impatient = cache.lease(watch.store, pathOf(file), expectedOf(file), { signal: controller.signal });
    const patient = cache.lease(watch.store, pathOf(file), expectedOf(file));
    controller.abort(new Error('gave up'));
    await expect(impatient).rejects.toThrow('gave up');
    open();
    const lease = await patient;
    expect(await lease.reader.read(0)).toEqual(valueAt(0));
    expect(watch.opened).toBe(1);
    lease.release();
    await cache.close();
    expect([watch.open, watch.faults]).toEqual([0, []]);
  });

  it('closes what it opened for callers who all gave up', async () => {
    const watch = await watched();
    const cache = createSegmentCache({ maxHandles: 1 });
    const file = files[0]!;
    const open = hold(watch);
    const controller = new AbortController();
    const given = cache.lease(watch.store, pathOf(file), expectedOf(file), { signal: controller.signal });
    controller.abort(new Error('gave up'));
    await expect(given).rejects.toThrow('gave up');
    // Another segment takes its place while it is still being opened.
    const other = cache.lease(watch.store, pathOf(files[1]!), expectedOf(files[1]!));
    open();
    (await other).release();
    await cache.close();
    expect([watch.open, watch.faults]).toEqual([0, []]);
    await expect(
      cache.lease(watch.store, pathOf(file), expectedOf(file), {
        signal: AbortSignal.abort(new Error('late')),
      }),
    ).rejects.toThrow('late');
  });

  it('tells equal paths of two stores apart', async () => {
    const [a, b] = [await watched(), await watched()];
    const cache = createSegmentCache();
    const file = files[0]!;
    for (const { store } of [a, b]) (await cache.lease(store, pathOf(file), expectedOf(file))).release();
    expect([a.opened, b.opened, cache.stats().opens]).toEqual([1, 1, 2]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobInfo, BlobStore } from '../../src/blob/index.js';
import { CorruptionError, InvalidArgumentError, NotFoundError } from '../../src/errors/index.js';

/** An empty store for one test, and how to remove it. */
export interface StoreFixture {
  readonly store: BlobStore;
  dispose(): Promise<void>;
}

const HOSTILE_PATHS = [
  '',
  '/',
  '.',
  '..',
  '../outside',
  'a/../../outside',
  'a/./b',
  '/etc/passwd',
  'a//b',
  'a/',
  'a\\b',
  'a\0b',
  'a b',
  'a#b',
  'a%2e',
  'C:',
  'naïve',
  'a\nb',
  'x'.repeat(256),
  'x/'.repeat(600).concat('x'),
];

/** What every BlobStore promises; each implementation runs it. */
export function describeBlobStore(name: string, createFixture: () => Promise<StoreFixture>): void {
  describe(`${name} as a blob store`, () => {
    let fixture: StoreFixture;
    let store: BlobStore;

    beforeEach(async () => {
      fixture = await createFixture();
      store = fixture.store;
    });
    afterEach(() => fixture.dispose());

    testWriting(() => store);
    testReading(() => store);
    testHandles(() => store);
    testListing(() => store);
    testRefusals(() => store);
  });
}

function testWriting(store: () => BlobStore): void {
  it('gives back the chunks of a put as one blob', async () => {
    await store().put('a/b/c.bin', [bytes(1, 2), bytes(), bytes(3)]);
    expect(await store().get('a/b/c.bin')).toEqual(bytes(1, 2, 3));
  });

  it('keeps an empty blob', async () => {
    await store().put('empty', []);
    expect(await store().get('empty')).toEqual(bytes());
    expect(await store().stat('empty')).toMatchObject({ path: 'empty', sizeBytes: 0 });
  });

  it('replaces a blob as a whole', async () => {
    await store().put('a', [bytes(1, 2, 3, 4)]);
    await store().put('a', [bytes(9)]);
    expect(await store().get('a')).toEqual(bytes(9));
  });

  it('keeps its own copy of what was put and gives copies out', async () => {
    const source = bytes(1, 2, 3);
    await store().put('a', [source]);
    source[0] = 77;
    (await store().get('a'))[1] = 77;
    expect(await store().get('a')).toEqual(bytes(1, 2, 3));
  });

  it('writes a big blob of uneven chunks', async () => {
    const chunks = Array.from({ length: 700 }, (_, i) => new Uint8Array((i * 37) % 20_000).fill(i));
    await store().put('big', chunks);
    expect(Buffer.compare(await store().get('big'), Buffer.concat(chunks))).toBe(0);
  });

  it('creates a blob only where there is none', async () => {
    expect(await store().putIfAbsent('d/new', [bytes(1)])).toBe(true);
    expect(await store().putIfAbsent('d/new', [bytes(2)])).toBe(false);
    expect(await store().get('d/new')).toEqual(bytes(1));
  });

  it('lets exactly one of many concurrent creators win, and keeps its bytes', async () => {
    for (let round = 0; round < 5; round++) {
      const path = `race/${round}/manifest`;
      const won = await Promise.all(
        Array.from({ length: 32 }, (_, i) => store().putIfAbsent(path, [bytes(i), bytes(i)])),
      );
      const winners = won.flatMap((isWinner, i) => (isWinner ? [i] : []));
      expect(winners).toHaveLength(1);
      expect(await store().get(path)).toEqual(bytes(winners[0]!, winners[0]!));
    }
  });

  it('never shows a mixture while writers replace a blob', async () => {
    const versions = Array.from({ length: 8 }, (_, i) => new Uint8Array(10_000 + i).fill(i));
    await store().put('hot', [versions[0]!]);
    const writing = Promise.all(versions.map((version) => store().put('hot', [version])));
    for (let i = 0; i < 20; i++) {
      const found = await store().get('hot');
      expect(Buffer.compare(found, versions[found[0]!]!)).toBe(0);
    }
    await writing;
  });

  it('survives puts and deletes that share a folder', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `busy/folder/${i}`);
    await Promise.all(
      names.map(async (name, i) => {
        await store().put(name, [bytes(i)]);
        if (i % 2 === 0) await store().delete(name);
      }),
    );
    expect((await listed(store(), '')).length).toBe(20);
  });

  it('deletes a blob, and does not mind one that is not there', async () => {
    await store().put('a/b', [bytes(1)]);
    await store().delete('a/b');
    await store().delete('a/b');
    await store().delete('never/was');
    await expect(store().get('a/b')).rejects.toThrow(NotFoundError);
    expect(await store().stat('a/b')).toBeUndefined();
    expect(await store().listNames('')).toEqual([]);
  });

  it('gives the bytes of a blob a second name', async () => {
    await store().put('a/b', [bytes(1, 2, 3)]);
    expect(await store().link({ from: 'a/b', to: 'new/folder/c' })).toBe(true);
    expect(await store().get('new/folder/c')).toEqual(bytes(1, 2, 3));
    await store().put('a/b', [bytes(9)]);
    expect(await store().get('new/folder/c')).toEqual(bytes(1, 2, 3));
    await store().put('new/folder/c', [bytes(8)]);
    await store().delete('a/b');
    expect(await store().get('new/folder/c')).toEqual(bytes(8));
  });

  it('links only to a free name, and only what is there', async () => {
    await store().put('a', [bytes(1)]);
    await store().put('b', [bytes(2)]);
    expect(await store().link({ from: 'a', to: 'b' })).toBe(false);
    expect(await store().get('b')).toEqual(bytes(2));
    await expect(store().link({ from: 'missing', to: 'c' })).rejects.toThrow(NotFoundError);
    expect(await store().stat('c')).toBeUndefined();
  });

  it('lets one of many concurrent links to a name win', async () => {
    for (let i = 0; i < 8; i++) await store().put(`from/${i}`, [bytes(i)]);
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store().link({ from: `from/${i}`, to: 'to/one' })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await store().get('to/one')).toEqual(bytes(won.indexOf(true)));
  });

  it('counts a linked blob as modified now, under both names', async () => {
    const before = Date.now() - 60_000;
    await store().put('a', [bytes(1)]);
    await store().link({ from: 'a', to: 'b' });
    for (const path of ['a', 'b']) expect((await store().stat(path))!.modifiedMs).toBeGreaterThan(before);
  });

  it('sweeps nothing of finished puts', async () => {
    await store().put('a/b', [bytes(1)]);
    expect(await store().sweep('', { olderThanMs: -1000 })).toBe(0);
    expect(await store().get('a/b')).toEqual(bytes(1));
  });
}

function testReading(store: () => BlobStore): void {
  it('names a missing blob', async () => {
    await store().put('folder/blob', [bytes(1)]);
    for (const path of ['missing', 'folder', 'folder/blob/below', 'folder/other']) {
      await expect(store().get(path)).rejects.toThrow(NotFoundError);
      await expect(store().getRange(path, { offset: 0, length: 0 })).rejects.toThrow(NotFoundError);
      await expect(store().open(path)).rejects.toThrow(NotFoundError);
      expect(await store().stat(path)).toBeUndefined();
    }
    await expect(store().get('missing')).rejects.toMatchObject({
      fields: { path: expect.stringContaining('missing') },
    });
  });

  it('tells size and time of a blob', async () => {
    const before = Date.now() - 60_000;
    await store().put('a/b', [bytes(1, 2, 3)]);
    const info = await store().stat('a/b');
    expect(info).toMatchObject({ path: 'a/b', sizeBytes: 3 });
    expect(info!.modifiedMs).toBeGreaterThan(before);
    expect(info!.modifiedMs).toBeLessThan(Date.now() + 60_000);
  });

  it('reads exactly the range asked', async () => {
    await store().put('a', [bytes(0, 1, 2, 3, 4, 5)]);
    const read = (offset: number, length: number) => store().getRange('a', { offset, length });
    expect(await read(0, 6)).toEqual(bytes(0, 1, 2, 3, 4, 5));
    expect(await read(2, 3)).toEqual(bytes(2, 3, 4));
    expect(await read(5, 1)).toEqual(bytes(5));
    expect(await read(3, 0)).toEqual(bytes());
    expect(await read(6, 0)).toEqual(bytes());
  });

  it('says where and how much is missing when a range passes the end', async () => {
    await store().put('a', [bytes(0, 1, 2, 3)]);
    const failure = await store()
      .getRange('a', { offset: 2, length: 5 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CorruptionError);
    expect(failure).toMatchObject({ fields: { offset: 2, expected: 5, found: 2 } });
    await expect(store().getRange('a', { offset: 5, length: 0 })).rejects.toThrow(CorruptionError);
    await expect(store().getRange('a', { offset: 0, length: 2 ** 52 })).rejects.toThrow(CorruptionError);
  });

  it.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, Number.NaN],
    [2 ** 53, 1],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ])('refuses the range from %d of %d bytes', async (offset, length) => {
    await store().put('a', [bytes(0, 1, 2, 3)]);
    await expect(store().getRange('a', { offset, length })).rejects.toThrow(InvalidArgumentError);
  });
}

function testHandles(store: () => BlobStore): void {
  it('reads ranges of an open blob in any order, at once', async () => {
    const content = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
    await store().put('a', [content]);
    const handle = await store().open('a');
    expect(handle).toMatchObject({ path: 'a', sizeBytes: 5000 });
    const offsets = Array.from({ length: 100 }, (_, i) => (i * 977) % 4900);
    const found = await Promise.all(offsets.map((offset) => handle.read({ offset, length: 100 })));
    found.forEach((part, i) => {
      expect(part).toEqual(content.slice(offsets[i]!, offsets[i]! + 100));
    });
    await expect(handle.read({ offset: 4999, length: 2 })).rejects.toThrow(CorruptionError);
    await expect(handle.read({ offset: -1, length: 2 })).rejects.toThrow(InvalidArgumentError);
    await handle.close();
  });

  it('reads at once what it reads later, where it can, and refuses the same', async () => {
    const content = Uint8Array.from({ length: 9000 }, (_, i) => i % 251);
    await store().put('a', [content]);
    const handle = await store().open('a');
    if (handle.readSync === undefined) return await handle.close();
    const read = (offset: number, length: number) => handle.readSync!({ offset, length });
    const parts = [read(0, 9000), read(17, 100), read(18, 100), read(8999, 1), read(9000, 0)];
    parts[1]!.fill(77);
    expect(Buffer.compare(parts[0]!, content)).toBe(0);
    expect(Buffer.compare(parts[2]!, content.subarray(18, 118))).toBe(0);
    expect(parts.slice(3).map((part) => [...part])).toEqual([[8999 % 251], []]);
    expect(() => read(8999, 2)).toThrow(CorruptionError);
    expect(() => read(-1, 2)).toThrow(InvalidArgumentError);
    expect(() => read(0, Number.NaN)).toThrow(InvalidArgumentError);
    await handle.close();
    expect(() => read(0, 1)).toThrow(InvalidArgumentError);
  });

  it('gives each read a buffer of its own', async () => {
    await store().put('a', [bytes(1, 2)]);
    const handle = await store().open('a');
    (await handle.read({ offset: 0, length: 2 }))[0] = 77;
    expect(await handle.read({ offset: 0, length: 2 })).toEqual(bytes(1, 2));
    await handle.close();
  });

  it('keeps the bytes it was opened on after a replacement and a deletion', async () => {
    await store().put('a/b', [bytes(1, 2, 3)]);
    const handle = await store().open('a/b');
    await store().put('a/b', [bytes(9)]);
    expect(await handle.read({ offset: 0, length: 3 })).toEqual(bytes(1, 2, 3));
    await store().delete('a/b');
    expect(await handle.read({ offset: 1, length: 2 })).toEqual(bytes(2, 3));
    await handle.close();
  });

  it('finishes reads under way before it closes, and refuses later ones', async () => {
    await store().put('a', [new Uint8Array(100_000).fill(7)]);
    const handle = await store().open('a');
    const reading = Array.from({ length: 50 }, () => handle.read({ offset: 0, length: 100_000 }));
    const closing = handle.close();
    for (const found of await Promise.all(reading)) expect(found.every((byte) => byte === 7)).toBe(true);
    await closing;
    await handle.close();
    await expect(handle.read({ offset: 0, length: 1 })).rejects.toThrow(InvalidArgumentError);
  });
}

function testListing(store: () => BlobStore): void {
  const paths = ['a', 'b/c', 'b/d/e', 'b/d/f', 'b-c/x', 'b.d', 'bb/z', 'z+1', 'B/~=,'];

  it('lists nothing where nothing is', async () => {
    expect(await listed(store(), '')).toEqual([]);
    expect(await listed(store(), 'none/')).toEqual([]);
    expect(await store().listNames('')).toEqual([]);
    expect(await store().listNames('none')).toEqual([]);
  });

  it('lists all blobs sorted by path, with their sizes', async () => {
    for (const [i, path] of paths.entries()) await store().put(path, [new Uint8Array(i)]);
    const found = await listed(store(), '');
    expect(found.map((info) => info.path)).toEqual([...paths].sort());
    for (const info of found) expect(info.sizeBytes).toBe(paths.indexOf(info.path));
  });

  it('lists the blobs of a folder only', async () => {
    for (const path of paths) await store().put(path, [bytes(1)]);
    expect((await listed(store(), 'b/')).map((info) => info.path)).toEqual(['b/c', 'b/d/e', 'b/d/f']);
    expect((await listed(store(), 'b/d/')).map((info) => info.path)).toEqual(['b/d/e', 'b/d/f']);
    expect(await listed(store(), 'a/')).toEqual([]);
  });

  it('names what is directly below a folder', async () => {
    for (const path of paths) await store().put(path, [bytes(1)]);
    expect(await store().listNames('')).toEqual(['B', 'a', 'b', 'b-c', 'b.d', 'bb', 'z+1']);
    expect(await store().listNames('b')).toEqual(['c', 'd']);
    expect(await store().listNames('b/')).toEqual(['c', 'd']);
    expect(await store().listNames('a')).toEqual([]);
  });

  it('lists on while blobs come and go', async () => {
    for (let i = 0; i < 150; i++) await store().put(`n/${String(i).padStart(3, '0')}`, [bytes(1)]);
    const found: string[] = [];
    for await (const { path } of store().list('n/')) {
      found.push(path);
      if (path === 'n/010') {
        await store().delete('n/149');
        await store().put('n/000', [bytes(2)]);
      }
    }
    expect(found.slice(0, 149)).toEqual(
      Array.from({ length: 149 }, (_, i) => `n/${String(i).padStart(3, '0')}`),
    );
  });
}

function testRefusals(store: () => BlobStore): void {
  it.each(HOSTILE_PATHS)('refuses the path %j in every call', async (path) => {
    const range = { offset: 0, length: 1 };
    const calls = [
      () => store().get(path),
      () => store().getRange(path, range),
      () => store().open(path),
      () => store().stat(path),
      () => store().put(path, [bytes(1)]),
      () => store().putIfAbsent(path, [bytes(1)]),
      () => store().delete(path),
      () => store().link({ from: path, to: 'free' }),
      () => store().link({ from: 'free', to: path }),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(InvalidArgumentError);
  });

  it.each(['..', '../', '/', 'a//', './', 'a/../', 'a\\', 'a\0/', ' '])(
    'refuses to list %j',
    async (folder) => {
      const prefix = folder.endsWith('/') ? folder : `${folder}/`;
      await expect(listed(store(), prefix)).rejects.toThrow(InvalidArgumentError);
      await expect(store().listNames(folder)).rejects.toThrow(InvalidArgumentError);
      await expect(store().sweep(prefix, { olderThanMs: 0 })).rejects.toThrow(InvalidArgumentError);
    },
  );

  it('refuses a listing prefix that is no whole folder', async () => {
    await expect(listed(store(), 'a')).rejects.toThrow(InvalidArgumentError);
  });

  it('throws the reason of an abort untouched and changes nothing', async () => {
    await store().put('a', [bytes(1)]);
    const handle = await store().open('a');
    const reason = new Error('enough');
    const options = { signal: AbortSignal.abort(reason) };
    const calls = [
      () => store().get('a', options),
      () => store().getRange('a', { offset: 0, length: 1 }, options),
      () => store().open('a', options),
      () => store().stat('a', options),
      () => store().put('a', [bytes(2)], options),
      () => store().putIfAbsent('b', [bytes(2)], options),
      () => listed(store(), '', options.signal),
      () => store().listNames('', options),
      () => store().delete('a', options),
      () => store().link({ from: 'a', to: 'b' }, options),
      () => store().sweep('', { ...options, olderThanMs: 0 }),
      () => handle.read({ offset: 0, length: 1 }, options),
    ];
    for (const call of calls) expect(await call().catch((error: unknown) => error)).toBe(reason);
    await handle.close();
    expect(await store().get('a')).toEqual(bytes(1));
    expect(await store().listNames('')).toEqual(['a']);
  });
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

async function listed(store: BlobStore, prefix: string, signal?: AbortSignal): Promise<BlobInfo[]> {
  const found: BlobInfo[] = [];
  for await (const info of store.list(prefix, signal && { signal })) found.push(info);
  return found;
}

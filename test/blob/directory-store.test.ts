import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BlobStore, openDirectoryStore } from '../../src/blob/index.js';
import { CorruptionError, NotFoundError, UnavailableError } from '../../src/errors/index.js';

type AnyCall = (...args: unknown[]) => unknown;
type CallName =
  | 'open'
  | 'read'
  | 'writev'
  | 'fsync'
  | 'rename'
  | 'link'
  | 'mkdir'
  | 'unlink'
  | 'close'
  | 'rmdir';

const ONE = [Uint8Array.of(1)];
const TWO = [Uint8Array.of(2), Uint8Array.of(2)];

let root: string;
let store: BlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tilecurve-directory-'));
  store = openDirectoryStore(join(root, 'store'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

describe('reading a directory store', () => {
  it('creates nothing', async () => {
    await expect(store.get('a/b')).rejects.toThrow(NotFoundError);
    await store.stat('a/b');
    await store.delete('a/b');
    await store.listNames('a');
    for await (const _ of store.list('')) expect.unreachable();
    expect(await readdir(root)).toEqual([]);
  });

  it('reports a file that became shorter while it was open', async () => {
    await store.put('a', [new Uint8Array(100)]);
    const handle = await store.open('a');
    await truncate(join(root, 'store/a'), 40);
    const failure = await handle.read({ offset: 30, length: 20 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CorruptionError);
    expect(failure).toMatchObject({
      fields: { path: join(root, 'store/a'), offset: 30, expected: 20, found: 10 },
    });
    await handle.close();
  });

  it('shows neither foreign files nor what an interrupted put left', async () => {
    await store.put('a/b', ONE);
    for (const name of ['.tmp#1', 'not a blob', 'x#y']) await writeFile(join(root, 'store/a', name), 'x');
    await mkdir(join(root, 'store/a folder'));
    await writeFile(join(root, 'store/a folder/c'), 'x');
    const found: string[] = [];
    for await (const { path } of store.list('')) found.push(path);
    expect(found).toEqual(['a/b']);
    expect(await store.listNames('a')).toEqual(['b']);
    expect(await store.listNames('')).toEqual(['a']);
  });

  it('ends on a circle of symbolic links', async () => {
    await store.put('a/b', ONE);
    await symlink('..', join(root, 'store/a/up'));
    const found: string[] = [];
    for await (const { path } of store.list('')) found.push(path);
    expect(found).toEqual(['a/b']);
  });

  it('says so when the store itself is a file', async () => {
    await writeFile(join(root, 'store'), 'x');
    await expect(store.listNames('')).rejects.toThrow(UnavailableError);
    await expect(store.get('a')).rejects.toThrow(NotFoundError);
  });

  it('keeps the descriptor until the reads under way have ended', async () => {
    await store.put('a', ONE);
    const handle = await store.open('a');
    const events: string[] = [];
    replaceCall('close', (original, args) => {
      events.push('close');
      original(...args);
    });
    const held: (() => void)[] = [];
    replaceCall('read', (original, args) => {
      const done = args.at(-1) as AnyCall;
      held.push(() =>
        original(...args.slice(0, -1), (...results: unknown[]) => {
          events.push('read');
          done(...results);
        }),
      );
    });
    const reading = handle.read({ offset: 0, length: 1 });
    const closing = handle.close();
    await store.stat('a');
    for (const start of held) start();
    await Promise.all([reading, closing]);
    expect(events).toEqual(['read', 'close']);
  });

  it('leaves no file open', async () => {
    const before = openFiles();
    await store.put('a', [new Uint8Array(100)]);
    await store.get('a');
    await store.getRange('a', { offset: 0, length: 200 }).catch(() => undefined);
    await store.getRange('a', { offset: -1, length: 2 }).catch(() => undefined);
    await store.put('b/c', ONE);
    await store.get('b').catch(() => undefined);
    await store.putIfAbsent('a', ONE);
    await store.putIfAbsent('b', ONE).catch(() => undefined);
    await store.put('b', ONE).catch(() => undefined);
    const handle = await store.open('a');
    await handle.close();
    expect(openFiles()).toBe(before);
  });
});

describe('linking in a directory store', () => {
  it('shares the bytes, and makes an old file young', async () => {
    await store.put('a', TWO);
    await utimes(join(root, 'store/a'), 1, 1);
    await store.link({ from: 'a', to: 'b/c' });
    expect(fs.statSync(join(root, 'store/b/c')).ino).toBe(fs.statSync(join(root, 'store/a')).ino);
    expect((await store.stat('b/c'))!.modifiedMs).toBeGreaterThan(1e12);
  });

  it.each(['EXDEV', 'EPERM', 'EMLINK'])('copies where link(2) answers %s', async (code) => {
    await store.put('a', TWO);
    let refusals = 0;
    replaceCall('link', (original, args) => {
      if (!String(args[0]).endsWith('/a')) return original(...args);
      refusals += 1;
      const error = Object.assign(new Error(code), { code, syscall: 'link' });
      (args.at(-1) as AnyCall)(error);
    });
    expect(await store.link({ from: 'a', to: 'b/c' })).toBe(true);
    expect(await store.link({ from: 'a', to: 'b/c' })).toBe(false);
    expect(refusals).toBe(2);
    expect(await store.get('b/c')).toEqual(Uint8Array.of(2, 2));
    expect(await readdir(join(root, 'store/b'))).toEqual(['c']);
  });
});

describe('writing a directory store', () => {
  it.each([
    ['below a regular file', () => join(root, 'file/store')],
    ['in a file system that takes no folders', () => '/proc/tilecurve/store'],
  ])('fails %s, naming the path', async (_, location) => {
    await writeFile(join(root, 'file'), 'x');
    const refusing = openDirectoryStore(location());
    for (const write of [refusing.put, refusing.putIfAbsent]) {
      const failure = await write('a/b', ONE).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(UnavailableError);
      expect(failure).toMatchObject({ fields: { path: join(location(), 'a/b') } });
    }
  });

  it('refuses to put a blob where a folder is, and leaves nothing behind', async () => {
    await store.put('a/b', ONE);
    await expect(store.put('a', ONE)).rejects.toThrow(UnavailableError);
    await expect(store.putIfAbsent('a', ONE)).rejects.toThrow(UnavailableError);
    expect(await readdir(join(root, 'store'))).toEqual(['a']);
  });

  it.each(['put', 'putIfAbsent'] as const)('%s goes on after short writes', async (write) => {
    const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    replaceCall('writev', (original, args) => {
      const [fd, buffers, done] = args as [number, Uint8Array[], unknown];
      original(fd, [buffers[0]!.subarray(0, 7)], done);
    });
    await store[write]('a', [content.subarray(0, 10), content.subarray(10, 500), content.subarray(500)]);
    expect(await store.get('a')).toEqual(content);
  });

  it.each([
    ['ENOSPC', 'disk full'],
    ['EROFS', 'not writable'],
    ['EACCES', 'not writable'],
    ['EMFILE', 'too many open files'],
    ['EDQUOT', 'quota'],
  ])('turns %s into a refusal that names file and cause', async (code, text) => {
    failCall('writev', code, () => true);
    const failure = await store.put('a/b', ONE).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).toMatchObject({ fields: { path: join(root, 'store/a/b'), cause: code } });
    expect((failure as Error).message).toContain(text);
    expect(await readdir(join(root, 'store/a'))).toEqual([]);
  });

  it('makes a folder again that a delete took away under it', async () => {
    let left = 4;
    failCall('open', 'ENOENT', () => left-- > 0);
    await store.put('a/b', ONE);
    expect(await store.get('a/b')).toEqual(ONE[0]);
  });

  it('never syncs again after a failed sync', async () => {
    await store.put('a', ONE);
    const syncs = failCall('fsync', 'EIO', () => true);
    await expect(store.put('a', TWO)).rejects.toThrow(UnavailableError);
    expect(syncs.mock.calls).toHaveLength(1);
    expect(await store.get('a')).toEqual(ONE[0]);
  });

  it('removes its temporary file when aborted half way', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    replaceCall('writev', (original, args) => {
      abort.abort(reason);
      original(...args);
    });
    const writing = store.put('a', ONE, { signal: abort.signal });
    expect(await writing.catch((error: unknown) => error)).toBe(reason);
    expect(await readdir(join(root, 'store'))).toEqual([]);
  });

  it('creates once where the file system has no hard links', async () => {
    for (const code of ['EPERM', 'ENOTSUP']) {
      failCall('link', code, () => true);
      const won = await Promise.all(
        Array.from({ length: 16 }, () => store.putIfAbsent(`links/${code}`, TWO)),
      );
      expect(won.filter((isWinner) => isWinner)).toHaveLength(1);
      expect(await store.get(`links/${code}`)).toEqual(Uint8Array.of(2, 2));
      vi.restoreAllMocks();
    }
    expect((await readdir(join(root, 'store/links'))).sort()).toEqual(['ENOTSUP', 'EPERM']);
  });

  it('does not create when the link fails otherwise', async () => {
    failCall('link', 'EIO', () => true);
    await expect(store.putIfAbsent('a', ONE)).rejects.toThrow(UnavailableError);
    expect(await readdir(join(root, 'store'))).toEqual([]);
  });

  it('sweeps remains of interrupted puts once they are old', async () => {
    await store.put('a/b', ONE);
    await mkdir(join(root, 'store/dead'));
    for (const name of ['a/.tmp#1', 'dead/.tmp#2']) {
      await writeFile(join(root, 'store', name), 'x');
      await utimes(join(root, 'store', name), new Date(0), new Date(0));
    }
    await writeFile(join(root, 'store/a/.tmp#3'), 'x');
    expect(await store.sweep('', { olderThanMs: 3_600_000 })).toBe(2);
    expect(await readdir(join(root, 'store'))).toEqual(['a']);
    expect((await readdir(join(root, 'store/a'))).sort()).toEqual(['.tmp#3', 'b']);
  });
});

describe('a crash of a directory store', () => {
  it('syncs bytes before the name, and the name before it answers', async () => {
    for (const write of ['put', 'putIfAbsent'] as const) {
      const calls = recordCalls(['open', 'writev', 'fsync', 'rename', 'link', 'mkdir', 'unlink']);
      await store[write](`deep/${write}/file`, ONE);
      vi.restoreAllMocks();
      const publish = calls.findIndex((call) => call.startsWith(write === 'put' ? 'rename' : 'link'));
      const bytesSync = calls.findLastIndex((call, i) => i < publish && /^fsync .*\.tmp#/.test(call));
      expect(bytesSync).toBeGreaterThan(calls.findIndex((call) => call.startsWith('writev')));
      expect(calls.slice(bytesSync + 1, publish).filter((call) => call.startsWith('writev'))).toEqual([]);
      const synced = calls.slice(publish).filter((call) => call.startsWith('fsync'));
      for (const folder of [`store/deep/${write}`, 'store/deep', 'store']) {
        expect(synced).toContain(`fsync ${join(root, folder)}`);
      }
    }
  });

  it.each(['put', 'putIfAbsent'] as const)(
    'at any call of %s leaves the old or the new blob, whole, and no trace after an error',
    async (write) => {
      const path = 'deep/file';
      for (let step = 0, isDone = false; !isDone; step++) {
        const fresh = openDirectoryStore(join(root, `${write}-${step}`));
        if (write === 'put') await fresh.put(path, ONE);
        let left = step;
        const names: CallName[] = ['open', 'writev', 'fsync', 'rename', 'link', 'mkdir'];
        for (const name of names) failCall(name, 'EIO', () => left-- === 0);
        const outcome = await fresh[write](path, TWO).catch((error: unknown) => error);
        vi.restoreAllMocks();
        isDone = left >= 0;
        if (!isDone) expect(outcome).toBeInstanceOf(UnavailableError);
        const found = await fresh.get(path).catch(() => undefined);
        expect([undefined, '1', '2,2']).toContain(found?.join());
        if (write === 'put') expect(found).toBeDefined();
        const below = await readdir(join(root, `${write}-${step}`), { recursive: true }).catch(() => []);
        expect(below.filter((name) => name.includes('.tmp#'))).toEqual([]);
        expect(step).toBeLessThan(50);
      }
    },
  );
});

function openFiles(): number {
  return fs.readdirSync('/proc/self/fd').length;
}

function replaceCall(name: CallName, replacement: (original: AnyCall, args: unknown[]) => void) {
  const original = fs[name] as unknown as AnyCall;
  const calls = fs as unknown as Record<CallName, AnyCall>;
  return vi.spyOn(calls, name).mockImplementation((...args) => replacement(original, args));
}

function failCall(name: CallName, code: string, isFailing: () => boolean) {
  return replaceCall(name, (original, args) => {
    if (!isFailing()) return original(...args);
    const done = args.at(-1) as (error: Error) => void;
    queueMicrotask(() => done(Object.assign(new Error(`${code}: injected`), { code, syscall: name })));
  });
}

/** `name file` of each call; a descriptor is told as the file it was opened on. */
function recordCalls(names: readonly CallName[]): string[] {
  const calls: string[] = [];
  const files = new Map<unknown, unknown>();
  for (const name of names) {
    replaceCall(name, (original, args) => {
      calls.push(`${name} ${typeof args[0] === 'number' ? files.get(args[0]) : args[0]}`);
      if (name !== 'open') return original(...args);
      const done = args.at(-1) as (error: Error | null, fd: number) => void;
      original(...args.slice(0, -1), (error: Error | null, fd: number) => {
        files.set(fd, args[0]);
        done(error, fd);
      });
    });
  }
  return calls;
}

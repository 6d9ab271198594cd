import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirectoryStore } from '../../src/blob/index.js';
import { UnavailableError } from '../../src/errors/index.js';
import { type CallFault, type CallName, withMounted } from '../../tools/faults/disk/mount-disk.js';
import { powerCuts } from '../../tools/faults/disk/power-cut.js';
import { SimulatedDisk } from '../../tools/faults/disk/simulated-disk.js';
import { createRandom } from '../../tools/random.js';
import { describeBlobStore } from '../conformance/blob-store.js';

const ROOT = '/tilecurve-simulated-disk/store';
const ONE = [Uint8Array.of(1)];
const LOST: CallFault = { kind: 'lost', code: 'EIO' };

let disk: SimulatedDisk;
/** Which calls fail, asked once for each. */
let fails: (name: CallName) => boolean;

beforeEach(() => {
  disk = new SimulatedDisk(ROOT);
  fails = () => false;
});

// The simulated disk must behave as a real one does before anything is concluded from it.
describe('on a simulated disk', () => {
  let unmount: () => void;
  afterEach(() => unmount());

  describeBlobStore('the directory store', async () => {
    let isMounted: (() => void) | undefined;
    const mounted = new Promise<void>((done) => {
      isMounted = done;
    });
    const held = new Promise<void>((done) => {
      unmount = done;
    });
    const ended = withMounted(new SimulatedDisk(ROOT), {}, async () => {
      isMounted!();
      await held;
    });
    await mounted;
    return {
      store: openDirectoryStore(`${ROOT}/new/store`),
      dispose: async () => {
        unmount();
        await ended;
      },
    };
  });
});

describe('what a power cut leaves of a directory store', () => {
  it('is every blob that is said to exist, made by another writer a moment ago', async () => {
    // The other has made the name and not got as far as its sync: the commit that relied on it was lost.
    let found: boolean | undefined;
    fails = syncAfterLink();
    await mounted(async () => {
      const other = openDirectoryStore(ROOT);
      await expect(withoutUnlink(() => other.putIfAbsent('a/b', ONE))).rejects.toThrow(UnavailableError);
      found = await openDirectoryStore(ROOT).putIfAbsent('a/b', ONE);
    });
    expect(found).toBe(false);
    expect(survivors()).toContain('a/b');
  });

  it('has no name that came after another one without that', async () => {
    fails = syncAfterLink();
    const seen: string[][] = [];
    await mounted(async () => {
      const other = openDirectoryStore(ROOT);
      await withoutUnlink(() => other.putIfAbsent('a/1', ONE)).catch(() => undefined);
      await openDirectoryStore(ROOT).putIfAbsent('a/2', ONE);
      for (const cut of everyCut) seen.push(cut);
    });
    expect(seen.some((files) => files.includes('a/2'))).toBe(true);
    for (const files of seen) if (files.includes('a/2')) expect(files).toContain('a/1');
  });

  it.each(['putIfAbsent', 'link'] as const)(
    'is what %s made after one that could not be synced',
    async (call) => {
      for (let k = 1; k <= 12; k++) {
        disk = new SimulatedDisk(ROOT);
        fails = () => false;
        await mounted(() => openDirectoryStore(ROOT).put('from', ONE));
        fails = failing('fsync', k);
        await mounted(async () => {
          const make = () => {
            const store = openDirectoryStore(ROOT);
            return call === 'link'
              ? store.link({ from: 'from', to: 'a/b/c' })
              : store.putIfAbsent('a/b/c', ONE);
          };
          const first = await make().catch((error: unknown) => error);
          if (first !== true) {
            expect(first).toBeInstanceOf(UnavailableError);
            expect(await make()).toBe(true);
          }
        });
        expect(survivors()).toContain('a/b/c');
      }
    },
  );

  it('is nothing that was deleted for good, nor what went from its folder before', async () => {
    await mounted(async () => {
      const store = openDirectoryStore(ROOT);
      for (const path of ['a/b/1', 'a/b/2', 'a/c', 'd']) await store.put(path, ONE);
      await store.delete('a/b/1');
      await store.delete('a/b/2', { isDurable: true });
      await store.delete('d', { isDurable: true });
      await store.delete('never/there', { isDurable: true });
    });
    for (const cut of powerCuts(disk, createRandom(1), 10)) {
      expect([...cut.disk.files()].map(([path]) => path).filter((path) => !path.includes('.tmp#'))).toEqual([
        'a/c',
      ]);
    }
  });
});

let everyCut: string[][] = [];
let mayUnlink = true;

/** As a process that dies at this moment: it does not get to take anything back. */
async function withoutUnlink<T>(work: () => Promise<T>): Promise<T> {
  mayUnlink = false;
  try {
    return await work();
  } finally {
    mayUnlink = true;
  }
}

async function mounted(work: () => Promise<unknown>): Promise<void> {
  everyCut = [];
  const faultOf = (name: CallName): CallFault | undefined => {
    if (name === 'unlink' && !mayUnlink) return { kind: 'error', code: 'EIO' };
    if (!fails(name)) return undefined;
    return mayUnlink ? LOST : { kind: 'error', code: 'EIO' };
  };
  const onChange = () => {
    for (const { disk: left } of powerCuts(disk, createRandom(1), 0)) {
      everyCut.push([...left.files()].map(([path]) => path));
    }
  };
  await withMounted(disk, { faultOf, onChange }, work);
}

/** Fails the k-th call of a name, once. */
function failing(name: CallName, k: number): (called: CallName) => boolean {
  let left = k;
  return (called) => called === name && --left === 0;
}

/** Fails the first sync after the first link: the name is there, and not durable. */
function syncAfterLink(): (called: CallName) => boolean {
  let isLinked = false;
  let hasFailed = false;
  return (called) => {
    if (called === 'link') isLinked = true;
    if (called !== 'fsync' || !isLinked || hasFailed) return false;
    hasFailed = true;
    return true;
  };
}

/** Files that are left when nothing survives but what was synced. */
function survivors(): string[] {
  const [cut] = powerCuts(disk, createRandom(1), 0);
  return [...cut!.disk.files()].map(([path]) => path);
}

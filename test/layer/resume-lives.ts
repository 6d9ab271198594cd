import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BlobStore } from '../../src/blob/index.js';
import { LayerReader, verifyLayer } from '../../src/layer/index.js';
import type { Source } from '../../src/sources/index.js';
import type { ArraySource, ArraySourceSpec } from './array-source.js';

/** A process that is killed at its n-th call of the store or the source, as far as those can tell. */
export interface Life {
  readonly store: BlobStore;
  readonly source: Source;
  readonly calls: () => number;
  readonly isDead: () => boolean;
}

/** `onDeath` sees what is on disk at that moment; whatever the process does after it fails. */
export function lifeOf(
  { store, source }: { store: BlobStore; source: Source },
  { diesAt, onDeath }: { diesAt: number; onDeath: () => void },
): Life {
  let calls = 0;
  let isDead = false;
  const live = () => {
    if (!isDead && ++calls >= diesAt) {
      isDead = true;
      onDeath();
    }
    if (isDead) throw new Error('killed');
  };
  const mortal: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(store)) {
    if (typeof member !== 'function' || name === 'list') {
      mortal[name] = member;
      continue;
    }
    mortal[name] = async (...args: unknown[]) => {
      live();
      return (member as (...args: unknown[]) => unknown)(...args);
    };
  }
  return {
    store: mortal as unknown as BlobStore,
    source: {
      ...source,
      read: async (parameter, window, signal) => {
        live();
        return source.read(parameter, window, signal);
      },
    },
    calls: () => calls,
    isDead: () => isDead,
  };
}

/** Copies LevelDB's files as a kill would leave them: tables may be merged behind our back, so until two looks agree. */
export function copyAtOneMoment(from: string, to: string): void {
  for (;;) {
    const before = look(from);
    if (before === '') return;
    rmSync(to, { recursive: true, force: true });
    try {
      cpSync(from, to, { recursive: true });
    } catch {
      continue;
    }
    if (look(from) === before) return;
  }
}

function look(folder: string): string {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => `${name} ${statSync(join(folder, name)).size}`)
      .join();
  } catch {
    return '';
  }
}

/** Fails unless the layer is sound and has no file too many. */
export async function expectTidy(store: BlobStore, layer: string): Promise<void> {
  expect(await verifyLayer(store, layer)).toMatchObject({ faults: [], unlisted: [] });
}

/** Fails unless the layer is sound and gives every cell back. */
export async function expectWhole(
  store: BlobStore,
  layer: string,
  source: ArraySource,
  spec: ArraySourceSpec,
): Promise<void> {
  expect(await verifyLayer(store, layer)).toMatchObject({ faults: [] });
  const reader = await LayerReader.open(store, layer);
  const plan = reader.plan({ parameter: 'p' });
  const values = await reader.read(plan);
  const names = ['member', 't', 'z', 'y', 'x'] as const;
  const lengths = names.map((name) => spec.shape[spec.dims.indexOf(name)] ?? 1);
  expect(values.length).toBe(lengths.reduce((a, b) => a * b, 1));
  let wrong = 0;
  values.forEach((value, i) => {
    let rest = i;
    const at: Record<string, number> = {};
    for (let d = names.length - 1; d >= 0; d--) {
      at[names[d]!] = rest % lengths[d]!;
      rest = Math.floor(rest / lengths[d]!);
    }
    const expected = source.physicalAt(at);
    if (expected === null ? !Number.isNaN(value) : value !== expected) wrong += 1;
  });
  expect(wrong).toBe(0);
  await reader.close();
}

/** Values of all levels but the native one, one after the other. */
export async function upperLevels(store: BlobStore, layer: string): Promise<number[]> {
  const reader = await LayerReader.open(store, layer);
  const values: number[] = [];
  for (let level = 1; level < reader.manifest.levels; level++) {
    for (const value of await reader.read(reader.plan({ parameter: 'p', level }))) values.push(value);
  }
  await reader.close();
  return values;
}

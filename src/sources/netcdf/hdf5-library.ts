import fs from 'node:fs';
import type { Hdf5Module } from './hdf5-module.js';
import type { Hdf5Setup } from './hdf5-protocol.js';

/** The file holds what the library cannot read: damage, most likely. */
export class DamageError extends Error {}

/** The library with one file open. */
export interface OpenLibrary {
  readonly module: Hdf5Module;
  readonly file: bigint;
  /** Runs `compute`; what the library complains about meanwhile, even without failing, is DamageError. */
  readonly run: <T>(compute: () => T) => T;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// Not among the types of Node's own globals.
interface WasmGlobal {
  readonly WebAssembly: { readonly Memory: { readonly prototype: WasmMemory } };
}

const pageBytes = 64 * 1024;
const maxComplaintChars = 8192;

/** Loads the library into this thread, shuts it in, and opens the file. To be called once, in a worker. */
export async function openLibrary({ path, maxHeapBytes }: Hdf5Setup): Promise<OpenLibrary> {
  limitMemory(maxHeapBytes);
  // The compiled library binds these when it loads, for what it says of itself.
  console.log = () => {};
  console.error = () => {};
  const { ready } = await import('h5wasm/node');
  const module = (await ready) as unknown as Hdf5Module;
  const complaints = shutIn(path);
  const run = <T>(compute: () => T): T => {
    complaints.text = '';
    module.deactivate_throwing_error_handler();
    try {
      const result = compute();
      if (complaints.text === '') return result;
    } catch (error) {
      // What h5wasm throws says less than what the library printed before.
      if (complaints.text === '') throw error;
    }
    throw new DamageError(reasonOf(complaints.text));
  };
  const file = run(() => module.open(path, module.H5F_ACC_RDONLY, false, -1, -1));
  if (file < 0n) throw new DamageError('the file cannot be opened');
  return { module, file, run };
}

/**
 * The library's memory only grows, and it grows for whatever sizes a file states (a compressed chunk is
 * inflated until its stream ends). When growing throws, the library gets no memory and fails as it should.
 */
function limitMemory(maxHeapBytes: number): void {
  const { prototype } = (globalThis as unknown as WasmGlobal).WebAssembly.Memory;
  const grow = prototype.grow;
  prototype.grow = function (this: WasmMemory, pages: number): number {
    const wanted = this.buffer.byteLength + pages * pageBytes;
    if (wanted > maxHeapBytes) throw new RangeError('no more memory for the HDF5 library');
    return grow.call(this, pages);
  };
}

/**
 * The library reads through node:fs of its thread. A file may name others (external links, raw data kept
 * elsewhere, plugins): none but `path` is opened, and that one to read. What the library prints to its standard
 * error is how it tells of damage in calls whose status h5wasm drops.
 */
function shutIn(path: string): { text: string } {
  const complaints = { text: '' };
  const { openSync } = fs;
  fs.openSync = (name, flags, mode) => {
    const isRead = flags === undefined || flags === 'r' || (typeof flags === 'number' && (flags & 3) === 0);
    if (name === path && isRead) return openSync(name, flags, mode);
    throw Object.assign(new Error('not allowed'), { code: 'EACCES' });
  };
  const capture = (_fd: number, bytes: ArrayBufferView | string, offset?: number | null, length?: number) => {
    const text =
      typeof bytes === 'string'
        ? bytes
        : Buffer.from(
            bytes.buffer,
            bytes.byteOffset + (offset ?? 0),
            length ?? bytes.byteLength - (offset ?? 0),
          ).toString('latin1');
    complaints.text = (complaints.text + text).slice(0, maxComplaintChars);
    return text.length;
  };
  fs.writeSync = capture as typeof fs.writeSync;
  return complaints;
}

/** The innermost line of an HDF5 error stack. */
function reasonOf(complaints: string): string {
  const lines = [...complaints.matchAll(/^ *#\d+: .*?\(\): (.+)$/gm)].map((match) => match[1]!);
  return (lines.at(-1) ?? complaints).replace(/\s+/g, ' ').trim().slice(0, 120);
}

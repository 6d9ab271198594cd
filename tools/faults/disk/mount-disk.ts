import fs from 'node:fs';
import { firstDescriptor, type SimulatedDisk, systemError } from './simulated-disk.js';

/** The calls of `node:fs` that a mounted disk answers, each also under its name with `Sync`. */
export const callNames = [
  'open',
  'close',
  'stat',
  'fstat',
  'read',
  'writev',
  'fsync',
  'rename',
  'link',
  'copyFile',
  'utimes',
  'unlink',
  'mkdir',
  'rmdir',
  'readdir',
] as const;

export type CallName = (typeof callNames)[number];

/** What becomes of a call that does not end well. */
export type CallFault =
  /** It does nothing and reports the code. */
  | { readonly kind: 'error'; readonly code: string }
  /** A sync that fails and loses what it was to make durable. */
  | { readonly kind: 'lost'; readonly code: string }
  /** A read or write of less than it was asked for. */
  | { readonly kind: 'short' };

/** Who is told of the calls. */
export interface CallWatcher {
  /** Before a call is carried out; what it answers happens instead. */
  readonly faultOf?: (name: CallName) => CallFault | undefined;
  /** After a call that changed what the disk holds, or what a power cut leaves of it. */
  readonly onChange?: () => void;
}

const changing = new Set<CallName>([
  'writev',
  'fsync',
  'rename',
  'link',
  'copyFile',
  'utimes',
  'unlink',
  'mkdir',
  'rmdir',
]);

type AnyCall = (...args: unknown[]) => unknown;

/** Calls as the name of the kernel's function, where an error says it otherwise. */
const kernelNames: Readonly<Partial<Record<CallName, string>>> = {
  writev: 'write',
  copyFile: 'copyfile',
  utimes: 'utime',
  readdir: 'scandir',
};

/**
 * Runs `work` while every call for a path below the disk's root, or for a descriptor of it, goes to the disk. One
 * disk at a time: the functions of the default object of `node:fs` are replaced, which the product looks up at
 * each call.
 */
export async function withMounted<T>(
  disk: SimulatedDisk,
  watcher: CallWatcher,
  work: () => Promise<T>,
): Promise<T> {
  const calls = fs as unknown as Record<string, AnyCall>;
  const originals = new Map<string, AnyCall>();
  const replace = (name: string, call: AnyCall) => {
    const original = calls[name]!;
    originals.set(name, original);
    calls[name] = (...args) => (isOurs(disk, args[0]) ? call(...args) : original(...args));
  };
  for (const name of callNames) {
    replace(name, (...args) => answerLater(disk, watcher, { name, args }));
    replace(`${name}Sync`, (...args) => answerNow(disk, watcher, { name, args }));
  }
  try {
    return await work();
  } finally {
    for (const [name, original] of originals) calls[name] = original;
  }
}

function isOurs(disk: SimulatedDisk, target: unknown): boolean {
  if (typeof target === 'number') return target >= firstDescriptor;
  return typeof target === 'string' && (target === disk.root || target.startsWith(`${disk.root}/`));
}

interface Call {
  readonly name: CallName;
  readonly args: readonly unknown[];
}

/** The work is done when the call is made, its answer comes in a later turn of the event loop. */
function answerLater(disk: SimulatedDisk, watcher: CallWatcher, { name, args }: Call): void {
  const done = args.at(-1) as (error: unknown, result?: unknown) => void;
  setImmediate(() => {
    let result: unknown;
    try {
      result = carryOut(disk, watcher, { name, args: args.slice(0, -1) });
    } catch (error) {
      done(error);
      return;
    }
    done(null, result);
  });
}

function answerNow(disk: SimulatedDisk, watcher: CallWatcher, call: Call): unknown {
  try {
    return carryOut(disk, watcher, call);
  } catch (error) {
    const [, options] = call.args as [unknown, { throwIfNoEntry?: boolean } | undefined];
    const isAbsence = (error as NodeJS.ErrnoException).code === 'ENOENT' && options?.throwIfNoEntry === false;
    if (isAbsence) return undefined;
    throw error;
  }
}

function carryOut(disk: SimulatedDisk, watcher: CallWatcher, { name, args }: Call): unknown {
  const fault = watcher.faultOf?.(name);
  if (fault === undefined || fault.kind === 'short') {
    const result = perform(disk, name, fault ? shorten(name, args) : args);
    if (changing.has(name) || (name === 'open' && args[1] === 'wx')) watcher.onChange?.();
    return result;
  }
  if (fault.kind === 'lost') disk.dropUnsynced(args[0] as number);
  // A descriptor is gone after a close whatever the close reports.
  if (name === 'close') disk.close(args[0] as number);
  throw systemError(fault.code, kernelNames[name] ?? name, String(args[0]));
}

function perform(disk: SimulatedDisk, name: CallName, args: readonly unknown[]): unknown {
  const method = disk[name] as AnyCall;
  return method.apply(disk, name === 'read' ? [...readArguments(args)] : [...args]);
}

type ReadArguments = readonly [
  fd: number,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number,
];

/** The arguments of a read in full: it may name its range in an object. */
function readArguments([fd, into, ...rest]: readonly unknown[]): ReadArguments {
  const bytes = into as Uint8Array;
  const named = typeof rest[0] === 'object' ? (rest[0] as Record<string, number>) : undefined;
  const offset = named?.offset ?? (named ? 0 : (rest[0] as number));
  const length = named?.length ?? (rest[1] as number | undefined) ?? bytes.byteLength - offset;
  return [fd as number, bytes, offset, length, named?.position ?? (rest[2] as number)];
}

/** Half of what was asked, and at least a byte of it. */
function shorten(name: CallName, args: readonly unknown[]): unknown[] {
  if (name === 'read') {
    const [fd, into, offset, length, position] = readArguments(args);
    return [fd, into, offset, Math.ceil(length / 2), position];
  }
  const [fd, buffers] = args as [number, readonly Uint8Array[]];
  const [first] = buffers;
  return [fd, [first!.subarray(0, Math.ceil(first!.length / 2))]];
}

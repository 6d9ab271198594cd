import fs from 'node:fs';
import { UnavailableError } from '../errors/index.js';

// Callback calls on raw descriptors: FileHandle promises cost five times as much per read.

/** `flags` as for open(2); exclusive creation is 'wx'. */
export function openFile(path: string, flags: 'r' | 'wx'): Promise<number> {
  return promise((done) => fs.open(path, flags, done));
}

export function closeFile(fd: number): Promise<void> {
  return promise((done) => fs.close(fd, done));
}

export function statFile(target: number | string): Promise<fs.Stats> {
  return promise((done) => (typeof target === 'string' ? fs.stat(target, done) : fs.fstat(target, done)));
}

/** Makes what was written to a file, or the names in a directory, survive a power cut. */
export function syncFile(fd: number): Promise<void> {
  return promise((done) => fs.fsync(fd, done));
}

export function renameFile(from: string, to: string): Promise<void> {
  return promise((done) => fs.rename(from, to, done));
}

export function linkFile(existing: string, name: string): Promise<void> {
  return promise((done) => fs.link(existing, name, done));
}

/** Copies a file to a name that must be free; the bytes are not synced. */
export function copyNewFile(from: string, to: string): Promise<void> {
  return promise((done) => fs.copyFile(from, to, fs.constants.COPYFILE_EXCL, done));
}

/** Sets the time of the last change to now. */
export function touchFile(path: string): Promise<void> {
  const now = new Date();
  return promise((done) => fs.utimes(path, now, now, done));
}

export function unlinkFile(path: string): Promise<void> {
  return promise((done) => fs.unlink(path, done));
}

export function makeDirectory(path: string): Promise<void> {
  return promise((done) => fs.mkdir(path, done));
}

export function removeEmptyDirectory(path: string): Promise<void> {
  return promise((done) => fs.rmdir(path, done));
}

export function readDirectory(path: string): Promise<fs.Dirent[]> {
  return promise((done) => fs.readdir(path, { withFileTypes: true }, done));
}

/** Fills `into` from `position` on, as far as the file goes; the bytes read. */
export async function readFully(fd: number, into: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    // read(2) takes at most 2 GiB - 4 KiB at a time.
    const length = Math.min(into.length - filled, 2 ** 30);
    const count = await promise<number>((done) => fs.read(fd, into, filled, length, position + filled, done));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** As `readFully`, while the process waits. */
export function readFullySync(fd: number, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.length) {
    const length = Math.min(into.length - filled, 2 ** 30);
    const count = fs.readSync(fd, into, filled, length, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** Appends all of `buffers`, going on after short writes. */
export async function writeFully(fd: number, buffers: readonly Uint8Array[]): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0);
  while (rest.length > 0) {
    const pending = rest;
    const count = await promise<number>((done) => fs.writev(fd, pending, done));
    if (count === 0) throw new UnavailableError('cannot write: the file takes no more bytes');
    rest = dropBytes(rest, count);
  }
}

function dropBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  let first = 0;
  while (first < buffers.length && buffers[first]!.length <= left) left -= buffers[first++]!.length;
  const rest = buffers.slice(first);
  if (left > 0) rest[0] = rest[0]!.subarray(left);
  return rest;
}

type Done<T> = (error: Error | null, result?: T) => void;

function promise<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === null || error === undefined ? resolve(result as T) : reject(error)));
  });
}

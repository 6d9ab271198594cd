import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  applyChange,
  cloneFolder,
  type DiskFile,
  type DiskFolder,
  type DiskNode,
  type NameChange,
} from './disk-nodes.js';

/** Descriptors of a simulated disk lie far above those of the operating system. */
export const firstDescriptor = 1_000_000;

const NO_BYTES = new Uint8Array(0);
const FILE_MODE = 0o100644;
const FOLDER_MODE = 0o040755;

let nodes = 0;

/**
 * A file system in memory that knows what of it a power cut would leave.
 *
 * Its methods are the calls of `node:fs` by their names, without callbacks; they throw what those throw. Paths are
 * those below `root`, which is there from the start.
 */
export class SimulatedDisk {
  readonly root: string;
  readonly top: DiskFolder;
  readonly #open = new Map<number, DiskNode>();
  #nextDescriptor = firstDescriptor;

  constructor(root: string, top: DiskFolder = newFolder()) {
    this.root = root;
    this.top = top;
  }

  /** A disk of its own in the same state; nothing is open on it. */
  clone(): SimulatedDisk {
    return new SimulatedDisk(this.root, cloneFolder(this.top));
  }

  get openFiles(): number {
    return this.#open.size;
  }

  /** Every file by its path below the root, sorted. */
  *files(folder = this.top, prefix = ''): Generator<[path: string, file: DiskFile]> {
    for (const [name, node] of [...folder.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (node.kind === 'file') yield [prefix + name, node];
      else yield* this.files(node, `${prefix}${name}/`);
    }
  }

  /** Equal for disks with the same files, and the same empty folders, below `prefix`. */
  digest(prefix = ''): string {
    const hash = createHash('sha256');
    const add = (folder: DiskFolder, path: string) => {
      for (const [name, node] of [...folder.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        hash.update(`${path}${name}\0${node.kind === 'file' ? digestOf(node.bytes) : ''}\0`);
        if (node.kind === 'folder') add(node, `${path}${name}/`);
      }
    };
    const node = this.#find(`${this.root}/${prefix}`, 'stat');
    if (node.kind === 'folder') add(node, prefix);
    return hash.digest('hex');
  }

  open(path: string, flags: string | number = 'r'): number {
    if (flags === 'wx') {
      const { folder, name } = this.#place(path, 'open');
      if (folder.entries.has(name)) throw systemError('EEXIST', 'open', path);
      this.#change(folder, { sets: { name, node: newFile() } });
    } else if (flags !== 'r' && flags !== fs.constants.O_RDONLY) {
      throw systemError('EINVAL', 'open', path);
    }
    const fd = this.#nextDescriptor++;
    this.#open.set(fd, this.#find(path, 'open'));
    return fd;
  }

  close(fd: number): void {
    if (!this.#open.delete(fd)) throw systemError('EBADF', 'close', String(fd));
  }

  stat(path: string): fs.Stats {
    return statsOf(this.#find(path, 'stat'));
  }

  fstat(fd: number): fs.Stats {
    return statsOf(this.#opened(fd, 'fstat'));
  }

  read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number {
    const { bytes } = this.#openedFile(fd, 'read');
    const part = bytes.subarray(position, position + Math.min(length, into.length - offset));
    into.set(part, offset);
    return part.length;
  }

  writev(fd: number, buffers: readonly Uint8Array[]): number {
    const file = this.#openedFile(fd, 'write');
    const before = file.bytes.length;
    file.bytes = new Uint8Array(Buffer.concat([file.bytes, ...buffers]));
    file.modifiedMs = Date.now();
    return file.bytes.length - before;
  }

  fsync(fd: number): void {
    const node = this.#opened(fd, 'fsync');
    if (node.kind === 'file') {
      if (!node.isLost) node.durable = node.bytes;
      return;
    }
    for (const change of node.pending) applyChange(node.durable, change);
    node.pending = [];
  }

  /**
   * What Linux does after a sync that failed: bytes and names that were to be made durable are no longer dirty, and
   * on the disk nowhere. Removals stay to be done.
   */
  dropUnsynced(fd: number): void {
    const node = this.#opened(fd, 'fsync');
    if (node.kind === 'folder') node.pending = node.pending.filter(({ sets }) => sets === undefined);
    else node.isLost = true;
  }

  rename(from: string, to: string): void {
    const source = this.#find(from, 'rename');
    const target = this.#place(to, 'rename');
    const place = this.#place(from, 'rename');
    if (place.folder !== target.folder) throw systemError('EXDEV', 'rename', from);
    const existing = target.folder.entries.get(target.name);
    if (existing?.kind === 'folder') throw systemError('EISDIR', 'rename', to);
    // As POSIX has it: two names of one file both stay.
    if (existing === source) return;
    this.#change(target.folder, { removes: place.name, sets: { name: target.name, node: source } });
  }

  link(existing: string, path: string): void {
    const node = this.#find(existing, 'link');
    if (node.kind === 'folder') throw systemError('EPERM', 'link', existing);
    const { folder, name } = this.#place(path, 'link');
    if (folder.entries.has(name)) throw systemError('EEXIST', 'link', path);
    this.#change(folder, { sets: { name, node } });
  }

  copyFile(from: string, to: string): void {
    const source = this.#find(from, 'copyfile');
    if (source.kind === 'folder') throw systemError('EISDIR', 'copyfile', from);
    const { folder, name } = this.#place(to, 'copyfile');
    if (folder.entries.has(name)) throw systemError('EEXIST', 'copyfile', to);
    this.#change(folder, { sets: { name, node: { ...newFile(), bytes: source.bytes } } });
  }

  utimes(path: string, _accessed: unknown, modified: Date): void {
    this.#find(path, 'utime').modifiedMs = modified.getTime();
  }

  unlink(path: string): void {
    if (this.#find(path, 'unlink').kind === 'folder') throw systemError('EISDIR', 'unlink', path);
    const { folder, name } = this.#place(path, 'unlink');
    this.#change(folder, { removes: name });
  }

  mkdir(path: string): void {
    const { folder, name } = this.#place(path, 'mkdir');
    if (folder.entries.has(name)) throw systemError('EEXIST', 'mkdir', path);
    this.#change(folder, { sets: { name, node: newFolder() } });
  }

  rmdir(path: string): void {
    const node = this.#find(path, 'rmdir');
    if (node.kind === 'file') throw systemError('ENOTDIR', 'rmdir', path);
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', path);
    const { folder, name } = this.#place(path, 'rmdir');
    this.#change(folder, { removes: name });
  }

  readdir(path: string): fs.Dirent[] {
    const node = this.#find(path, 'scandir');
    if (node.kind === 'file') throw systemError('ENOTDIR', 'scandir', path);
    return [...node.entries].map(([name, { kind }]) => directoryEntry(name, kind, path));
  }

  #change(folder: DiskFolder, change: NameChange): void {
    applyChange(folder.entries, change);
    folder.pending.push(change);
    folder.modifiedMs = Date.now();
  }

  #opened(fd: number, call: string): DiskNode {
    const node = this.#open.get(fd);
    if (node === undefined) throw systemError('EBADF', call, String(fd));
    return node;
  }

  #openedFile(fd: number, call: string): DiskFile {
    const node = this.#opened(fd, call);
    if (node.kind === 'folder') throw systemError('EISDIR', call, String(fd));
    return node;
  }

  #find(path: string, call: string): DiskNode {
    let node: DiskNode = this.top;
    for (const name of path.slice(this.root.length).split('/').filter(Boolean)) {
      if (node.kind === 'file') throw systemError('ENOTDIR', call, path);
      const next: DiskNode | undefined = node.entries.get(name);
      if (next === undefined) throw systemError('ENOENT', call, path);
      node = next;
    }
    return node;
  }

  #place(path: string, call: string): { folder: DiskFolder; name: string } {
    const folder = this.#find(dirname(path), call);
    if (folder.kind === 'file') throw systemError('ENOTDIR', call, path);
    // A folder that was removed while somebody had its path takes no names.
    return { folder, name: basename(path) };
  }
}

/** A failed call of the operating system, as `node:fs` reports it. */
export function systemError(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated, ${syscall} '${path}'`), { code, syscall, path });
}

function newFile(): DiskFile {
  return {
    kind: 'file',
    id: nodes++,
    bytes: NO_BYTES,
    durable: NO_BYTES,
    isLost: false,
    modifiedMs: Date.now(),
  };
}

/** An empty folder. */
export function newFolder(): DiskFolder {
  const names = { entries: new Map(), durable: new Map(), pending: [] };
  return { kind: 'folder', id: nodes++, ...names, modifiedMs: Date.now() };
}

function statsOf(node: DiskNode): fs.Stats {
  return Object.assign(Object.create(fs.Stats.prototype), {
    ino: node.id,
    mode: node.kind === 'file' ? FILE_MODE : FOLDER_MODE,
    size: node.kind === 'file' ? node.bytes.length : 4096,
    mtimeMs: node.modifiedMs,
    birthtimeMs: node.id,
  });
}

const digests = new WeakMap<Uint8Array, string>();

/** Bytes are never written to, so each array has one digest for good. */
function digestOf(bytes: Uint8Array): string {
  const known = digests.get(bytes);
  if (known) return known;
  const digest = createHash('sha256').update(bytes).digest('hex');
  digests.set(bytes, digest);
  return digest;
}

/** The class is public, its constructor and the numbers it takes are not typed. */
const Entry = fs.Dirent as unknown as new (name: string, type: number, path: string) => fs.Dirent;
const entryTypes = fs.constants as unknown as { UV_DIRENT_DIR: number; UV_DIRENT_FILE: number };

function directoryEntry(name: string, kind: DiskNode['kind'], path: string): fs.Dirent {
  return new Entry(name, kind === 'folder' ? entryTypes.UV_DIRENT_DIR : entryTypes.UV_DIRENT_FILE, path);
}

import type { ByteRange } from '../bytes/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { folderPrefix, parseBlobPath, parseFolderPrefix } from './blob-path.js';
import type { BlobHandle, BlobInfo, BlobOptions, BlobStore } from './blob-store.js';
import { checkRange } from './check-range.js';

interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** Blobs in this process's memory; what goes in and what comes out are copies. */
export function createMemoryStore(): BlobStore {
  const blobs = new Map<string, StoredBlob>();

  async function open(path: string, options?: BlobOptions): Promise<BlobHandle> {
    check(path, options);
    const blob = blobs.get(path);
    if (blob === undefined) throw new NotFoundError('no such blob', { path: messagePath(path) });
    return memoryHandle(path, blob.bytes);
  }

  async function put(path: string, chunks: readonly Uint8Array[], options?: BlobOptions): Promise<void> {
    check(path, options);
    blobs.set(path, { bytes: concatenate(chunks), modifiedMs: Date.now() });
  }

  return {
    location: 'memory:',
    open,
    put,
    async get(path, options) {
      const handle = await open(path, options);
      return await handle.read({ offset: 0, length: handle.sizeBytes });
    },
    getRange: async (path, range, options) => (await open(path, options)).read(range),
    async stat(path, options) {
      check(path, options);
      const blob = blobs.get(path);
      return blob && describe(path, blob);
    },
    async putIfAbsent(path, chunks, options) {
      check(path, options);
      if (blobs.has(path)) return false;
      await put(path, chunks, options);
      return true;
    },
    async link({ from, to }, options) {
      check(from, options);
      check(to, options);
      const blob = blobs.get(from);
      if (blob === undefined) throw new NotFoundError('no such blob', { path: messagePath(from) });
      if (blobs.has(to)) return false;
      // Stored bytes are never written to, so sharing them is safe.
      const linked = { ...blob, modifiedMs: Date.now() };
      blobs.set(from, linked);
      blobs.set(to, linked);
      return true;
    },
    async *list(prefix, options) {
      const start = parseFolderPrefix(prefix);
      for (const path of [...blobs.keys()].filter((path) => path.startsWith(start)).sort()) {
        options?.signal?.throwIfAborted();
        const blob = blobs.get(path);
        if (blob !== undefined) yield describe(path, blob);
      }
    },
    async listNames(folder, options) {
      const start = folderPrefix(folder);
      options?.signal?.throwIfAborted();
      const names = new Set<string>();
      for (const path of blobs.keys()) {
        if (path.startsWith(start)) names.add(path.slice(start.length).split('/', 1)[0]!);
      }
      return [...names].sort();
    },
    async delete(path, options) {
      check(path, options);
      blobs.delete(path);
    },
    async sweep(prefix, options) {
      parseFolderPrefix(prefix);
      options.signal?.throwIfAborted();
      return 0;
    },
  };
}

function memoryHandle(path: string, bytes: Uint8Array): BlobHandle {
  let isClosed = false;
  const readSync = (range: ByteRange): Uint8Array => {
    if (isClosed) throw new InvalidArgumentError('blob handle is closed', { path: messagePath(path) });
    checkRange(range, { path: messagePath(path), sizeBytes: bytes.length });
    return bytes.slice(range.offset, range.offset + range.length);
  };
  return {
    path,
    sizeBytes: bytes.length,
    readSync,
    async read(range, options) {
      options?.signal?.throwIfAborted();
      return readSync(range);
    },
    async close() {
      isClosed = true;
    },
  };
}

function check(path: string, options?: BlobOptions): void {
  parseBlobPath(path);
  options?.signal?.throwIfAborted();
}

function describe(path: string, { bytes, modifiedMs }: StoredBlob): BlobInfo {
  return { path, sizeBytes: bytes.length, modifiedMs };
}

function messagePath(path: string): string {
  return `memory:${path}`;
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import type { BlobStore } from './blob-store.js';
import { type DirectoryStoreOptions, openDirectoryStore } from './directory-store.js';
import { createMemoryStore } from './memory-store.js';

const URL_SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/** The store a user names: a directory, or `memory:` for a new empty one. Nothing is read or created yet. */
export function openStore(location: string, options: DirectoryStoreOptions = {}): BlobStore {
  if (location === 'memory:') return createMemoryStore();
  if (location.trim() === '' || location.includes('\0')) {
    throw new InvalidArgumentError('not a store', { found: location, expected: "a directory or 'memory:'" });
  }
  const scheme = URL_SCHEME.exec(location)?.[1];
  if (scheme !== undefined) {
    throw new UnsupportedError(`no store for ${scheme}:// locations`, {
      found: location,
      expected: "a directory or 'memory:'",
    });
  }
  return openDirectoryStore(location, options);
}

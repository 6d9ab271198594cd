export type {
  BlobHandle,
  BlobInfo,
  BlobLink,
  BlobOptions,
  BlobStore,
  DeleteOptions,
  SweepOptions,
} from './blob-store.js';
export { type DirectoryStoreOptions, openDirectoryStore } from './directory-store.js';
export { createMemoryStore } from './memory-store.js';
export { openStore } from './open-store.js';

export type { BlobHandle, BlobInfo, BlobOptions, BlobStore } from './blob-store.js';

import type { BlobStore } from '../../blob/index.js';

/** The blobs that one write creates: invisible until a manifest lists them, and of no use without one. */
export class CreatedBlobs {
  /** The store, noting what is created through it. */
  readonly store: BlobStore;
  readonly #target: BlobStore;
  readonly #paths: string[] = [];

  constructor(target: BlobStore) {
    this.#target = target;
    this.store = {
      ...target,
      putIfAbsent: async (path, chunks, options) => {
        const isNew = await target.putIfAbsent(path, chunks, options);
        if (isNew) this.#paths.push(path);
        return isNew;
      },
    };
  }

  /** Removes them after a failure, so that a full disk has its room back; that failure is the one to report. */
  async takeBack(): Promise<void> {
    for (const path of this.#paths.splice(0)) await this.#target.delete(path).catch(() => undefined);
  }
}

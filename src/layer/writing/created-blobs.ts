import type { BlobStore } from '../../blob/index.js';

/** The blobs that one write creates: invisible until a manifest lists them, and of no use without one. */
export class CreatedBlobs {
  /** The store, noting what is created through it. */
  readonly store: BlobStore;
  readonly #target: BlobStore;
  readonly #paths = new Set<string>();

  constructor(target: BlobStore) {
    this.#target = target;
    this.store = {
      ...target,
      putIfAbsent: async (path, chunks, options) => {
        const isNew = await target.putIfAbsent(path, chunks, options);
        // The name of a segment comes from its bytes, the commit's id among them: one that is there already is
        // of an earlier try of this same commit.
        this.adopt(path);
        return isNew;
      },
    };
  }

  /** Takes a blob that an earlier try created as one of its own. */
  adopt(path: string): void {
    this.#paths.add(path);
  }

  /** Removes them after a failure, so that a full disk has its room back; that failure is the one to report. */
  async takeBack(): Promise<void> {
    for (const path of this.#paths) await this.#target.delete(path).catch(() => undefined);
    this.#paths.clear();
  }
}

import { isAbort, request } from '../api/request.js';
import { BoundedCache } from './bounded-cache.js';

/** A tile that is there: its picture, or `undefined` where the layer has nothing or it could not be fetched. */
export interface StoredPicture {
  readonly picture: ImageBitmap | undefined;
}

/** Decoded pictures: 512 of 256 x 256 pixels. */
const decodedBytes = 128 * 1024 * 1024;
/** Encoded ones, which are decoded again when an animation comes round. */
const encodedBytes = 48 * 1024 * 1024;
const emptyBytes = 64;
/** As many as browsers send to one host at a time. */
const maxLoading = 6;

/** Pictures of tiles by address: fetched in the order they are wanted, given up when they are no longer. */
export class PictureStore {
  readonly #decoded = new BoundedCache<StoredPicture>(decodedBytes, ({ picture }) => picture?.close());
  readonly #encoded = new BoundedCache<Blob>(encodedBytes);
  readonly #loading = new Map<string, AbortController>();
  readonly #onLoad: () => void;
  readonly #onError: (reason: Error) => void;
  #wanted: readonly string[] = [];

  constructor({
    onLoad,
    onError,
  }: { readonly onLoad: () => void; readonly onError: (reason: Error) => void }) {
    this.#onLoad = onLoad;
    this.#onError = onError;
  }

  /** True while something that is wanted is missing. */
  get isBusy(): boolean {
    return this.#loading.size > 0;
  }

  get(url: string): StoredPicture | undefined {
    return this.#decoded.get(url);
  }

  has(url: string): boolean {
    return this.#decoded.has(url);
  }

  /** From now on these, the first of them first, and no others. */
  want(urls: readonly string[]): void {
    this.#wanted = urls;
    const wanted = new Set(urls);
    for (const [url, controller] of this.#loading) if (!wanted.has(url)) controller.abort();
    this.#loadNext();
  }

  /** Forgets what failed or was empty, so that it is asked for again. */
  forget(urls: readonly string[]): void {
    for (const url of urls) this.#decoded.delete(url);
  }

  #loadNext(): void {
    for (const url of this.#wanted) {
      if (this.#loading.size >= maxLoading) return;
      if (!this.#decoded.has(url) && !this.#loading.has(url)) void this.#load(url);
    }
  }

  async #load(url: string): Promise<void> {
    const controller = new AbortController();
    this.#loading.set(url, controller);
    try {
      const blob = this.#encoded.get(url) ?? (await fetchPicture(url, controller.signal));
      if (blob === undefined) this.#decoded.set(url, { picture: undefined }, emptyBytes);
      else {
        this.#encoded.set(url, blob, blob.size);
        const picture = await createImageBitmap(blob);
        this.#decoded.set(url, { picture }, picture.width * picture.height * 4);
      }
    } catch (error) {
      // Kept as empty, or a failing service would be asked without end.
      if (!isAbort(error)) {
        this.#decoded.set(url, { picture: undefined }, emptyBytes);
        this.#onError(error as Error);
      }
    } finally {
      this.#loading.delete(url);
    }
    this.#loadNext();
    this.#onLoad();
  }
}

async function fetchPicture(url: string, signal: AbortSignal): Promise<Blob | undefined> {
  const response = await request(url, { signal });
  return response.status === 204 ? undefined : await response.blob();
}

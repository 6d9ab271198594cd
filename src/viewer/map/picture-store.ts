import { isAbort, request, ServiceError } from '../api/request.js';
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
  /** What the service refused for one tile: it would refuse it for every other, too. */
  #refused: string | undefined;

  constructor({
    onLoad,
    onError,
  }: { readonly onLoad: () => void; readonly onError: (reason: Error) => void }) {
    this.#onLoad = onLoad;
    this.#onError = onError;
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
    this.#refused = undefined;
    for (const url of urls) this.#decoded.delete(url);
  }

  #loadNext(): void {
    for (const url of this.#wanted) {
      if (this.#loading.size >= maxLoading) return;
      if (this.#decoded.has(url) || this.#loading.has(url)) continue;
      if (queryOf(url) === this.#refused) this.#decoded.set(url, { picture: undefined }, emptyBytes);
      else void this.#load(url);
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
        if (error instanceof ServiceError && error.isRefusal) this.#refused = queryOf(url);
        this.#onError(error as Error);
      }
    } finally {
      this.#loading.delete(url);
    }
    this.#loadNext();
    this.#onLoad();
  }
}

/** What a tile asks for, at whichever place and time. */
function queryOf(url: string): string {
  const query = new URLSearchParams(url.slice(url.indexOf('?')));
  query.delete('datetime');
  return query.toString();
}

async function fetchPicture(url: string, signal: AbortSignal): Promise<Blob | undefined> {
  const response = await request(url, { signal });
  return response.status === 204 ? undefined : await response.blob();
}

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
/** The status of a style that cannot be drawn; others, such as 413, may be of one tile only. */
const badRequest = 400;

/** Pictures of tiles by address: fetched in the order they are wanted, given up when they are no longer. */
export class PictureStore {
  readonly #decoded = new BoundedCache<StoredPicture>(decodedBytes, ({ picture }) => picture?.close());
  readonly #encoded = new BoundedCache<Blob>(encodedBytes);
  readonly #loading = new Map<string, AbortController>();
  readonly #onLoad: () => void;
  readonly #onError: (reason: Error) => void;
  #wanted: readonly string[] = [];
  /** Wanted tiles that could not be fetched: empty while they are wanted, or a failing service would be asked without end. */
  readonly #failed = new Set<string>();
  /** Kinds of wanted tiles of which one was refused: every other would be, too. */
  readonly #refused = new Set<string>();

  constructor({
    onLoad,
    onError,
  }: { readonly onLoad: () => void; readonly onError: (reason: Error) => void }) {
    this.#onLoad = onLoad;
    this.#onError = onError;
  }

  get(url: string): StoredPicture | undefined {
    return this.#failed.has(url) ? { picture: undefined } : this.#decoded.get(url);
  }

  has(url: string): boolean {
    return this.#failed.has(url) || this.#decoded.has(url);
  }

  /** From now on these, the first of them first, and no others. */
  want(urls: readonly string[]): void {
    this.#wanted = urls;
    const wanted = new Set(urls);
    for (const [url, controller] of this.#loading) if (!wanted.has(url)) controller.abort();
    for (const url of this.#failed) if (!wanted.has(url)) this.#failed.delete(url);
    const kinds = new Set(urls.map(kindOf));
    for (const kind of this.#refused) if (!kinds.has(kind)) this.#refused.delete(kind);
    this.#loadNext();
  }

  /** Forgets what failed or was empty, so that it is asked for again. */
  forget(urls: readonly string[]): void {
    this.#failed.clear();
    this.#refused.clear();
    for (const url of urls) this.#decoded.delete(url);
  }

  #loadNext(): void {
    for (const url of this.#wanted) {
      if (this.#loading.size >= maxLoading) return;
      if (this.has(url) || this.#loading.has(url)) continue;
      if (this.#refused.has(kindOf(url))) this.#failed.add(url);
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
      if (!isAbort(error)) {
        this.#failed.add(url);
        if (error instanceof ServiceError && error.status === badRequest) this.#refused.add(kindOf(url));
        this.#onError(error as Error);
      }
    } finally {
      this.#loading.delete(url);
    }
    this.#loadNext();
    this.#onLoad();
  }
}

/** What a tile asks for, at whichever place and time: of a layer at a zoom, since a wide tile may read too much. */
function kindOf(url: string): string {
  const [path, text] = url.split('?');
  const query = new URLSearchParams(text);
  query.delete('datetime');
  return `${path!.split('/').slice(0, -2).join('/')}?${query}`;
}

async function fetchPicture(url: string, signal: AbortSignal): Promise<Blob | undefined> {
  const response = await request(url, { signal });
  return response.status === 204 ? undefined : await response.blob();
}

import { isDeepStrictEqual } from 'node:util';
import type { MosaicFile } from './mosaic-file.js';
import { TiffImage } from './tiff-image.js';

interface Entry {
  readonly image: Promise<TiffImage>;
  users: number;
}

/** Keeps at most `limit` images open besides those in use; each opens when it is first used. */
export class ImagePool {
  private limit: number;
  private readonly maxBlockBytes: number;
  // In the order of their last use.
  private readonly entries = new Map<string, Entry>();

  constructor({ limit, maxBlockBytes }: { readonly limit: number; readonly maxBlockBytes: number }) {
    this.limit = limit;
    this.maxBlockBytes = maxBlockBytes;
  }

  /** Runs `work` on a file's image, which stays open until then. */
  async use<T>(file: MosaicFile, work: (image: TiffImage) => Promise<T>): Promise<T> {
    const entry = this.entries.get(file.path) ?? { image: this.open(file), users: 0 };
    this.entries.delete(file.path);
    this.entries.set(file.path, entry);
    entry.users += 1;
    try {
      return await work(await entry.image);
    } catch (error) {
      await entry.image.catch(() => this.entries.delete(file.path));
      throw error;
    } finally {
      entry.users -= 1;
      await this.closeIdle(this.limit);
    }
  }

  /** Closes what is not in use, and the rest as soon as it is not. */
  close(): Promise<void> {
    this.limit = 0;
    return this.closeIdle(0);
  }

  private async open(file: MosaicFile): Promise<TiffImage> {
    const image = await TiffImage.open(file.path, { maxBlockBytes: this.maxBlockBytes });
    if (isDeepStrictEqual(image.layout, file.layout)) return image;
    await image.close();
    throw image.file.damage('file has changed since it was first read');
  }

  private async closeIdle(limit: number): Promise<void> {
    for (const [path, { image, users }] of this.entries) {
      if (this.entries.size <= limit) return;
      if (users > 0) continue;
      this.entries.delete(path);
      await (await image).close();
    }
  }
}

import { UnsupportedError } from '../../errors/index.js';
import { readTiffHeader, TiffDirectory } from './tiff-directory.js';
import type { TiffFile } from './tiff-file.js';

/** The image of a file that is its data, and what accompanies it. */
export interface TiffPages {
  readonly image: TiffDirectory;
  readonly overviews: number;
  readonly hasMask: boolean;
}

const MAX_PAGES = 10_000;
const REDUCED = 1;
const MASK = 4;

/**
 * Finds the one full-size image of a file: the first, when all others say that they are overviews or masks.
 * Throws: UnsupportedError telling how many there are otherwise.
 */
export async function readTiffPages(file: TiffFile, signal?: AbortSignal): Promise<TiffPages> {
  const header = await readTiffHeader(file);
  const seen = new Set<number>();
  let image: TiffDirectory | undefined;
  let [images, overviews, masks] = [0, 0, 0];
  for (let offset = header.firstDirectory; offset !== 0; ) {
    signal?.throwIfAborted();
    if (seen.has(offset)) throw file.damage('TIFF directories form a loop', { offset });
    if (seen.size === MAX_PAGES)
      throw new UnsupportedError('TIFF file has too many images', { file: file.path, allowed: MAX_PAGES });
    seen.add(offset);
    const directory = await TiffDirectory.read(file, header, offset);
    const kind = await subfileKind(directory);
    if ((kind & MASK) !== 0) masks += 1;
    else if ((kind & REDUCED) !== 0) overviews += 1;
    else {
      images += 1;
      image ??= directory;
    }
    offset = directory.next;
  }
  if (image === undefined) throw file.damage('TIFF file has no full-size image', { overviews, masks });
  if (images > 1)
    throw new UnsupportedError('TIFF file has several full-size images', { file: file.path, found: images });
  return { image, overviews, hasMask: masks > 0 };
}

/** Bits of NewSubfileType, also where only its predecessor tells an overview. */
async function subfileKind(directory: TiffDirectory): Promise<number> {
  if (directory.has('NewSubfileType')) return directory.number('NewSubfileType');
  return (await directory.number('SubfileType', 1)) === 2 ? REDUCED : 0;
}

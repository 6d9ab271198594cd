import { InvalidArgumentError } from '../../errors/index.js';
import { cellsOf, checkAnswer, wrongCount } from '../check-answer.js';
import { checkedValues } from '../checked-values.js';
import type { CoverageAnswer } from '../coverage.js';
import type { CoverageFormat, EncodeOptions } from '../coverage-format.js';
import { OutChunks } from '../out-chunks.js';
import { littleEndianBytes } from '../value-bytes.js';
import { type Image, imageOf } from './image.js';
import { imageHead, isTooLarge } from './image-head.js';
import { RowTurner } from './row-turner.js';

/** One image with a band for each parameter. */
export const geoTiff: CoverageFormat = {
  token: 'GeoTIFF',
  mediaTypes: ['image/tiff; application=geotiff'],
  aliases: ['tiff', 'tif'],
  isText: false,
  extension: 'tif',
  holdsGridsOnly: true,
  refuse: (answer) => {
    const image = writableImage(answer);
    return typeof image === 'string' ? image : undefined;
  },
  encode: encodeGeoTiff,
};

/**
 * A grid at one time and level as a GeoTIFF: a band for each parameter, one after the other, float32 when that keeps
 * all values, else float64; NaN for a missing one. Each row is a strip: rows are written as they come, and the
 * directory puts them in order from north to south.
 *
 * Cost:   a block, a row and a chunk are held, besides eight bytes for each row.
 * Throws: InvalidArgumentError for an answer that `refuse` has a text for, and as `encodeCoverageJson`; the
 *         signal's reason when it aborts.
 * Source: TIFF 6.0; OGC 19-008r4.
 */
export async function* encodeGeoTiff(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  checkAnswer(answer);
  const image = writableImage(answer);
  if (typeof image === 'string') throw new InvalidArgumentError(image);
  const out = new OutChunks();
  out.bytes(imageHead(image));
  for (const { range } of image.bands) {
    const { columns, rows, isEastward } = image.place;
    if (cellsOf(range) !== columns * rows) throw wrongCount(range, cellsOf(range));
    const turn = isEastward ? undefined : new RowTurner(columns);
    for await (const values of checkedValues(range, signal)) {
      out.bytes(littleEndianBytes(turn === undefined ? values : turn.take(values), image.type));
      yield* out.takeFull();
    }
  }
  yield* out.takeRest();
}

/** The image of an answer; a text for who asked where there is none, or none that a file can hold. */
function writableImage(answer: CoverageAnswer): Image | string {
  const image = imageOf(answer);
  if (typeof image === 'string' || !isTooLarge(image)) return image;
  return 'GeoTIFF files end at 4 GiB; ask for less, or for another form';
}

import { InvalidArgumentError } from '../../errors/index.js';
import { parseInstant } from '../../grid/index.js';
import { cellsOf, checkAnswer, parameterOf, wrongCount } from '../check-answer.js';
import { checkedValues } from '../checked-values.js';
import type { Coverage, CoverageAnswer, CoverageParameter, Domain } from '../coverage.js';
import type { CoverageFormat, EncodeOptions } from '../coverage-format.js';
import { lengthOf, timesOf } from '../domain-axes.js';
import { OutChunks } from '../out-chunks.js';
import { type FloatType, floatTypeOf, littleEndianBytes, sizeOfFloat } from '../value-bytes.js';
import { bandMetadata } from './band-metadata.js';
import { geoTags } from './geo-tags.js';
import { type RasterPlace, rasterPlace } from './raster-place.js';
import { numbers, type TiffEntry, tiffHead } from './tiff-file.js';

/** One image with a band for each parameter. */
export const geoTiff: CoverageFormat = {
  token: 'GeoTIFF',
  mediaTypes: ['image/tiff; application=geotiff'],
  aliases: ['tiff', 'tif'],
  isText: false,
  extension: 'tif',
  refuse: (answer) => {
    const image = imageOf(answer);
    return typeof image === 'string' ? image : undefined;
  },
  encode: encodeGeoTiff,
};

const maxFileBytes = 2 ** 32 - 1;
const other = 'ask for another form, such as NetCDF or CoverageJSON';

interface Image {
  readonly coverage: Coverage;
  readonly parameters: readonly CoverageParameter[];
  readonly place: RasterPlace;
  /** Of all bands, since programs expect one. */
  readonly type: FloatType;
}

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
  const image = imageOf(answer);
  if (typeof image === 'string') throw new InvalidArgumentError(image);
  const out = new OutChunks();
  out.bytes(imageHead(image));
  for (const range of image.coverage.ranges) {
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

/** Turns rows that run from east to west, whatever the blocks in which they come. */
class RowTurner {
  readonly #row: Float64Array;
  #filled = 0;

  constructor(columns: number) {
    this.#row = new Float64Array(columns);
  }

  /** The rows that end within `values`, turned. */
  take(values: Float64Array | Float32Array): Float64Array {
    const length = this.#row.length;
    const turned = new Float64Array(Math.floor((this.#filled + values.length) / length) * length);
    let at = 0;
    for (const value of values) {
      this.#row[length - 1 - this.#filled++] = value;
      if (this.#filled < length) continue;
      turned.set(this.#row, at);
      at += length;
      this.#filled = 0;
    }
    return turned;
  }
}

/** What an answer is as an image; a text for who asked where it is none. */
function imageOf(answer: CoverageAnswer): Image | string {
  const [coverage] = answer.coverages;
  if (coverage === undefined || answer.coverages.length > 1) {
    return `GeoTIFF holds one grid and this answer has ${answer.coverages.length}: choose one value of each custom axis, and parameters with the same axes; or ${other}`;
  }
  const { domain, ranges } = coverage;
  if (domain.domainType !== 'Grid')
    return `GeoTIFF holds grids only, and this answer is a ${domain.domainType}; ${other}`;
  if (domain.t !== undefined && lengthOf(domain.t) > 1) {
    return `GeoTIFF holds one time and this answer has ${lengthOf(domain.t)}; choose one by datetime, or ${other}`;
  }
  if (domain.z !== undefined && lengthOf(domain.z) > 1) {
    return `GeoTIFF holds one level and this answer has ${lengthOf(domain.z)}; choose one by z, or ${other}`;
  }
  const place = rasterPlace(domain);
  if (place === undefined)
    return `GeoTIFF needs cells of one size, and the axes of this answer are irregular; ${other}`;
  const parameters = ranges.map((range) => parameterOf(answer, range));
  const type = parameters.every((one) => floatTypeOf(one) === 'float32') ? 'float32' : 'float64';
  const image: Image = { coverage, parameters, place, type };
  if (isTooLarge(image)) return `GeoTIFF files end at 4 GiB; ask for less, or ${other}`;
  return image;
}

/** Offsets have 32 bits. */
function isTooLarge(image: Image): boolean {
  const bytes = imageBytes(image);
  return bytes > maxFileBytes || tiffHead(entriesOf(image, 0)).length + bytes > maxFileBytes;
}

function imageBytes({ parameters, place, type }: Image): number {
  return parameters.length * place.rows * rowBytes(place, type);
}

function rowBytes({ columns }: RasterPlace, type: FloatType): number {
  return columns * sizeOfFloat(type);
}

function imageHead(image: Image): Uint8Array {
  // Where the image begins does not change how long its directory is.
  const { length } = tiffHead(entriesOf(image, 0));
  return tiffHead(entriesOf(image, length));
}

function entriesOf(image: Image, begin: number): TiffEntry[] {
  const { coverage, parameters, place, type } = image;
  const ofEach = (value: number, bands = parameters.length) => new Array<number>(bands).fill(value);
  const time = dateTime(coverage.domain);
  return [
    { tag: 256, value: numbers('long', place.columns) },
    { tag: 257, value: numbers('long', place.rows) },
    { tag: 258, value: numbers('short', ...ofEach(sizeOfFloat(type) * 8)) },
    { tag: 259, value: numbers('short', 1) },
    { tag: 262, value: numbers('short', 1) },
    { tag: 273, value: { type: 'long', values: stripOffsets(image, begin) } },
    { tag: 277, value: numbers('short', parameters.length) },
    { tag: 278, value: numbers('long', 1) },
    {
      tag: 279,
      value: { type: 'long', values: ofEach(rowBytes(place, type), parameters.length * place.rows) },
    },
    { tag: 284, value: numbers('short', 2) },
    ...(time === undefined ? [] : [{ tag: 306, value: { type: 'ascii', text: time } as const }]),
    ...(parameters.length > 1
      ? [{ tag: 338, value: numbers('short', ...ofEach(0, parameters.length - 1)) }]
      : []),
    { tag: 339, value: numbers('short', ...ofEach(3)) },
    ...geoTags(place, coverage.domain.crs),
    { tag: 42112, value: { type: 'ascii', text: bandMetadata(parameters) } },
    { tag: 42113, value: { type: 'ascii', text: 'nan' } },
  ];
}

/** Of each row of each band from north to south, in a file that has them as they come. */
function stripOffsets({ parameters, place, type }: Image, begin: number): number[] {
  const { rows, isSouthward } = place;
  return Array.from({ length: parameters.length * rows }, (_, strip) => {
    const row = strip % rows;
    const written = strip - row + (isSouthward ? row : rows - 1 - row);
    return begin + written * rowBytes(place, type);
  });
}

/** TIFF's spelling of a time, in UTC; undefined where there is none, or not of the Gregorian calendar. */
function dateTime({ t, calendar = 'standard' }: Domain): string | undefined {
  if (t === undefined || !['standard', 'proleptic_gregorian'].includes(calendar)) return undefined;
  const iso = new Date(parseInstant(timesOf(t)[0]!, calendar).from).toISOString();
  return /^\d{4}-/.test(iso) ? iso.slice(0, 19).replaceAll('-', ':').replace('T', ' ') : undefined;
}

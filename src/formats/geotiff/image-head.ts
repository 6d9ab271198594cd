import { parseInstant } from '../../grid/index.js';
import { type FloatType, sizeOfFloat } from '../value-bytes.js';
import { bandMetadata } from './band-metadata.js';
import { geoTags } from './geo-tags.js';
import type { Image } from './image.js';
import type { RasterPlace } from './raster-place.js';
import { numbers, type TiffEntry, tiffHead } from './tiff-file.js';

const maxFileBytes = 2 ** 32 - 1;

/** Whether an image needs offsets of more than 32 bits. */
export function isTooLarge(image: Image): boolean {
  const bytes = imageBytes(image);
  return bytes > maxFileBytes || tiffHead(entriesOf(image, 0)).length + bytes > maxFileBytes;
}

/** The bytes before the first row of the first band. */
export function imageHead(image: Image): Uint8Array {
  // Where the image begins does not change how long its directory is.
  const { length } = tiffHead(entriesOf(image, 0));
  return tiffHead(entriesOf(image, length));
}

function imageBytes({ bands, place, type }: Image): number {
  return bands.length * place.rows * rowBytes(place, type);
}

function rowBytes({ columns }: RasterPlace, type: FloatType): number {
  return columns * sizeOfFloat(type);
}

function entriesOf(image: Image, begin: number): TiffEntry[] {
  const { bands, place, type, crs } = image;
  const parameters = bands.map(({ parameter }) => parameter);
  const ofEach = (value: number, bands = parameters.length) => new Array<number>(bands).fill(value);
  const time = dateTime(image);
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
    ...geoTags(place, crs),
    { tag: 42112, value: { type: 'ascii', text: bandMetadata(parameters) } },
    { tag: 42113, value: { type: 'ascii', text: 'nan' } },
  ];
}

/** Of each row of each band from north to south, in a file that has them as they come. */
function stripOffsets({ bands, place, type }: Image, begin: number): number[] {
  const { rows, isSouthward } = place;
  return Array.from({ length: bands.length * rows }, (_, strip) => {
    const row = strip % rows;
    const written = strip - row + (isSouthward ? row : rows - 1 - row);
    return begin + written * rowBytes(place, type);
  });
}

/** TIFF's spelling of a time, in UTC; undefined where there is none, or not of the Gregorian calendar. */
function dateTime({ time, calendar = 'standard' }: Image): string | undefined {
  if (time === undefined || !['standard', 'proleptic_gregorian'].includes(calendar)) return undefined;
  const iso = new Date(parseInstant(time, calendar).from).toISOString();
  return /^\d{4}-/.test(iso) ? iso.slice(0, 19).replaceAll('-', ':').replace('T', ' ') : undefined;
}

import { basename } from 'node:path';
import { type ErrorFields, InvalidArgumentError, UnsupportedError } from '../../errors/index.js';
import type { Crs } from '../../grid/index.js';
import type { OpenSourceOptions } from '../source.js';
import type { BandDescription } from './band-parameters.js';
import type { GeoTransform } from './geo-transform.js';
import { fileAttributes, readGeoTiff } from './geotiff-source.js';
import type { ImageLayout } from './image-layout.js';
import { instantOfDateTime } from './time-pattern.js';

/** What is kept of a closed file that is part of a mosaic. */
export interface MosaicFile {
  readonly path: string;
  readonly name: string;
  readonly layout: ImageLayout;
  readonly crs: Crs;
  readonly transform: GeoTransform;
  readonly linearUnit: string | undefined;
  readonly bands: BandDescription;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of its DateTime tag. */
  readonly tagInstant: number | undefined;
}

const STEP_TOLERANCE = 1e-6;

/** Opens files one after the other, in the order of their paths, and keeps what they say about themselves. */
export async function describeFiles(
  paths: readonly string[],
  options: OpenSourceOptions,
): Promise<readonly MosaicFile[]> {
  const sorted = [...new Set(paths)].sort();
  if (sorted.length !== paths.length || paths.length === 0)
    throw new InvalidArgumentError('mosaic needs files, each named once', { found: paths.length });
  const files: MosaicFile[] = [];
  for (const path of sorted) {
    options.signal?.throwIfAborted();
    const file = await describeFile(path, options);
    checkLike(file, files[0] ?? file);
    // Files say the same of their bands, or they are refused: one description serves them all.
    files.push(files[0] === undefined ? file : { ...file, bands: { ...files[0].bands }, crs: files[0].crs });
  }
  return files;
}

async function describeFile(path: string, options: OpenSourceOptions): Promise<MosaicFile> {
  const geotiff = await readGeoTiff(path, options);
  const { image, place, bands } = geotiff;
  await image.close();
  return {
    path,
    name: basename(path),
    layout: image.layout,
    crs: place.crs,
    transform: place.transform,
    linearUnit: place.x.unit,
    bands,
    attributes: fileAttributes(geotiff),
    tagInstant: instantOfDateTime(bands.attributes.TIFFTAG_DATETIME),
  };
}

function checkLike(file: MosaicFile, first: MosaicFile): void {
  const refuse = (what: string, fields: ErrorFields): never => {
    throw new UnsupportedError(`files of a mosaic differ in ${what}`, {
      file: file.path,
      ...fields,
      first: first.path,
    });
  };
  if (file.crs.id !== first.crs.id || file.crs.proj !== first.crs.proj)
    refuse('their reference systems', { found: file.crs.id, expected: first.crs.id });
  const length = Math.max(file.layout.width, file.layout.height, first.layout.width, first.layout.height);
  for (const step of ['stepX', 'stepY'] as const) {
    const [found, expected] = [file.transform[step], first.transform[step]];
    if (Math.abs(found - expected) * length > STEP_TOLERANCE * Math.abs(expected))
      refuse('their resolutions', { found, expected });
  }
  const [found, expected] = [bandsText(file), bandsText(first)];
  if (found !== expected)
    refuse('their bands', { found: found.slice(0, 200), expected: expected.slice(0, 200) });
}

/** All that has to be the same in the bands of the files of a mosaic. */
function bandsText({ bands, layout }: MosaicFile): string {
  return bands.parameters
    .map(({ id, unit, noData, scale, offset }) => {
      const packing = scale === 1 && offset === 0 ? '' : ` scale ${scale} offset ${offset}`;
      return `${id} ${layout.type} no-data ${noData ?? bands.sparseFill}${unit ? ` ${unit}` : ''}${packing}`;
    })
    .join(', ');
}

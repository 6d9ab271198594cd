import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { type Axis, type Crs, coordinateAt } from '../../grid/index.js';
import { crsOfKeys } from './geo-crs.js';
import { readGeoKeys } from './geo-keys.js';
import { type GeoTransform, geoAxes, readGeoTransform } from './geo-transform.js';
import type { ImageLayout } from './image-layout.js';
import type { TiffDirectory } from './tiff-directory.js';

/** Where an image is on the earth. */
export interface GeoReference {
  readonly crs: Crs;
  readonly transform: GeoTransform;
  readonly x: Axis;
  readonly y: Axis;
  readonly areaOrPoint: 'Area' | 'Point';
}

const PIXEL_IS_POINT = 2;
const METRE = 9001;
const LINEAR_UNITS: Readonly<Record<number, string>> = {
  [METRE]: 'm',
  9002: 'ft',
  9003: 'ft_us',
  9036: 'km',
};

/** Reads place and reference system of an image. Throws: UnsupportedError when either is missing. */
export async function readGeoReference(
  directory: TiffDirectory,
  { width, height }: Pick<ImageLayout, 'width' | 'height'>,
): Promise<GeoReference> {
  const file = directory.file.path;
  const keys = await readGeoKeys(directory);
  const transform = await readGeoTransform(directory, keys);
  if (keys === undefined) throw new UnsupportedError('image has no coordinate reference system', { file });
  const crs = crsOfKeys(keys, file);
  const unit = LINEAR_UNITS[keys.number('LinearUnits') ?? METRE];
  const { x, y } = geoAxes(transform, { width, height, crs, unit });
  if (crs.kind === 'geographic') checkDegrees({ x, y, width, height }, file);
  const areaOrPoint = keys.number('RasterType') === PIXEL_IS_POINT ? 'Point' : 'Area';
  return { crs, transform, x, y, areaOrPoint };
}

/** Centres of cells have to be on the globe, once. */
function checkDegrees(
  grid: { readonly x: Axis; readonly y: Axis; readonly width: number; readonly height: number },
  file: string,
): void {
  const [west, east] = [coordinateAt(grid.x, 0), coordinateAt(grid.x, grid.width - 1)];
  const latitudes = [coordinateAt(grid.y, 0), coordinateAt(grid.y, grid.height - 1)];
  if (latitudes.some((latitude) => Math.abs(latitude) > 90.0001))
    throw new CorruptionError('latitude is out of range', { file, found: latitudes });
  if (east - west > 360.0001 || west < -720 || east > 720)
    throw new CorruptionError('longitudes span more than the globe', { file, found: [west, east] });
}

import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { type Axis, axisFromNumbers, type Coordinates, type Crs } from '../../grid/index.js';
import type { GeoKeys } from './geo-keys.js';
import type { TiffDirectory } from './tiff-directory.js';

/** Where an image's cells are: the centre of its first cell and the steps from there, y downwards. */
export interface GeoTransform {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const PIXEL_IS_POINT = 2;
const MAX_TIEPOINT_VALUES = 6 * 10_000;
const MAX_AXIS_LENGTH = 2 ** 20;
const ROTATION_TOLERANCE = 1e-9;

/**
 * Reads a file's georeference: a scale and a tiepoint, or a matrix without rotation.
 * Throws: UnsupportedError for rotated images, ground control points, and images without a place.
 */
export async function readGeoTransform(
  directory: TiffDirectory,
  keys: GeoKeys | undefined,
): Promise<GeoTransform> {
  const { file } = directory;
  // A position means the centre of its pixel where pixels are points, else the upper left corner.
  const centre = keys?.number('RasterType') === PIXEL_IS_POINT ? 0 : 0.5;
  const scale = await directory.numbers('ModelPixelScale', 3);
  const tiepoints = await directory.numbers('ModelTiepoint', MAX_TIEPOINT_VALUES);
  const matrix = await directory.numbers('ModelTransformation', 16);
  if (scale !== undefined && tiepoints !== undefined)
    return tiedTransform({ scale, tiepoints, centre }, file.path);
  if (matrix !== undefined) return matrixTransform(matrix, centre, file.path);
  if (tiepoints !== undefined && tiepoints.length > 6)
    throw new UnsupportedError('image with ground control points is not supported', { file: file.path });
  throw new UnsupportedError('image has no georeference', {
    file: file.path,
    expected: 'ModelPixelScale and ModelTiepoint, or ModelTransformation',
  });
}

/** Axes whose coordinates are the centres of the cells. */
export function geoAxes(
  transform: GeoTransform,
  grid: {
    readonly width: number;
    readonly height: number;
    readonly crs: Crs;
    readonly unit: string | undefined;
  },
): { readonly x: Axis; readonly y: Axis } {
  const { x, y, stepX, stepY } = transform;
  const columns = regularAxis(x, stepX, grid.width);
  const rows = regularAxis(y, stepY, grid.height);
  if (grid.crs.kind === 'geographic')
    return {
      x: { name: 'lon', coordinates: columns, unit: 'degrees_east' },
      y: { name: 'lat', coordinates: rows, unit: 'degrees_north' },
    };
  const unit = grid.unit === undefined ? {} : { unit: grid.unit };
  return { x: { name: 'x', coordinates: columns, ...unit }, y: { name: 'y', coordinates: rows, ...unit } };
}

function regularAxis(start: number, step: number, count: number): Coordinates {
  const plain: Coordinates = { kind: 'regular', start, step, count };
  // One cell has to keep its width; a huge axis is not worth rounding.
  if (count === 1 || count > MAX_AXIS_LENGTH) return plain;
  return axisFromNumbers(
    Float64Array.from({ length: count }, (_, k) => start + k * step),
    'float64',
  );
}

function tiedTransform(
  tags: { readonly scale: Float64Array; readonly tiepoints: Float64Array; readonly centre: number },
  file: string,
): GeoTransform {
  const { scale, tiepoints, centre } = tags;
  const [stepX = Number.NaN, stepY = Number.NaN] = scale;
  const [column, row, , x, y] = tiepoints.length < 6 ? [] : tiepoints;
  const transform = {
    x: x! + (centre - column!) * stepX,
    y: y! - (centre - row!) * Math.abs(stepY),
    stepX,
    stepY: -Math.abs(stepY),
  };
  return checkTransform(transform, file);
}

function matrixTransform(matrix: Float64Array, centre: number, file: string): GeoTransform {
  if (matrix.length !== 16)
    throw new CorruptionError('ModelTransformation is no matrix', { file, found: matrix.length });
  const [a = 0, b = 0, , x = 0, d = 0, e = 0, , y = 0] = matrix;
  if (Math.abs(b) > ROTATION_TOLERANCE * Math.abs(a) || Math.abs(d) > ROTATION_TOLERANCE * Math.abs(e))
    throw new UnsupportedError('rotated image is not supported', { file, matrix: [a, b, d, e] });
  return checkTransform({ x: x + centre * a, y: y + centre * e, stepX: a, stepY: e }, file);
}

function checkTransform(transform: GeoTransform, file: string): GeoTransform {
  const { stepX, stepY } = transform;
  if (!Object.values(transform).every(Number.isFinite) || stepX <= 0 || stepY === 0)
    throw new CorruptionError('georeference is damaged', { file, ...transform });
  return transform;
}

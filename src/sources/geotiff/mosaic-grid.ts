import {
  CorruptionError,
  type ErrorFields,
  InvalidArgumentError,
  UnsupportedError,
} from '../../errors/index.js';
import { axisFromNumbers, axisLength, coordinateAt, type Grid } from '../../grid/index.js';
import { isFloatType } from '../../raster/index.js';
import type { OpenSourceOptions } from '../source.js';
import { geoAxes } from './geo-transform.js';
import type { MosaicFile } from './mosaic-file.js';
import type { CellRectangle } from './tiff-image.js';
import { parseTimePattern } from './time-pattern.js';

/** A file's place on the grid of its mosaic. */
export interface PlacedFile {
  readonly file: MosaicFile;
  readonly area: CellRectangle;
}

/** The grid that all files share, and which files lie on it at each of its instants. */
export interface MosaicGrid {
  readonly grid: Grid;
  /** Files by time index, in the order in which they are laid on each other; one list where there is no time. */
  readonly files: readonly (readonly PlacedFile[])[];
}

type Offset = { readonly file: MosaicFile; readonly column: number; readonly row: number };

const ALIGNMENT = 1e-6;
const DATE_TIME = 'TIFFTAG_DATETIME';
const NO_TIME = 'none';

/** Lays files on one grid. Throws: UnsupportedError when their cells do not align, or cells are left without value. */
export function mosaicGrid(files: readonly MosaicFile[], options: OpenSourceOptions): MosaicGrid {
  const offsets = files.map((file) => offsetOf(file, files[0]!));
  const [left] = bounds(offsets.map(({ column }) => column));
  const [top] = bounds(offsets.map(({ row }) => row));
  const placed = offsets.map(({ file, column, row }): PlacedFile => {
    const area = { left: column - left, top: row - top };
    return {
      file,
      area: { ...area, right: area.left + file.layout.width, bottom: area.top + file.layout.height },
    };
  });
  const width = bounds(placed.map(({ area }) => area.right))[1];
  const height = bounds(placed.map(({ area }) => area.bottom))[1];
  if (width * height > Number.MAX_SAFE_INTEGER)
    throw new UnsupportedError('files of a mosaic lie too far apart', { width, height });
  const { transform, crs, linearUnit } = files[0]!;
  const { stepX, stepY } = transform;
  const start = { x: transform.x + left * stepX, y: transform.y + top * stepY };
  const axes = geoAxes({ ...start, stepX, stepY }, { width, height, crs, unit: linearUnit });
  const base: Grid = { crs, ...axes, custom: [] };
  checkGlobe(base);
  const instants = fileInstants(placed, options);
  if (instants === undefined) {
    checkCovered(placed, { left: 0, top: 0, right: width, bottom: height });
    return { grid: base, files: [placed] };
  }
  const byInstant = new Map<number, PlacedFile[]>(instants.map((instant) => [instant, []]));
  placed.forEach((file, k) => {
    byInstant.get(instants[k]!)?.push(file);
  });
  const moments = [...byInstant.keys()].sort((a, b) => a - b);
  const groups = moments.map((moment) => byInstant.get(moment)!);
  for (const group of groups) checkCovered(group, { left: 0, top: 0, right: width, bottom: height });
  const t = { name: 'time', coordinates: axisFromNumbers(moments, 'integer'), calendar: 'standard' as const };
  return { grid: { ...base, t }, files: groups };
}

/** How many cells a file's first lies from that of the first file. */
function offsetOf(file: MosaicFile, first: MosaicFile): Offset {
  const { stepX, stepY } = first.transform;
  const [x, y] = [
    (file.transform.x - first.transform.x) / stepX,
    (file.transform.y - first.transform.y) / stepY,
  ];
  const [column, row] = [Math.round(x), Math.round(y)];
  // What a double can tell: positions may be millions of metres.
  const noise = (at: number, step: number) => (4 * Number.EPSILON * Math.abs(at)) / Math.abs(step);
  const isAligned =
    Math.abs(x - column) <= ALIGNMENT + noise(file.transform.x, stepX) &&
    Math.abs(y - row) <= ALIGNMENT + noise(file.transform.y, stepY);
  if (isAligned && Number.isSafeInteger(column) && Number.isSafeInteger(row)) return { file, column, row };
  throw new UnsupportedError('cells of a mosaic do not align', {
    file: file.path,
    cellsOff: [x - column, y - row],
    allowed: ALIGNMENT,
    first: first.path,
  });
}

/**
 * The files' instants: of their names by the pattern, else of their DateTime tags where all have one and every
 * instant covers the same area; tiles that were merely made one after the other are no time series.
 */
function fileInstants(
  placed: readonly PlacedFile[],
  { timePattern }: OpenSourceOptions,
): number[] | undefined {
  if (timePattern === NO_TIME) return undefined;
  if (timePattern === undefined || timePattern === DATE_TIME) {
    const instants = placed.map(({ file }) => file.tagInstant);
    const missing = placed.find(({ file }) => file.tagInstant === undefined);
    if (missing !== undefined && timePattern === DATE_TIME)
      throw new InvalidArgumentError('file has no usable date and time', {
        file: missing.file.path,
        tag: DATE_TIME,
      });
    if (missing !== undefined) return undefined;
    const known = instants as number[];
    return timePattern === DATE_TIME || isSeries(placed, known) ? known : undefined;
  }
  const timeOfName = parseTimePattern(timePattern);
  return placed.map(({ file }) => {
    const instant = timeOfName(file.name);
    if (instant !== undefined) return instant;
    throw new InvalidArgumentError('file name holds no time', { file: file.path, timePattern });
  });
}

function isSeries(placed: readonly PlacedFile[], instants: readonly number[]): boolean {
  const areas = new Map<number, CellRectangle>();
  placed.forEach(({ area }, k) => {
    const known = areas.get(instants[k]!) ?? area;
    areas.set(instants[k]!, {
      left: Math.min(known.left, area.left),
      top: Math.min(known.top, area.top),
      right: Math.max(known.right, area.right),
      bottom: Math.max(known.bottom, area.bottom),
    });
  });
  const shapes = new Set(
    [...areas.values()].map(({ left, top, right, bottom }) => `${left} ${top} ${right} ${bottom}`),
  );
  return areas.size > 1 && shapes.size === 1;
}

/** Integers without a no-data value cannot tell that a cell is in no file. */
function checkCovered(placed: readonly PlacedFile[], whole: CellRectangle): void {
  const { layout, bands, path } = placed[0]!.file;
  if (isFloatType(layout.type) || bands.parameters[0]!.noData !== undefined) return;
  const rows = [
    ...new Set(placed.flatMap(({ area }) => [area.top, area.bottom]).concat(whole.top, whole.bottom)),
  ];
  rows.sort((a, b) => a - b);
  const byLeft = [...placed].sort((a, b) => a.area.left - b.area.left);
  rows.slice(0, -1).forEach((row) => {
    let reached = whole.left;
    for (const { area } of byLeft)
      if (area.top <= row && row < area.bottom && area.left <= reached)
        reached = Math.max(reached, area.right);
    if (reached < whole.right)
      throw new UnsupportedError(
        'files of a mosaic leave cells without value, and there is no no-data value',
        {
          file: path,
          row,
          column: reached,
        },
      );
  });
}

function checkGlobe({ crs, x }: Grid): void {
  const span = coordinateAt(x, axisLength(x) - 1) - coordinateAt(x, 0);
  if (crs.kind === 'geographic' && span > 360.0001) throw spanError({ found: span });
}

function spanError(fields: ErrorFields): CorruptionError {
  return new CorruptionError('longitudes of a mosaic span more than the globe', fields);
}

/** Without spreading a list of any length over a call's arguments. */
function bounds(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0]!, values[0]!],
  );
}

/** The grid and the seed of the big source; longitudes from -180 east, latitudes from +90 south. */
export interface BigField {
  readonly seed: number;
  readonly times: number;
  readonly rows: number;
  readonly cols: number;
}

interface Wave {
  readonly cos: number;
  readonly sin: number;
}

/** What a row, a column and a time each contribute; a cell is a few products of them. */
export interface BigFieldParts {
  readonly base: Float64Array;
  readonly amplitude: Float64Array;
  readonly columns: readonly Wave[];
  readonly times: readonly Wave[];
}

/**
 * The value of one cell, a float32: a warm belt with a wave that travels east, smooth on every axis.
 * Cells far apart seldom agree, so that a block in the wrong place is noticed.
 */
export function bigFieldValue(field: BigField, cell: { time: number; row: number; col: number }): number {
  return combine({
    base: baseAt(field, cell.row),
    amplitude: amplitudeAt(field, cell.row),
    column: columnWave(field, cell.col),
    time: timeWave(field, cell.time),
  });
}

/** The parts of `bigFieldValue` for all rows, columns and times, for filling chunks quickly. */
export function bigFieldParts(field: BigField): BigFieldParts {
  return {
    base: Float64Array.from({ length: field.rows }, (_, row) => baseAt(field, row)),
    amplitude: Float64Array.from({ length: field.rows }, (_, row) => amplitudeAt(field, row)),
    columns: Array.from({ length: field.cols }, (_, col) => columnWave(field, col)),
    times: Array.from({ length: field.times }, (_, time) => timeWave(field, time)),
  };
}

/** `bigFieldValue` from prepared parts: the same float32. */
export function bigFieldCell(parts: BigFieldParts, cell: { time: number; row: number; col: number }): number {
  return combine({
    base: parts.base[cell.row]!,
    amplitude: parts.amplitude[cell.row]!,
    column: parts.columns[cell.col]!,
    time: parts.times[cell.time]!,
  });
}

/** Latitude of the centres of a row, in degrees. */
export function bigFieldLatitude(field: BigField, row: number): number {
  return 90 - (180 * (row + 0.5)) / field.rows;
}

/** Longitude of the centres of a column, in degrees. */
export function bigFieldLongitude(field: BigField, col: number): number {
  return -180 + (360 * (col + 0.5)) / field.cols;
}

interface CellParts {
  readonly base: number;
  readonly amplitude: number;
  readonly column: Wave;
  readonly time: Wave;
}

// sin(column - time), expanded so that each axis is computed once.
function combine({ base, amplitude, column, time }: CellParts): number {
  return Math.fround(base + amplitude * (column.sin * time.cos - column.cos * time.sin));
}

function baseAt(field: BigField, row: number): number {
  const latitude = (bigFieldLatitude(field, row) * Math.PI) / 180;
  return 240 + 60 * Math.cos(latitude) + 3 * Math.sin(5 * latitude + field.seed);
}

function amplitudeAt(field: BigField, row: number): number {
  return 4 + 8 * Math.sin((bigFieldLatitude(field, row) * Math.PI) / 90 + field.seed) ** 2;
}

function columnWave(field: BigField, col: number): Wave {
  const angle = (bigFieldLongitude(field, col) * Math.PI) / 180;
  return wave(3 * angle + Math.sin(angle + field.seed));
}

/** One turn in about five days of hours; never the same phase twice. */
function timeWave(field: BigField, time: number): Wave {
  return wave(time * 0.0523 + field.seed * 0.7);
}

function wave(angle: number): Wave {
  return { cos: Math.cos(angle), sin: Math.sin(angle) };
}

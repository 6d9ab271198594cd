import type { Grid } from '../grid/index.js';
import type { CellArray, Parameter } from '../raster/index.js';

/** A parameter as its source offers it. */
export interface SourceParameter extends Parameter {
  /**
   * The source's own blocks along [...custom axes it has, t?, z?, y, x] in the order of `dims`:
   * reading windows aligned to these reads every stored byte once.
   */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
}

/** Half-open window in cells, one pair per entry of `SourceParameter.dims`. */
export interface SourceWindow {
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** Gridded data to be read in windows. Nothing but metadata and coordinates is read when it opens. */
export interface Source {
  readonly location: string;
  readonly title?: string;
  readonly grid: Grid;
  readonly parameters: readonly SourceParameter[];
  /** Global attributes, plain JSON values. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * Cells of `window` as stored (packed integers stay packed; other no-data spellings are mapped to
   * `parameter.noData`), row-major in the order of `dims`.
   */
  read(parameter: SourceParameter, window: SourceWindow, signal?: AbortSignal): Promise<CellArray>;
  /** Something cheap that differs once the data are others, such as sizes and times of files. */
  fingerprint?(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export interface OpenSourceOptions {
  /** Only these parameters; all that can be read when absent. An unknown name is InvalidArgumentError. */
  readonly parameters?: readonly string[];
  /** A chunk that decodes to more than this is refused by name before it is read. */
  readonly maxChunkBytes: number;
  /**
   * Where GeoTIFF files have their time: a pattern of their names ('{yyyy}{MM}{dd}'), 'TIFFTAG_DATETIME', or 'none'.
   * Absent: that tag, where every file has one and each instant covers the same area.
   */
  readonly timePattern?: string;
  readonly signal?: AbortSignal;
}

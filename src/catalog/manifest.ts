import type { CodecName } from '../codec/index.js';
import type { KeyIndexSpec } from '../curve/index.js';
import type { Grid, TileShape } from '../grid/index.js';
import type { Parameter, Summary } from '../raster/index.js';

/** The only manifest version this code writes and reads. */
export const FORMAT_VERSION = 1;

/** What a segment's name says, and its size; enough to plan and to open it with one read. */
export interface SegmentEntry {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly tailBytes: number;
  readonly generation: number;
  /** 128 bits of the SHA-256 of the file, 32 hex digits. */
  readonly sha: string;
  readonly sizeBytes: number;
  /** Over the valid cells of its tiles; absent when none is valid, or the sum is not finite. */
  readonly summary?: Summary;
}

/** How the cells of a level come from 2 x 2 cells of the level below. */
export type LevelMethod = 'mean' | 'nearest' | 'mode' | 'min' | 'max' | 'median';

/** Every level method, by the name it has on the command line. */
export const levelMethods: readonly LevelMethod[] = ['mean', 'nearest', 'mode', 'min', 'max', 'median'];

/** What made a snapshot. `delete` marks the layer as gone; such a manifest lists no runs. */
export type Operation =
  | 'write'
  | 'overwrite'
  | 'update'
  | 'erase'
  | 'reindex'
  | 'compact'
  | 'copy'
  | 'rollback'
  | 'rebuild'
  | 'delete';

/** All tiles of one (level, parameter, partition), segments ascending and disjoint. */
export interface RunEntry {
  readonly level: number;
  readonly parameter: string;
  /** Tile indexes of the axes that are not in the curve: z, then the custom axes in grid order. */
  readonly z: number;
  readonly custom: readonly number[];
  /** Last part of the folder of its segments: `tiles/<level>/<parameter>/<partition>/`. */
  readonly partition: string;
  readonly segments: readonly SegmentEntry[];
}

/** A layer at one version; the only truth about which segments belong to it. */
export interface Manifest {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly layer: string;
  readonly uuid: string;
  readonly sequence: number;
  readonly commitId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly operation: Operation;
  readonly title: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly grid: Grid;
  readonly parameters: readonly Parameter[];
  readonly scheme: 'floating';
  readonly tileShape: TileShape;
  readonly keyIndex: KeyIndexSpec;
  readonly codec: CodecName;
  /** How many levels there are; 1 is the native level alone. */
  readonly levels: number;
  /** Per parameter id, how its levels are made. */
  readonly levelMethods: Readonly<Record<string, LevelMethod>>;
  /** Per parameter id, over all cells of the native level; absent when no cell is valid. */
  readonly statistics: Readonly<Record<string, Summary>>;
  readonly runs: readonly RunEntry[];
}

import type { CodecName, TileSummary } from '../codec/index.js';
import type { KeyIndexSpec } from '../curve/index.js';
import type { Grid, TileShape } from '../grid/index.js';
import type { Parameter } from '../raster/index.js';

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
}

/** All tiles of one (level, parameter, partition), segments ascending and disjoint. */
export interface RunEntry {
  readonly level: number;
  readonly parameter: string;
  /** Tile indexes of the axes that are not in the curve: z, then the custom axes in grid order. */
  readonly z: number;
  readonly custom: readonly number[];
  /** Folder of its segments below the layer's: `tiles/<level>/<parameter>/<partition>/`. */
  readonly folder: string;
  readonly segments: readonly SegmentEntry[];
}

/** A layer at one version; the only truth about which segments belong to it. */
export interface Manifest {
  readonly formatVersion: 1;
  readonly layer: string;
  readonly uuid: string;
  readonly sequence: number;
  readonly commitId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly operation: 'write' | 'overwrite' | 'delete';
  readonly title: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly grid: Grid;
  readonly parameters: readonly Parameter[];
  readonly scheme: 'floating';
  readonly tileShape: TileShape;
  readonly keyIndex: KeyIndexSpec;
  readonly codec: CodecName;
  /** Per parameter id, over the whole native level. */
  readonly statistics: Readonly<Record<string, TileSummary>>;
  readonly runs: readonly RunEntry[];
}

import type { LevelMethod } from '../../catalog/index.js';
import { type CodecName, defaultCodec } from '../../codec/index.js';
import type { CurveName } from '../../curve/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { TileShape } from '../../grid/index.js';
import { defaultSegmentBytes } from '../../segment/index.js';

const MIB = 1024 * 1024;

/** How a layer is written; every member has a default. */
export interface WriteOptions {
  readonly curve?: CurveName;
  /** ISO 8601 duration; without it every time tile has its own place on the curve. */
  readonly temporalResolution?: string;
  /** Cells along each axis; what is left out is chosen for the grid. */
  readonly tileShape?: Partial<TileShape>;
  /** `auto`: halved until one tile shows everything; 1: the native level alone. */
  readonly levels?: 'auto' | 1;
  /** By parameter; `mode` for classes and `mean` for the rest when it says nothing. */
  readonly levelMethods?: Readonly<Record<string, LevelMethod>>;
  readonly segmentBytes?: number;
  readonly codec?: CodecName;
  /** What the write may hold in memory beside the program itself. */
  readonly memoryBytes?: number;
  /** Replaces a layer of the same name in one step; without it an existing layer is a ConflictError. */
  readonly overwrite?: boolean;
  /** Replaces just this snapshot; a ConflictError when it is not the newest. */
  readonly replaces?: { readonly sequence: number; readonly operation: 'reindex' };
  readonly title?: string;
  /**
   * Folder for tiles that do not fit in memory; made and removed by the write. A write that is given one, and is
   * killed or stopped, is continued by the next one with the same source, options and folder.
   */
  readonly stagingDirectory?: string;
  /** Begins anew what an earlier write left unfinished, too. */
  readonly isAnew?: boolean;
  /** Work between two checkpoints; 0 makes one after every step. */
  readonly checkpointMs?: number;
  readonly onProgress?: (progress: WriteProgress) => void;
  /** Told in one line what a person may want to know beside the result. */
  readonly onNote?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** How far a write is; the phases follow each other in this order. */
export interface WriteProgress {
  readonly phase: 'reading' | 'sorting' | 'levels';
  readonly done: number;
  readonly total: number;
  readonly unit?: 'cells' | 'tiles';
  /** What `done` is in bytes, where that is known. */
  readonly bytes?: number;
}

/**
 * How the memory of a write is shared out. The shares add up to somewhat more than the budget, since they are not all
 * full at once; tests hold what a process takes to the budget and 256 MiB.
 */
export interface MemoryShares {
  readonly totalBytes: number;
  /** The largest decoded chunk a source may hand over; a decoder holds about three copies of it. */
  readonly chunkBytes: number;
  /** One window of chunks read together. */
  readonly windowBytes: number;
  readonly partialTilesBytes: number;
  /** Tiles of coarser levels that miss a quarter. */
  readonly unfinishedLevelsBytes: number;
  /** Tiles that wait for a thread to encode them. */
  readonly queueBytes: number;
  /** Memory of tiles that are done, kept for those to come. */
  readonly spareBytes: number;
  readonly stagingBytes: number;
}

export const defaultMemoryBytes = 512 * MIB;
/** Rare enough to cost little, often enough to lose little. */
export const defaultCheckpointMs = 5000;
const minMemoryBytes = 16 * MIB;
const minSegmentBytes = 4096;

/** Throws: InvalidArgumentError for less than 16 MiB. */
export function shareMemory(memoryBytes = defaultMemoryBytes): MemoryShares {
  if (!Number.isSafeInteger(memoryBytes) || memoryBytes < minMemoryBytes) {
    throw new InvalidArgumentError('memory is too small', { expected: '16MiB or more', found: memoryBytes });
  }
  return {
    totalBytes: memoryBytes,
    chunkBytes: Math.floor(memoryBytes / 4),
    windowBytes: Math.min(32 * MIB, Math.floor(memoryBytes / 8)),
    partialTilesBytes: Math.floor(memoryBytes / 4),
    unfinishedLevelsBytes: Math.floor(memoryBytes / 16),
    queueBytes: Math.floor(memoryBytes / 8),
    spareBytes: Math.floor(memoryBytes / 4),
    stagingBytes: Math.floor(memoryBytes / 8),
  };
}

/**
 * The segment size a write uses: 64 MiB, or a quarter of the memory when that is less.
 *
 * Throws: InvalidArgumentError for a size asked for that is under 4 KiB or over the memory.
 */
export function chooseSegmentBytes(wanted: number | undefined, memoryBytes: number): number {
  if (wanted === undefined) return Math.min(defaultSegmentBytes, Math.floor(memoryBytes / 4));
  if (!Number.isSafeInteger(wanted) || wanted < minSegmentBytes || wanted > memoryBytes) {
    throw new InvalidArgumentError('segments hold at least 4 KiB and fit in the memory', {
      found: wanted,
      allowed: memoryBytes,
    });
  }
  return wanted;
}

/** The codec a write uses when none is named. */
export function codecOf(options: WriteOptions): CodecName {
  return options.codec ?? defaultCodec;
}

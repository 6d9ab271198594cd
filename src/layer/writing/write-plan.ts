import { randomUUID } from 'node:crypto';
import type { BlobStore } from '../../blob/index.js';
import { findManifest, type Manifest, newestSequence } from '../../catalog/index.js';
import { curveFor, type KeyIndexSpec } from '../../curve/index.js';
import { ConflictError, InvalidArgumentError, UnsupportedError } from '../../errors/index.js';
import {
  axisLength,
  coordinateAt,
  durationBin,
  parseDuration,
  parseLayerName,
  type TileShape,
} from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { Source } from '../../sources/index.js';
import { chooseLevelMethods, countLevels } from '../levels/choose-levels.js';
import { RunTable } from '../run-table.js';
import { checkTileBytes, chooseTileShape, gridTiles, layoutOf } from '../tile-layout.js';
import { chooseSegmentBytes, type MemoryShares, shareMemory, type WriteOptions } from './write-options.js';

/** What is decided before the first chunk is read. */
export interface WritePlan {
  readonly layer: string;
  readonly sequence: number;
  /** Commit of the snapshot that is replaced. */
  readonly baseCommitId: string | undefined;
  readonly commitId: string;
  readonly tileShape: TileShape;
  readonly keyIndex: KeyIndexSpec;
  readonly memory: MemoryShares;
  readonly segmentBytes: number;
  readonly levels: number;
  readonly levelMethods: Manifest['levelMethods'];
  readonly runs: RunTable;
  readonly operation: 'write' | 'overwrite' | 'reindex';
}

/**
 * Checks everything that can be checked before the first chunk is read.
 *
 * Throws: ConflictError when the layer exists and is not to be replaced; InvalidArgumentError for bad options.
 */
export async function planWrite(
  store: BlobStore,
  source: Source,
  options: WriteOptions & { layer: string },
): Promise<WritePlan> {
  const layer = parseLayerName(options.layer);
  const existing = await findManifest(store, layer, options);
  const { replaces } = options;
  if (replaces && replaces.sequence !== existing?.sequence) {
    throw new ConflictError('the layer has changed since it was read', {
      layer,
      expected: replaces.sequence,
      found: existing?.sequence,
    });
  }
  if (existing && !options.overwrite && !replaces) {
    throw new ConflictError('the layer exists already; --overwrite replaces it', {
      layer,
      snapshot: existing.sequence,
    });
  }
  const memory = shareMemory(options.memoryBytes);
  const tileShape = chooseTileShape(source.grid, options.tileShape);
  for (const parameter of source.parameters) {
    requireFiniteNoData(parameter);
    checkTileBytes(layoutOf(parameter, source.grid, tileShape).shape, parameter, memory.stagingBytes);
  }
  const { grid, parameters } = source;
  const levels = options.levels === 1 ? 1 : countLevels(grid, tileShape);
  return {
    layer,
    sequence: (replaces?.sequence ?? (await newestSequence(store, layer, options)) ?? 0) + 1,
    baseCommitId: existing?.commitId,
    commitId: randomUUID(),
    tileShape,
    keyIndex: chooseKeyIndex(source, tileShape, options),
    memory,
    segmentBytes: chooseSegmentBytes(options.segmentBytes, memory.totalBytes),
    levels,
    levelMethods: chooseLevelMethods(parameters, options.levelMethods),
    runs: new RunTable({ grid, parameters, tileShape }, levels),
    operation: replaces?.operation ?? (existing ? 'overwrite' : 'write'),
  };
}

/** The manifest is JSON, which has no infinities. */
function requireFiniteNoData({ id, noData }: Parameter): void {
  if (noData === undefined || Number.isFinite(noData)) return;
  throw new UnsupportedError('no-data value is not finite', { parameter: id, found: String(noData) });
}

/** Time is on the curve whenever the grid has a time axis, so that later steps can be appended. */
function chooseKeyIndex(source: Source, tileShape: TileShape, options: WriteOptions): KeyIndexSpec {
  const { grid } = source;
  const name = options.curve ?? 'hilbert';
  const tiles = gridTiles(grid, tileShape);
  if (grid.t === undefined) {
    if (options.temporalResolution !== undefined) {
      throw new InvalidArgumentError('a temporal resolution needs a time axis', { source: source.location });
    }
    return { curve: curveFor(name, [tiles.col, tiles.row]) };
  }
  if (options.temporalResolution === undefined) {
    return { curve: curveFor(name, [tiles.col, tiles.row, tiles.t]), time: { kind: 'tile' } };
  }
  const ends = [coordinateAt(grid.t, 0), coordinateAt(grid.t, axisLength(grid.t) - 1)];
  const [originMs, lastMs] = [Math.min(...ends), Math.max(...ends)];
  const duration = parseDuration(options.temporalResolution);
  const bins = durationBin(lastMs, originMs, duration, grid.t.calendar) + 1;
  return {
    curve: curveFor(name, [tiles.col, tiles.row, bins]),
    time: { kind: 'duration', duration: options.temporalResolution, originMs },
  };
}

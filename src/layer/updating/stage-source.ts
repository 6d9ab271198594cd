import type { Manifest } from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import { cellBytes } from '../../raster/index.js';
import type { Source } from '../../sources/index.js';
import { openStaging, type Staging } from '../../staging/index.js';
import { RunTable } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import { CellBuffers } from '../writing/cell-buffers.js';
import { stageParameter } from '../writing/stage-parameter.js';
import { openTileEncoder } from '../writing/tile-encoder.js';
import type { MemoryShares, WriteProgress } from '../writing/write-options.js';
import type { SourceMatch } from './match-source.js';
import { placeBlock } from './place-block.js';

/** Where the cells of a source go. */
export interface StageJob {
  /** The snapshot they are for. */
  readonly base: Manifest;
  readonly match: SourceMatch;
  readonly directory: string;
  readonly memory: MemoryShares;
  readonly onProgress: ((progress: WriteProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Stages a source's cells as tiles of the native level of a layer; what was staged is gone after a failure. */
export async function stageSource(
  source: Source,
  { base, match: { grid, axes }, directory, memory, onProgress, signal }: StageJob,
): Promise<Staging> {
  const { stagingBytes, spareBytes, queueBytes, windowBytes, partialTilesBytes } = memory;
  const staging = await openStaging({ directory, memoryBytes: stagingBytes });
  const { tileShape, codec, keyIndex, parameters } = base;
  const runs = new RunTable({ grid, parameters, tileShape }, 1);
  const total = source.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  let done = 0;
  const buffers = new CellBuffers(spareBytes);
  const encoder = openTileEncoder({ sourceBytes: sourceBytes(source), queueBytes, buffers });
  try {
    for (const parameter of source.parameters) {
      const layout = layoutOf(parameter, grid, tileShape);
      await stageParameter({
        source,
        parameter,
        axes: axes.map(({ name }) => name),
        place: (block) =>
          placeBlock(
            block,
            axes.map(({ name, positions }) => (parameter.dims.includes(name) ? positions : undefined)),
          ),
        customAxes: grid.custom.length,
        layout,
        works: [{ parameter, layout, codec }],
        unfinishedBytes: 0,
        encoder,
        buffers,
        keyIndex: createKeyIndex(keyIndex, { grid, tileShape }),
        runs,
        staging,
        windowBytes,
        partialTilesBytes,
        signal,
        onCells: (cells) => {
          done += cells;
          onProgress?.({ phase: 'reading', done, total });
        },
      });
    }
    return staging;
  } catch (error) {
    await staging.destroy();
    throw error;
  } finally {
    await encoder.close();
  }
}

/** Bytes of all cells of a source. */
function sourceBytes({ parameters }: Source): number {
  return parameters.reduce((sum, { shape, type }) => sum + shape.reduce((a, b) => a * b, cellBytes(type)), 0);
}

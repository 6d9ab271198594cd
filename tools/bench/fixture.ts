import { join } from 'node:path';
import { type BlobStore, openStore } from '../../src/blob/index.js';
import { shareMemory, writeLayer } from '../../src/layer/index.js';
import { openSource, type Source } from '../../src/sources/index.js';
import type { BigField } from '../big-field.js';
import { bigFieldOfSize, writeBigSource } from '../big-source.js';
import type { BenchContext, Scale } from './suite.js';

const MIB = 2 ** 20;
const SOURCE_BYTES: Readonly<Record<Scale, number>> = { short: 32 * MIB, full: 256 * MIB };

/** A quarter of a degree, as global reanalyses have it. */
const GRID = { rows: 721, cols: 1440 };

/** The two common ways to cut a field into chunks: as maps, and as blocks that favour time series. */
export const CHUNKINGS = { maps: [1, 721, 1440], blocks: [50, 100, 150] } as const;

export type Chunking = keyof typeof CHUNKINGS;

/** One parameter, `field`, float32, zlib level 1, the same cells in either chunking. */
export interface BenchSource {
  readonly field: BigField;
  readonly location: string;
  /** Bytes of its cells, decoded. */
  readonly sizeBytes: number;
}

/** Writes the source of one chunking into the run's folder. */
export async function makeSource(
  context: BenchContext,
  chunking: Chunking,
  sizeBytes = SOURCE_BYTES[context.scale],
): Promise<BenchSource> {
  const field = bigFieldOfSize(sizeBytes, { seed: context.seed, ...GRID });
  const location = join(context.folder, `${chunking}.zarr`);
  context.log(`making a source of ${describeField(field)} in chunks of ${CHUNKINGS[chunking].join(' x ')}`);
  await writeBigSource(location, { field, chunks: CHUNKINGS[chunking], codec: { id: 'zlib', level: 1 } });
  return { field, location, sizeBytes: field.times * field.rows * field.cols * 4 };
}

/** How a field's size is stated: times x rows x columns. */
export function describeField({ times, rows, cols }: BigField): string {
  return `${times} x ${rows} x ${cols} float32`;
}

/** The source as a write opens it. */
export function openBenchSource({ location }: BenchSource): Promise<Source> {
  return openSource(location, { maxChunkBytes: shareMemory().chunkBytes });
}

/** A directory store with the source as layer `field`, everything chosen by default. */
export async function makeLayer(context: BenchContext, source: BenchSource): Promise<BlobStore> {
  context.log('writing the layer');
  const store = openStore(join(context.folder, 'store'));
  const opened = await openBenchSource(source);
  await writeLayer(store, opened, { layer: 'field', stagingDirectory: join(context.folder, 'staging') });
  await opened.close();
  return store;
}

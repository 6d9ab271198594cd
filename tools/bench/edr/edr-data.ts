import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../src/blob/index.js';
import { shareMemory, writeLayer } from '../../../src/layer/index.js';
import { openSource } from '../../../src/sources/index.js';
import { writeBigSource } from '../../big-source.js';
import { PRESSURES, writeLevelSource } from '../../level-source.js';
import { createRandom } from '../../random.js';
import { runTilecurve } from '../http/server-process.js';
import type { BenchContext, Scale } from '../suite.js';
import { placesGeoJson } from './queries.js';

const SIZES: Readonly<Record<Scale, { times: number; rows: number; cols: number }>> = {
  full: { times: 96, rows: 360, cols: 720 },
  short: { times: 24, rows: 90, cols: 180 },
};
/** As the layer's tiles are, so that all read alike. */
const CHUNKS = [24, 64, 64] as const;
const CODEC = { id: 'zlib', level: 1 } as const;

/** Named places that `locations` can be asked for. */
const PLACES = 500;

/** Two Zarr stores, and a store with the layers that were written from them. */
export interface EdrData {
  readonly times: number;
  readonly places: number;
  /** Where `levels.zarr` and `surface.zarr` are. */
  readonly zarrFolder: string;
  readonly store: string;
  readonly described: string;
}

/** Two parameters on levels, and one field without; layers have every default but for the levels of maps. */
export async function writeEdrData(context: BenchContext): Promise<EdrData> {
  const field = { seed: context.seed, ...SIZES[context.scale] };
  const zarrFolder = join(context.folder, 'zarr');
  const store = join(context.folder, 'store');
  const shape = `${field.times} x ${PRESSURES.length} x ${field.rows} x ${field.cols}`;
  const described = `2 parameters of ${shape} float32, and one without levels; chunks ${CHUNKS.join(' x ')}`;
  context.log(`writing ${described}`);
  await writeLevelSource(join(zarrFolder, 'levels.zarr'), field, [CHUNKS[0], 1, CHUNKS[1], CHUNKS[2]]);
  await writeBigSource(join(zarrFolder, 'surface.zarr'), { field, chunks: CHUNKS, codec: CODEC });
  for (const layer of ['levels', 'surface']) {
    const source = await openSource(join(zarrFolder, `${layer}.zarr`), {
      maxChunkBytes: shareMemory().chunkBytes,
    });
    const stagingDirectory = join(context.folder, 'staging');
    await writeLayer(openStore(store), source, { layer, levels: 1, stagingDirectory });
    await source.close();
  }
  const places = join(context.folder, 'places.geojson');
  await writeFile(places, JSON.stringify(placesGeoJson(createRandom(context.seed), PLACES)));
  await runTilecurve(['locations', 'import', places, '--store', store, '--layer', 'levels']);
  return { times: field.times, places: PLACES, zarrFolder, store, described };
}

import type { BlobStore } from '../../blob/index.js';
import type { Manifest } from '../../catalog/index.js';
import { ConflictError } from '../../errors/index.js';
import { LayerReader } from '../reading/layer-reader.js';
import { type WriteResult, writeLayer } from '../writing/write-layer.js';
import type { WriteOptions } from '../writing/write-options.js';
import { layerSource } from './layer-source.js';

/** What a reindexed layer has otherwise; the rest stays as it is. */
export interface ReindexOptions
  extends Pick<
    WriteOptions,
    | 'curve'
    | 'tileShape'
    | 'codec'
    | 'segmentBytes'
    | 'levels'
    | 'levelMethods'
    | 'memoryBytes'
    | 'stagingDirectory'
    | 'signal'
    | 'onProgress'
  > {
  /** ISO 8601 duration; null puts every time tile in its own place on the curve. */
  readonly temporalResolution?: string | null;
  /** A new layer; without it the result is the next snapshot of the same layer. */
  readonly to?: string;
  /** Which snapshot is read into a new layer; the newest when absent. */
  readonly sequence?: number | undefined;
}

/**
 * Writes the cells of a layer anew: another curve, tile shape, codec, segment size or temporal resolution, all
 * levels included. Older snapshots stay readable until garbage is collected.
 *
 * Throws: NotFoundError; ConflictError when the layer changed meanwhile, or `to` exists; UnsupportedError when a
 *         parameter of an integer type without no-data has tiles missing.
 */
export async function reindexLayer(
  store: BlobStore,
  layer: string,
  { to, sequence, temporalResolution, ...options }: ReindexOptions = {},
): Promise<WriteResult> {
  const reader = await LayerReader.open(store, layer, { sequence, signal: options.signal });
  try {
    const { manifest } = reader;
    if (to === layer) throw new ConflictError('the layer exists already', { layer: to });
    const source = layerSource(reader);
    return await writeLayer(store, source, {
      ...layoutOptions(manifest),
      ...resolutionOf(manifest, temporalResolution),
      ...options,
      tileShape: { ...manifest.tileShape, ...options.tileShape },
      layer: to ?? layer,
      ...(to === undefined && { replaces: { sequence: manifest.sequence, operation: 'reindex' } }),
    });
  } finally {
    await reader.close();
  }
}

function layoutOptions({ keyIndex, codec, levels, levelMethods, title }: Manifest): WriteOptions {
  return {
    curve: keyIndex.curve.name,
    codec,
    levels: levels > 1 ? 'auto' : 1,
    levelMethods,
    title,
  };
}

function resolutionOf({ keyIndex: { time } }: Manifest, wanted: string | null | undefined): WriteOptions {
  if (wanted === null) return {};
  if (wanted !== undefined) return { temporalResolution: wanted };
  return time?.kind === 'duration' ? { temporalResolution: time.duration } : {};
}

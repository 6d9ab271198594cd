import { type AxisSelection, spanIndexes } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { spansOf } from './index-list.js';
import { batchesOf, batchLength, readSamples } from './point-values.js';
import type { SampleRead } from './reads-work.js';
import { hasCell, type Sample } from './site.js';

/** Values kept of an answer while it is written: 8 MiB. */
const BLOCK_VALUES = 1 << 20;
/** Times of a block that are worth having together, as tiles hold several. */
const WORTHWHILE_TIMES = 16;

/** A vertex at a level; `time` is its own index on the time axis, undefined where there is none near it. */
export interface TrackSample extends Sample {
  readonly time?: number | undefined;
}

/** The samples of one coverage, made when they are read: there may be a million vertices at a hundred levels. */
export interface SampledTrack {
  readonly length: number;
  samples(start: number, end: number): TrackSample[];
}

/** Tracks that are read together, and how. */
export interface TrackBlock<T> {
  readonly tracks: readonly { readonly track: T; readonly start: number; readonly end: number }[];
  /** What is read at once: all of the block, unless it is a single track with more values than there is room for. */
  readonly pieces: readonly TrackPiece[];
  /** Times of one read, at least 1; vertices with times of their own have one value each. */
  readonly timesPerRead: number;
}

/** Samples of a block that follow each other. */
export interface TrackPiece {
  readonly start: number;
  readonly end: number;
  samples(): TrackSample[];
}

/** Tracks in order, as many together as there is room for, so that a tile is decoded once for all of them. */
export function blocksOf<T extends SampledTrack>(
  tracks: readonly T[],
  { times, parameters }: { readonly times: number; readonly parameters: number },
): TrackBlock<T>[] {
  const room = Math.max(1, Math.floor(BLOCK_VALUES / parameters));
  const blocks: TrackBlock<T>[] = [];
  let block: T[] = [];
  let length = 0;
  const close = () => {
    if (block.length > 0) blocks.push(blockOf(block, { times, room }));
    block = [];
    length = 0;
  };
  for (const track of tracks) {
    if ((length + track.length) * Math.min(times, WORTHWHILE_TIMES) > room) close();
    block.push(track);
    length += track.length;
  }
  close();
  return blocks;
}

function blockOf<T extends SampledTrack>(
  tracks: readonly T[],
  { times, room }: { readonly times: number; readonly room: number },
): TrackBlock<T> {
  let length = 0;
  const placed = tracks.map((track) => {
    const start = length;
    length += track.length;
    return { track, start, end: length };
  });
  const pieces = Array.from({ length: Math.ceil(length / room) }, (_, i): TrackPiece => {
    const [start, end] = [i * room, Math.min(length, (i + 1) * room)];
    return { start, end, samples: () => samplesBetween(placed, start, end) };
  });
  return { tracks: placed, pieces, timesPerRead: Math.min(times, Math.max(1, Math.floor(room / length))) };
}

function samplesBetween(tracks: TrackBlock<SampledTrack>['tracks'], from: number, to: number): TrackSample[] {
  return tracks.flatMap(({ track, start, end }) =>
    start < to && from < end ? track.samples(Math.max(from, start) - start, Math.min(to, end) - start) : [],
  );
}

/** Samples over the same times, and the places of their values in the block. */
export interface MomentRead extends SampleRead {
  readonly places: readonly number[];
  readonly t: AxisSelection;
}

/** The reads that vertices with times of their own take: those in one tile of times together. */
export function momentReads(layer: QueryableLayer, samples: readonly TrackSample[]): MomentRead[] {
  const tileLength = layer.manifest.tileShape.t;
  const byTile = new Map<number, number[]>();
  samples.forEach((sample, place) => {
    if (sample.time === undefined || !hasCell(sample)) return;
    const tile = Math.floor(sample.time / tileLength);
    const places = byTile.get(tile);
    if (places === undefined) byTile.set(tile, [place]);
    else places.push(place);
  });
  return [...byTile.values()].flatMap((places) => {
    const indexes = [...new Set(places.map((place) => samples[place]!.time!))].sort((a, b) => a - b);
    const times = indexes.length;
    return [...batchesOf(places, batchLength({ times, parameters: 1 }))].map((batch) => ({
      samples: batch.map((place) => samples[place]!),
      places: batch,
      t: spansOf(indexes),
      times,
    }));
  });
}

/** One value for each sample, at its own time; NaN where there is none. */
export async function readMoments(
  layer: QueryableLayer,
  samples: readonly TrackSample[],
  { query, context }: { readonly query: LayerQuery; readonly context: ReadContext },
): Promise<Float64Array> {
  const values = new Float64Array(samples.length).fill(Number.NaN);
  for (const { samples: together, places, t, times } of momentReads(layer, samples)) {
    const read = await readSamples(layer, together, { query: { ...query, t }, times, context });
    const columns = new Map([...spanIndexes(t)].map((index, column) => [index, column]));
    places.forEach((place, i) => {
      values[place] = read[i * times + columns.get(samples[place]!.time!)!]!;
    });
  }
  return values;
}

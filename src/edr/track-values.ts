import { type AxisSelection, sliceSelection } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { readSamples } from './point-values.js';
import { readMoments, type TrackBlock, type TrackPiece, type TrackSample } from './track-blocks.js';

/** Which values of a block. */
interface TrackSlice {
  /** Samples of the track in the block. */
  readonly start: number;
  readonly end: number;
  /** Position of the time among those of `t`; 0 when samples have times of their own. */
  readonly time: number;
  readonly t: AxisSelection | undefined;
  /** Without x, y, z and t. */
  readonly query: LayerQuery;
}

interface KeptRead {
  readonly piece: TrackPiece;
  readonly samples: readonly TrackSample[];
  readonly custom: LayerQuery['custom'];
  readonly firstTime: number;
  readonly times: number;
  /** By parameter. */
  readonly values: Map<string, Promise<Float64Array>>;
}

/**
 * Values of tracks, read piece by piece of a block over as many times as there is room for. One read is kept: encoders
 * ask in order, and any other order is right but slower.
 */
export class TrackValues {
  readonly #layer: QueryableLayer;
  readonly #context: ReadContext;
  #kept: KeptRead | undefined;

  constructor(layer: QueryableLayer, context: ReadContext) {
    this.#layer = layer;
    this.#context = context;
  }

  /** The values of one track at one time. */
  async *read(
    { pieces, timesPerRead }: TrackBlock<unknown>,
    slice: TrackSlice,
  ): AsyncGenerator<Float64Array> {
    const { start, end, time, query } = slice;
    for (const piece of pieces) {
      const [from, to] = [Math.max(start, piece.start), Math.min(end, piece.end)];
      if (from >= to) continue;
      const kept = this.#keep(piece, timesPerRead, slice);
      let read = kept.values.get(query.parameter);
      if (read === undefined) {
        read = this.#readPiece(kept, slice);
        kept.values.set(query.parameter, read);
      }
      const values = await read;
      const first = (from - piece.start) * kept.times + time - kept.firstTime;
      yield Float64Array.from({ length: to - from }, (_, i) => values[first + i * kept.times]!);
    }
  }

  #keep(piece: TrackPiece, timesPerRead: number, { time, t, query: { custom } }: TrackSlice): KeptRead {
    const firstTime = time - (time % timesPerRead);
    const kept = this.#kept;
    if (kept?.piece === piece && kept.custom === custom && kept.firstTime === firstTime) return kept;
    const samples = piece.samples();
    const times = hasMoments(samples) || t === undefined ? 1 : timesOf(t, firstTime, timesPerRead);
    this.#kept = { piece, samples, custom, firstTime, times, values: new Map() };
    return this.#kept;
  }

  #readPiece({ samples, firstTime, times }: KeptRead, { t, query }: TrackSlice): Promise<Float64Array> {
    const context = this.#context;
    if (hasMoments(samples)) return readMoments(this.#layer, samples, { query, context });
    const timed = t === undefined ? query : { ...query, t: sliceSelection(t, firstTime, firstTime + times) };
    return readSamples(this.#layer, samples, { query: timed, times, context });
  }
}

function hasMoments(samples: readonly TrackSample[]): boolean {
  return 'time' in samples[0]!;
}

function timesOf(t: AxisSelection, first: number, most: number): number {
  const all = t.reduce((total, { start, end }) => total + end - start, 0);
  return Math.min(most, all - first);
}

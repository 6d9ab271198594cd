import type { LayerQuery } from '../layer/index.js';
import { readValues } from './coverage-parts.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { oneIndex } from './index-list.js';
import { batchLength, readSamples } from './point-values.js';
import { hasCell, type Sample } from './site.js';

/** Samples whose series are wanted one after the other, each with all parameters. */
export interface SeriesBlock {
  readonly samples: readonly Sample[];
  readonly times: number;
  readonly parameters: number;
}

interface Batch {
  readonly block: SeriesBlock;
  readonly first: number;
  readonly series: Map<string, Promise<Float64Array>>;
}

/**
 * Series of samples, read for a batch of samples at once so that a tile is decoded once for all of them. One
 * batch is kept: encoders ask in order, and any other order is right but slower.
 */
export class SeriesBatches {
  readonly #layer: QueryableLayer;
  readonly #context: ReadContext;
  #batch: Batch | undefined;

  constructor(layer: QueryableLayer, context: ReadContext) {
    this.#layer = layer;
    this.#context = context;
  }

  /** The values of sample number `sample` over the times of `query`, which has no x, y and z. */
  async *read(block: SeriesBlock, sample: number, query: LayerQuery): AsyncGenerator<Float64Array> {
    const { samples, times } = block;
    const length = batchLength(block);
    if (length === 1 || samples.length === 1) {
      yield* this.#readAlone(samples[sample]!, times, query);
      return;
    }
    const first = sample - (sample % length);
    if (this.#batch?.block !== block || this.#batch.first !== first) {
      this.#batch = { block, first, series: new Map() };
    }
    const { series } = this.#batch;
    let values = series.get(query.parameter);
    if (values === undefined) {
      const together = samples.slice(first, first + length);
      values = readSamples(this.#layer, together, { query, times, context: this.#context });
      series.set(query.parameter, values);
    }
    const start = (sample - first) * times;
    yield (await values).subarray(start, start + times);
  }

  /** Slab by slab, as a series may be too long for memory. */
  async *#readAlone(sample: Sample, times: number, query: LayerQuery): AsyncGenerator<Float64Array> {
    const { cell, blend } = sample.site;
    if (cell === undefined || !hasCell(sample)) {
      yield new Float64Array(times).fill(Number.NaN);
      return;
    }
    const corners = blend ?? [{ cell, weight: 1 }];
    const level = sample.level?.index;
    const z = level === undefined ? {} : { z: oneIndex(level) };
    const cols = [...new Set(corners.map((corner) => corner.cell.col))];
    const rows = [...new Set(corners.map((corner) => corner.cell.row))];
    const one = { ...query, x: cols.flatMap(oneIndex), y: rows.flatMap(oneIndex), ...z };
    const weights = corners.map(({ weight }) => weight);
    yield* blendPlanes(readValues(this.#layer, one, this.#context), weights);
  }
}

/** One value for every plane of as many values as there are weights. */
async function* blendPlanes(
  blocks: AsyncIterable<Float64Array>,
  weights: readonly number[],
): AsyncGenerator<Float64Array> {
  let sum = 0;
  let at = 0;
  for await (const values of blocks) {
    const blended = new Float64Array(Math.floor((at + values.length) / weights.length));
    let count = 0;
    for (const value of values) {
      sum += weights[at]! * value;
      if (++at < weights.length) continue;
      blended[count++] = sum;
      sum = 0;
      at = 0;
    }
    if (count > 0) yield blended;
  }
}

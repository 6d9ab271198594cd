import { setImmediate as nextTurn } from 'node:timers/promises';
import { rowAreas, spanIndexes } from '../../grid/index.js';
import type { LayerQuery, PlanSlab, QueryPlan, SummaryPart, TilePart } from '../../layer/index.js';
import type { CellMask } from '../cell-mask.js';
import type { QueryableLayer, ReadContext } from '../edr-request.js';
import type { Accumulator } from './accumulator.js';
import { ResultPlaces, type RowPlace } from './result-places.js';

/** Tiles unpacked at once. */
const UNPACKED = 8;
/** Other requests get their turn after about this many values. */
const VALUES_PER_TURN = 1 << 20;

/** Cells of one parameter, and what becomes of them. */
export interface Volume {
  readonly layer: QueryableLayer;
  readonly query: LayerQuery;
  /** Axes whose cells become one. */
  readonly reduced: ReadonlySet<string>;
}

/** Which of the cells count, where not all do: of the values [t, z, y, x] of the query, or of [y, x] for each time and level. */
export interface MaskedVolume extends Volume {
  readonly mask?: CellMask | undefined;
}

/** What takes the values. */
export interface Folding {
  /** New ones of `count` results for each block. */
  readonly accumulators: (count: number) => readonly Accumulator[];
  readonly takesSummaries: boolean;
}

/** Folds one volume block by block. */
export class TileFold {
  readonly #volume: MaskedVolume;
  readonly #whole: QueryPlan;
  readonly #folding: Folding;
  readonly #context: ReadContext;
  readonly #rowWeights: Float64Array | undefined;
  #sinceTurn = 0;

  constructor(
    volume: MaskedVolume,
    about: {
      readonly whole: QueryPlan;
      readonly folding: Folding;
      readonly context: ReadContext;
    },
  ) {
    this.#volume = volume;
    this.#whole = about.whole;
    this.#folding = about.folding;
    this.#context = about.context;
    this.#rowWeights = rowWeights(volume, about.whole);
  }

  async block({ query, starts }: PlanSlab): Promise<readonly Float64Array[]> {
    const { layer, reduced, mask } = this.#volume;
    const plan = layer.plan(query);
    const places = new ResultPlaces(plan, reduced);
    const accumulators = this.#folding.accumulators(places.count);
    const known =
      this.#folding.takesSummaries && mask === undefined ? knownResults(layer, plan, reduced) : undefined;
    if (known === undefined) await this.#read(plan, { places, accumulators, starts });
    else for (const { part, at } of known) addSummary(accumulators, part, at);
    return accumulators.map((accumulator) => accumulator.results());
  }

  async #read(plan: QueryPlan, into: Block): Promise<void> {
    const { signal } = this.#context;
    for await (const parts of this.#volume.layer.parts(plan, this.#context)) {
      const rest = parts.filter((part) => !this.#addKnown(part, into));
      for (let start = 0; start < rest.length; start += UNPACKED) {
        const some = rest.slice(start, start + UNPACKED);
        const values = await Promise.all(some.map((part) => part.unpack()));
        for (const [k, part] of some.entries()) this.#addValues(part, values[k]!, into);
        if (this.#sinceTurn < VALUES_PER_TURN) continue;
        this.#sinceTurn = 0;
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
  }

  /** True when the statistics of a tile stand for its cells. */
  #addKnown(part: TilePart, { places, accumulators, starts }: Block): boolean {
    if (!this.#folding.takesSummaries || !part.isWhole) return false;
    const at = places.only(part.pieces);
    if (at === undefined || !this.#isInside(part, starts)) return false;
    addSummary(accumulators, part, at);
    return true;
  }

  #isInside({ pieces }: TilePart, starts: readonly number[]): boolean {
    const { mask } = this.#volume;
    if (mask === undefined) return true;
    for (const row of rowsOf(pieces)) {
      const from = this.#maskStart(row, starts, mask);
      for (const { at, count } of pieces.col) {
        if (mask.subarray(from + at, from + at + count).includes(0)) return false;
      }
    }
    return true;
  }

  #addValues({ pieces }: TilePart, values: Float64Array, { places, accumulators, starts }: Block): void {
    const { mask } = this.#volume;
    this.#sinceTurn += values.length;
    let from = 0;
    for (const row of rowsOf(pieces)) {
      const weight = this.#rowWeights?.[row.y + starts.at(-2)!] ?? 1;
      const maskStart = mask && this.#maskStart(row, starts, mask);
      for (const { at, count } of pieces.col) {
        if (mask !== undefined) hide(values, { from, count }, mask, maskStart! + at);
        const place = places.of(row, at);
        for (const accumulator of accumulators) {
          accumulator.add({ values, from, count, at: place, step: places.step, weight });
        }
        from += count;
      }
    }
  }

  /** Where the mask of a row begins; the block's own place in the volume is `starts`. */
  #maskStart({ t, z, y }: RowPlace, starts: readonly number[], mask: CellMask): number {
    const [, levels, rows, columns] = this.#whole.shape.slice(-4) as [number, number, number, number];
    const [tStart, zStart, yStart, xStart] = starts.slice(-4) as [number, number, number, number];
    const row = ((tStart + t) * levels + zStart + z) * rows + yStart + y;
    return ((row * columns) % mask.length) + xStart;
  }
}

/** Parts from the manifest alone, each with the one result it goes to. */
export function knownResults(
  layer: QueryableLayer,
  plan: QueryPlan,
  reduced: ReadonlySet<string>,
): { readonly part: SummaryPart; readonly at: number }[] | undefined {
  const places = new ResultPlaces(plan, reduced);
  const parts = layer.runSummaries(plan)?.map((part) => ({ part, at: places.only(part.pieces) }));
  return parts?.every((one): one is { part: SummaryPart; at: number } => one.at !== undefined)
    ? parts
    : undefined;
}

interface Block {
  readonly places: ResultPlaces;
  readonly accumulators: readonly Accumulator[];
  /** Where the block begins in the volume, by dimension. */
  readonly starts: readonly number[];
}

function* rowsOf({ t, z, row }: SummaryPart['pieces']): Generator<RowPlace> {
  for (const ts of t) {
    for (let i = 0; i < ts.count; i++) {
      for (const zs of z) {
        for (let j = 0; j < zs.count; j++) {
          for (const ys of row) {
            for (let k = 0; k < ys.count; k++) yield { t: ts.at + i, z: zs.at + j, y: ys.at + k };
          }
        }
      }
    }
  }
}

function addSummary(accumulators: readonly Accumulator[], { summary }: SummaryPart, at: number): void {
  if (summary === undefined) return;
  for (const accumulator of accumulators) accumulator.addSummary!(summary, at);
}

/** Values whose cells do not count become missing. */
function hide(
  values: Float64Array,
  { from, count }: { readonly from: number; readonly count: number },
  mask: CellMask,
  at: number,
): void {
  for (let i = 0; i < count; i++) if (mask[at + i] === 0) values[from + i] = Number.NaN;
}

/** Areas of the cells of each row; undefined when all count alike. */
function rowWeights({ layer, reduced }: Volume, whole: QueryPlan): Float64Array | undefined {
  const { y, crs } = layer.manifest.grid;
  if (crs.kind !== 'geographic' || !reduced.has('y')) return undefined;
  return Float64Array.from(spanIndexes(whole.dimensions.at(-2)!.selection), rowAreas(y, crs));
}

import {
  type Curve,
  type CurveBox,
  createCurve,
  type IndexRange,
  type SegmentBounds,
} from '../../../src/curve/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import { compare, spreadOf, type Work } from '../compare.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const CURVES = [
  { dimensions: 2, order: 12 },
  { dimensions: 2, order: 16 },
  { dimensions: 2, order: 20 },
  { dimensions: 3, order: 16 },
] as const;
const SIDES = { full: [1, 4, 16, 64, 256, 1024], short: [4, 64, 1024] };
const SEGMENTS = { full: [10, 1000, 100_000], short: [10, 100_000] };
/** Tiles of the layer along each axis: the corner of the curve that is in use, whatever headroom its order leaves. */
const USED_BITS = { 2: 12, 3: 10 } as const;
/** Enumerating more cells than this says nothing new and takes long. */
const MAX_ENUMERATED = 2 ** 16;
const BOXES = 8;

/** Planning a box: `cover` within its default budget, against the exact ranges found in two ways. */
export async function planSuite(context: BenchContext): Promise<SuiteResult> {
  const { seed, scale } = context;
  const rounds = scale === 'full' ? 7 : 3;
  const cases: Case[] = [];
  for (const spec of CURVES) {
    for (const segments of SEGMENTS[scale]) {
      for (const side of SIDES[scale]) {
        cases.push(await planCase({ ...spec, segments, side }, { seed, rounds }));
      }
    }
    context.log(`${spec.dimensions}-D order ${spec.order} done`);
  }
  const setup = {
    boxes: `${BOXES} random boxes a case, n x n tiles (3-D: at one time)`,
    layer: '4096 x 4096 tiles (3-D: 1024 x 1024 x 1024) in segments of about equal length',
    rounds,
  };
  return { setup, cases };
}

interface PlanJob {
  readonly dimensions: 2 | 3;
  readonly order: number;
  readonly segments: number;
  readonly side: number;
}

async function planCase(job: PlanJob, run: { seed: number; rounds: number }): Promise<Case> {
  const random = createRandom(run.seed);
  const curve = createCurve({ name: 'hilbert', bits: Array<number>(job.dimensions).fill(job.order) });
  const usedBits = USED_BITS[job.dimensions];
  const segments = cutEvenly(2 ** (usedBits * job.dimensions), job.segments, random);
  const boxes = Array.from({ length: BOXES }, () => randomBox(job, 2 ** usedBits, random));
  const forAll = (plan: (box: CurveBox) => readonly IndexRange[]): Work => {
    return () => boxes.reduce((sum, box) => sum + plan(box).length, 0);
  };
  const covered = boxes.map((box) => curve.cover(box, { segments }));
  const exact = boxes.map((box) => curve.cover(box, { maxRanges: Number.POSITIVE_INFINITY }));
  const comparisons = await compare(
    forAll((box) => curve.cover(box, { segments })),
    {
      'exact descent': forAll((box) => curve.cover(box, { maxRanges: Number.POSITIVE_INFINITY })),
      ...(job.side ** 2 <= MAX_ENUMERATED && {
        'every cell, sorted': forAll((box) => enumerate(curve, box)),
      }),
    },
    { rounds: run.rounds, warmUps: 1 },
  );
  const perBox = (of: (ranges: readonly IndexRange[]) => number, all: readonly IndexRange[][]) =>
    spreadOf(all.map(of)).median;
  return {
    name: `${job.dimensions}-D order ${job.order}, ${job.side} a side, ${job.segments} segments`,
    comparisons,
    counts: {
      ranges: perBox((ranges) => ranges.length, covered),
      'ranges, exact': perBox((ranges) => ranges.length, exact),
      segments: perBox((ranges) => segmentsMet(segments, ranges), covered),
      'segments, exact': perBox((ranges) => segmentsMet(segments, ranges), exact),
    },
  };
}

/** Segments that follow each other without gaps, lengths within a factor of three. */
function cutEvenly(size: number, count: number, random: Random): SegmentBounds {
  const starts = Float64Array.from({ length: count }, (_, i) =>
    i === 0 ? 0 : Math.floor((size * (i + (random() - 0.5) / 2)) / count),
  );
  return { first: starts, last: starts.map((_, i) => (i + 1 < count ? starts[i + 1]! : size) - 1) };
}

function randomBox({ dimensions, side }: PlanJob, used: number, random: Random): CurveBox {
  const sides = Array.from({ length: dimensions }, (_, d) => (d < 2 ? side : 1));
  const min = sides.map((length) => randomBelow(random, used - length + 1));
  return { min, max: min.map((low, d) => low + sides[d]! - 1) };
}

/** The plainest way to plan: the index of every cell of a box, sorted and merged. */
function enumerate(curve: Curve, { min, max }: CurveBox): IndexRange[] {
  const indexes: number[] = [];
  for (let y = min[1]!; y <= max[1]!; y++) {
    for (let x = min[0]!; x <= max[0]!; x++) indexes.push(curve.encode([x, y, ...min.slice(2)]));
  }
  const sorted = Float64Array.from(indexes).sort();
  const ranges: { start: IndexRange['start']; end: number }[] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last?.end === index) last.end = index + 1;
    else ranges.push({ start: index as IndexRange['start'], end: index + 1 });
  }
  return ranges;
}

function segmentsMet({ first, last }: SegmentBounds, ranges: readonly IndexRange[]): number {
  let met = 0;
  let next = 0;
  for (const { start, end } of ranges) {
    let k = Math.max(next, firstReaching(last, start));
    for (; k < first.length && first[k]! < end; k++) met++;
    next = k;
  }
  return met;
}

function firstReaching(last: ArrayLike<number>, index: number): number {
  let low = 0;
  let high = last.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (last[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

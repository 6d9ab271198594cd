import {
  type Curve,
  type CurveBox,
  createCurve,
  type IndexRange,
  type SegmentBounds,
  segmentSpans,
} from '../../../src/curve/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import { compare, spreadOf, type Work } from '../compare.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

/** A curve has at most 52 bits, so order 20 exists in two dimensions only. */
const CURVES = [
  { dimensions: 2, order: 12 },
  { dimensions: 2, order: 16 },
  { dimensions: 2, order: 20 },
  { dimensions: 3, order: 12 },
  { dimensions: 3, order: 16 },
] as const;
const SIDES = { full: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024], short: [4, 64, 1024] };
const SEGMENTS = { full: [10, 1000, 100_000], short: [10, 100_000] };
/** The side whose growth with the number of segments is shown. */
const GROWTH_SIDE = 64;
const GROWTH_SEGMENTS = { full: [10, 100, 1000, 10_000, 100_000, 1_000_000], short: [10, 1000, 100_000] };
/** Tiles of the layer along each axis: the corner of the curve that is in use, whatever headroom its order leaves. */
const USED_BITS = { 2: 12, 3: 10 } as const;
/** Enumerating more cells than this says nothing new and takes long. */
const MAX_ENUMERATED = 2 ** 16;
/** Boxes that all peers plan. */
const BOXES = 8;
/** Boxes timed one by one, each as often as there are passes. */
const TIMED_BOXES = { full: 500, short: 100 };
const PASSES = 5;
const EXACT = { maxRanges: Number.POSITIVE_INFINITY };

/** Planning a box: ranges within the default budget and the segments they meet, against the exact ranges found in two ways. */
export async function planSuite(context: BenchContext): Promise<SuiteResult> {
  const { seed, scale } = context;
  const run = { seed, rounds: scale === 'full' ? 5 : 3, timed: TIMED_BOXES[scale] };
  const cases: Case[] = [];
  for (const spec of CURVES) {
    for (const side of SIDES[scale]) {
      const counts = side === GROWTH_SIDE ? GROWTH_SEGMENTS[scale] : SEGMENTS[scale];
      for (const segments of counts) cases.push(await randomCase({ ...spec, segments, side }, run));
    }
    cases.push(await hostileCase({ ...spec, segments: 100_000 }, run));
    context.log(`${spec.dimensions}-D order ${spec.order} done`);
  }
  const setup = {
    boxes: `${BOXES} random boxes a comparison, n x n tiles (3-D: at one time); ${run.timed} timed one by one, each the median of ${PASSES} calls`,
    layer: '4096 x 4096 tiles (3-D: 1024 x 1024 x 1024) in segments of about equal length',
    orders: '12, 16, 20; three dimensions of 20 bits are more than the 52 bits of a curve',
    rounds: run.rounds,
  };
  return { setup, cases };
}

interface PlanJob {
  readonly dimensions: 2 | 3;
  readonly order: number;
  readonly segments: number;
}

interface PlanRun {
  readonly seed: number;
  readonly rounds: number;
  readonly timed: number;
}

async function randomCase(job: PlanJob & { readonly side: number }, run: PlanRun): Promise<Case> {
  const random = createRandom(run.seed);
  const layer = makeLayer(job, random);
  const used = 2 ** USED_BITS[job.dimensions];
  const boxes = Array.from({ length: run.timed }, () => randomBox(job, used, random));
  const isFew = job.side ** 2 <= MAX_ENUMERATED;
  const name = `${job.dimensions}-D order ${job.order}, ${job.side} a side, ${job.segments} segments`;
  return planCase(name, { layer, boxes, isFew }, run.rounds);
}

/** Boxes that follow no quadrant: a tile off the middle, thin as a line, all of the layer, all but its rim. */
async function hostileCase(job: PlanJob, run: PlanRun): Promise<Case> {
  const layer = makeLayer(job, createRandom(run.seed));
  const used = 2 ** USED_BITS[job.dimensions];
  const name = `${job.dimensions}-D order ${job.order}, hostile boxes, ${job.segments} segments`;
  return planCase(name, { layer, boxes: hostileBoxes(job.dimensions, used), isFew: false }, run.rounds);
}

interface PlanLayer {
  readonly curve: Curve;
  readonly segments: SegmentBounds;
}

function makeLayer({ dimensions, order, segments }: PlanJob, random: Random): PlanLayer {
  const curve = createCurve({ name: 'hilbert', bits: Array<number>(dimensions).fill(order) });
  return { curve, segments: cutEvenly(2 ** (USED_BITS[dimensions] * dimensions), segments, random) };
}

async function planCase(
  name: string,
  { layer, boxes, isFew }: { layer: PlanLayer; boxes: readonly CurveBox[]; isFew: boolean },
  rounds: number,
): Promise<Case> {
  const { curve, segments } = layer;
  const compared = boxes.slice(0, BOXES);
  const forAll = (plan: (box: CurveBox) => readonly unknown[]): Work => {
    return () => compared.reduce((sum, box) => sum + plan(box).length, 0);
  };
  const ours = (box: CurveBox) => segmentSpans(segments, curve.cover(box, { segments }));
  const comparisons = await compare(
    forAll(ours),
    {
      'exact descent': forAll((box) => curve.cover(box, EXACT)),
      ...(isFew && { 'every cell, sorted': forAll((box) => enumerate(curve, box)) }),
    },
    { rounds, warmUps: 1 },
  );
  const covered = compared.map((box) => curve.cover(box, { segments }));
  const exact = compared.map((box) => curve.cover(box, EXACT));
  const middle = (of: (ranges: readonly IndexRange[]) => number, all: readonly IndexRange[][]) =>
    spreadOf(all.map(of)).median;
  return {
    name,
    comparisons,
    counts: {
      ...timesOfBoxes(boxes, ours),
      ranges: middle((ranges) => ranges.length, covered),
      'ranges, exact': middle((ranges) => ranges.length, exact),
      segments: middle((ranges) => segmentsMet(segments, ranges), covered),
      'segments, exact': middle((ranges) => segmentsMet(segments, ranges), exact),
    },
  };
}

/** Each box counts with the median of its calls: one that the machine interrupted says nothing about the box. */
function timesOfBoxes(boxes: readonly CurveBox[], plan: (box: CurveBox) => unknown): Record<string, number> {
  const calls = boxes.map((): number[] => []);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [k, box] of boxes.entries()) {
      const startMs = performance.now();
      plan(box);
      calls[k]!.push((performance.now() - startMs) * 1000);
    }
  }
  const times = calls.map((one) => spreadOf(one).median).sort((a, b) => a - b);
  return {
    'us a box': spreadOf(times).median,
    'us a box, p99': times[Math.floor(0.99 * (times.length - 1))]!,
    'us a box, slowest': times.at(-1)!,
    'us a call, slowest': Math.max(...calls.flat()),
  };
}

/** Segments that follow each other without gaps, lengths within a factor of three. */
function cutEvenly(size: number, count: number, random: Random): SegmentBounds {
  const starts = Float64Array.from({ length: count }, (_, i) =>
    i === 0 ? 0 : Math.floor((size * (i + (random() - 0.5) / 2)) / count),
  );
  return { first: starts, last: starts.map((_, i) => (i + 1 < count ? starts[i + 1]! : size) - 1) };
}

function randomBox(
  { dimensions, side }: { dimensions: number; side: number },
  used: number,
  random: Random,
): CurveBox {
  const sides = Array.from({ length: dimensions }, (_, d) => (d < 2 ? side : 1));
  const min = sides.map((length) => randomBelow(random, used - length + 1));
  return { min, max: min.map((low, d) => low + sides[d]! - 1) };
}

function hostileBoxes(dimensions: number, used: number): CurveBox[] {
  const half = used / 2;
  const box = (sides: (d: number) => readonly [number, number]): CurveBox => {
    const ends = Array.from({ length: dimensions }, (_, d) => sides(d));
    return { min: ends.map(([low]) => low), max: ends.map(([, high]) => high) };
  };
  const offMiddle = [1, 64, 512].map((side) => box(() => [half - side, half + side - 2]));
  const lines = Array.from({ length: dimensions }, (_, along) =>
    box((d) => (d === along ? [1, used - 2] : [half - 1, half - 1])),
  );
  const strips = Array.from({ length: dimensions }, (_, across) =>
    box((d) => (d === across ? [half - 1, half] : [1, used - 2])),
  );
  return [...offMiddle, ...lines, ...strips, box(() => [0, used - 1]), box(() => [1, used - 2])];
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

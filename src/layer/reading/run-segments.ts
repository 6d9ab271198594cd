import type { RunEntry, SegmentEntry } from '../../catalog/index.js';
import type { IndexRange, SegmentBounds, SegmentSpan } from '../../curve/index.js';
import type { RunPlan, SegmentPlan } from './layer-query.js';

/** Segments some ranges meet, without touching any of them. */
export interface SegmentTotals {
  readonly segments: number;
  readonly records: number;
  readonly bytes: number;
}

/** The segments of one run as columns, made once for a snapshot: choosing among them takes searches only. */
export class RunSegments {
  readonly bounds: SegmentBounds;
  /** [k]: records and bytes of the segments before k. */
  readonly #records: Float64Array;
  readonly #bytes: Float64Array;

  constructor({ segments }: RunEntry) {
    this.bounds = boundsOf(segments);
    this.#records = sumsBefore(segments, ({ count }) => count);
    this.#bytes = sumsBefore(segments, ({ sizeBytes }) => sizeBytes);
  }

  /** What the spans of ascending ranges hold; a segment that two of them share counts once. */
  totals(spans: readonly SegmentSpan[]): SegmentTotals {
    let [segments, records, bytes, done] = [0, 0, 0, 0];
    for (const { from, to } of spans) {
      const start = Math.max(from, done);
      done = Math.max(to, done);
      segments += done - start;
      records += this.#records[done]! - this.#records[start]!;
      bytes += this.#bytes[done]! - this.#bytes[start]!;
    }
    return { segments, records, bytes };
  }
}

/** First and last indexes of segments. */
export function boundsOf(segments: readonly SegmentEntry[]): SegmentBounds {
  return {
    first: Float64Array.from(segments, ({ first }) => first),
    last: Float64Array.from(segments, ({ last }) => last),
  };
}

/** Each segment that ascending ranges meet once, with the ranges that meet it. */
export function* segmentPlans({ run, ranges, spans }: RunPlan): Generator<SegmentPlan> {
  let shared:
    | { readonly at: number; readonly segment: SegmentEntry; readonly ranges: IndexRange[] }
    | undefined;
  for (const [k, { from, to }] of spans.entries()) {
    for (let at = from; at < to; at++) {
      if (shared?.at === at) {
        shared.ranges.push(ranges[k]!);
        continue;
      }
      if (shared !== undefined) yield shared;
      shared = { at, segment: run.segments[at]!, ranges: [ranges[k]!] };
    }
  }
  if (shared !== undefined) yield shared;
}

/** Ranges of several boxes as one sorted, disjoint list. Boxes may share a bin of a coarse time index. */
export function mergeRanges(ranges: IndexRange[]): IndexRange[] {
  ranges.sort((a, b) => a.start - b.start);
  const merged: IndexRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

function sumsBefore(segments: readonly SegmentEntry[], of: (segment: SegmentEntry) => number): Float64Array {
  const sums = new Float64Array(segments.length + 1);
  segments.forEach((segment, k) => {
    sums[k + 1] = sums[k]! + of(segment);
  });
  return sums;
}

import type { Bbox } from '../state/place.js';
import { axisQuery, type Selection } from '../state/selection.js';
import { type Fields, fields, list, number, numbers, text } from './fields.js';
import { fetchJson } from './request.js';

/** A layer's curve and what a query touches of it, as `GET /layers/{layer}/plan` describes it. */
export interface CurvePlan {
  readonly curve: string;
  /** 3 where time is on the curve. */
  readonly dimensions: number;
  readonly level: number;
  /** How many tiles there are, and how many times one holds. */
  readonly tiles: {
    readonly columns: number;
    readonly rows: number;
    readonly times: number;
    readonly timesEach: number;
  };
  /** The time tile whose blocks these are, and those the query asks, as spans of which both ends are included. */
  readonly time: number;
  readonly askedTimes: readonly (readonly [number, number])[];
  /** Counts by their names. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly ranges: readonly (readonly [number, number])[];
  readonly segments: {
    readonly total: number;
    readonly touched: number;
    readonly listed: readonly PlannedSegment[];
  };
  readonly blocks: {
    readonly columns: number;
    readonly rows: number;
    /** Tiles along a side of a block. */
    readonly side: number;
    readonly indexes: readonly number[];
    readonly segments: readonly number[];
    readonly touched: readonly boolean[];
    /** Longitude, latitude of the corners row by row, NaN where there is no such place. */
    readonly corners: readonly number[];
  };
}

/** A segment of the run that is drawn. */
export interface PlannedSegment {
  readonly position: number;
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly bytes: number;
  readonly isTouched: boolean;
}

/** What is planned: a box, or the whole layer; one time or all, and which time tile of them is drawn. */
export interface PlannedQuery {
  readonly level: number;
  readonly bbox: Bbox | undefined;
  readonly isAllTimes: boolean;
  readonly time: number | undefined;
}

/** The plan of a query for the selection. */
export async function fetchPlan(
  selection: Selection,
  { level, bbox, isAllTimes, time }: PlannedQuery,
  signal: AbortSignal,
): Promise<CurvePlan> {
  const query = axisQuery(selection, { all: isAllTimes ? ['t'] : [] });
  query.set('parameter', selection.parameter.id);
  query.set('level', String(level));
  if (time !== undefined) query.set('tile-time', String(time));
  if (bbox) query.set('bbox', bbox.map((degrees) => degrees.toFixed(5)).join(','));
  return parsePlan(await fetchJson(`layers/${encodeURIComponent(selection.layer.id)}/plan?${query}`, signal));
}

function parsePlan(answer: unknown): CurvePlan {
  const plan = fields(answer);
  const [curve, tiles, blocks, segments] = [plan.curve, plan.tiles, plan.blocks, plan.segments].map(
    fields,
  ) as [Fields, Fields, Fields, Fields];
  return {
    curve: text(curve.name),
    dimensions: list(curve.bits).length,
    level: number(plan.level),
    tiles: {
      columns: number(tiles.columns),
      rows: number(tiles.rows),
      times: number(tiles.times),
      timesEach: number(fields(tiles.cells).t),
    },
    time: number(fields(plan.run).t),
    askedTimes: spans(plan.times),
    numbers: fields(plan.plan) as Record<string, number>,
    ranges: spans(fields(plan.ranges).listed),
    segments: {
      total: number(segments.total),
      touched: number(segments.touched),
      listed: list(segments.listed) as readonly PlannedSegment[],
    },
    blocks: {
      columns: number(blocks.columns),
      rows: number(blocks.rows),
      side: number(blocks.side),
      indexes: numbers(blocks.indexes),
      segments: numbers(blocks.segments),
      touched: list(blocks.touched).map((one) => one === 1),
      corners: numbers(blocks.corners),
    },
  };
}

function spans(answer: unknown): [number, number][] {
  return list(answer).map((span) => numbers(span) as unknown as [number, number]);
}

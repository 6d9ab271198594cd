import type { Manifest } from '../catalog/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import {
  formatInstant,
  parseInstant,
  selectedNumbers,
  selectInterval,
  sliceSelection,
  spanLength,
  wholeAxis,
} from '../grid/index.js';
import type { EdrPlan } from './answer-plan.js';
import { type Bounds, boxesMeet } from './bounds.js';
import { parseBbox } from './box.js';
import { cellLattice } from './cell-lattice.js';
import { extentBbox, momentOf } from './describe-extent.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { planGrid } from './grid-answer.js';
import { oneIndex } from './index-list.js';
import { shorten } from './number-text.js';
import { parseQueryCrs } from './query-crs.js';

/** Which items are asked for, as texts. */
export interface ItemFilter {
  readonly bbox?: string | undefined;
  readonly datetime?: string | undefined;
}

/** Some of the items that match, and how many do. */
export interface ItemPage {
  /** Instants as text, which are the ids of the items. */
  readonly ids: readonly string[];
  readonly matched: number;
}

/**
 * The items of a layer: its fields at one instant each, in the order of the axis. A layer without time is one item, at
 * the moment it is valid. Throws: InvalidArgumentError for a filter that cannot be read.
 */
export function listItems(
  { manifest }: QueryableLayer,
  filter: ItemFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): ItemPage {
  const { t } = manifest.grid;
  const choices = chooseAxes(
    manifest.grid,
    filter.datetime === undefined ? {} : { datetime: filter.datetime },
  );
  const isBeside =
    filter.bbox !== undefined &&
    !boxesMeet(extentBbox(manifest.grid) as Bounds, parseBbox(filter.bbox).bounds);
  if (isBeside) return { ids: [], matched: 0 };
  if (t === undefined || choices.t === undefined) {
    return { ids: [momentOf(manifest)].slice(offset, offset + limit), matched: 1 };
  }
  const page = sliceSelection(choices.t, offset, offset + limit);
  return {
    ids: selectedNumbers(t, page).map((instant) => formatInstant(instant, t.calendar)),
    matched: spanLength(choices.t),
  };
}

/** Throws: NotFoundError when the layer has no such item. */
export function requireItem({ manifest }: QueryableLayer, id: string): void {
  itemTime(manifest, id);
}

/**
 * All columns and rows at the instant of an item, with the levels, custom values and parameters asked for.
 * Throws: NotFoundError; InvalidArgumentError for whatever of the request is wrong.
 */
export function planItem(layer: QueryableLayer, id: string, request: EdrRequest): EdrPlan {
  const { manifest } = layer;
  const { grid, parameters } = manifest;
  const time = itemTime(manifest, id);
  // In the layer's own coordinates whatever they are: the cells are those stored.
  const crs = parseQueryCrs(grid.crs.kind === 'geographic' ? undefined : grid.crs.id, grid);
  const choices = chooseAxes(grid, request);
  const window = { x: wholeAxis(grid.x), y: wholeAxis(grid.y) };
  return planGrid(layer, cellLattice(layer, window, crs), {
    groups: groupParameters(parameters, request.parameterNames),
    choices: { ...choices, ...(time !== undefined && { t: oneIndex(time) }) },
  });
}

/** The index of an item on the time axis; undefined where there is none. */
function itemTime(manifest: Manifest, id: string): number | undefined {
  const { t } = manifest.grid;
  if (t === undefined) {
    if (id === momentOf(manifest)) return undefined;
    throw new NotFoundError('no such item', { item: shorten(id) });
  }
  const instant = instantOf(id, t.calendar);
  const [found] = (instant !== undefined && selectInterval(t, instant, instant)) || [];
  if (found !== undefined) return found.start;
  throw new NotFoundError('no such item', { item: shorten(id) });
}

/** The instant of an id; undefined for a text that is none, or another spelling of one. */
function instantOf(id: string, calendar: Parameters<typeof parseInstant>[1]): number | undefined {
  try {
    const { from } = parseInstant(id, calendar);
    return formatInstant(from, calendar) === id ? from : undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

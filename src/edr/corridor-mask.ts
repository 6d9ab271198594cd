import {
  type AxisSelection,
  type Grid,
  nearestFinder,
  selectedNumbers,
  spanIndexes,
  spanLength,
} from '../grid/index.js';
import type { Patch } from './buffer.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import type { PathArc } from './corridor-path.js';
import { countOf, type GroupChoices } from './coverage-parts.js';
import type { CrossedCell } from './crossed-cells.js';
import type { GridWindow } from './grid-window.js';
import { type VisitOptions, visitNear } from './near-cells.js';

const LEVEL_TOLERANCE = 1e-9;

/** Which cells a corridor has. */
interface Corridor {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
  readonly patches: readonly Patch<PathArc>[];
  readonly crossed: readonly CrossedCell[];
  readonly toLonLat?: NonNullable<VisitOptions<PathArc>['toLonLat']>;
  /** Present when levels depend on where the path is. */
  readonly halfHeight?: number;
  /** True when times depend on where the path is. */
  readonly hasMoments: boolean;
}

/** Positions on the level and time axes of an answer at which a cell is inside. */
interface Slots {
  levels(arc: PathArc, part: number): Iterable<number>;
  times(arc: PathArc, part: number): Iterable<number>;
  readonly levelCount: number;
  readonly timeCount: number;
}

/** Marks the cells of a corridor in a window, for each time and level where these depend on the path. */
export class CorridorMask {
  readonly #grid: Grid;
  readonly #corridor: Corridor;

  constructor(grid: Grid, corridor: Corridor) {
    this.#grid = grid;
    this.#corridor = corridor;
  }

  /** The mask of a window: one for all parameters, unless times or levels depend on the path. */
  forWindow(): Pick<GridWindow, 'mask' | 'volumeMask'> {
    const { halfHeight, hasMoments } = this.#corridor;
    if (halfHeight === undefined && !hasMoments) {
      return { mask: (centres, signal) => this.#fill(centres, wholePlane, signal) };
    }
    return { volumeMask: (centres, choices, signal) => this.#fill(centres, this.#slotsOf(choices), signal) };
  }

  async #fill(
    centres: WindowCentres,
    slots: Slots,
    signal: AbortSignal | undefined,
  ): Promise<CellMask | undefined> {
    const { patches, toLonLat } = this.#corridor;
    const plane = centres.xs.length * centres.ys.length;
    const mask = new Uint8Array(slots.timeCount * slots.levelCount * plane);
    const mark = (cell: number, arc: PathArc, part: number) => {
      for (const time of slots.times(arc, part)) {
        for (const level of slots.levels(arc, part)) {
          mask[(time * slots.levelCount + level) * plane + cell] = 1;
        }
      }
    };
    this.#markCrossed(centres, mark);
    const partsOfStill = this.#partsOfStill();
    await visitNear(centres, patches, {
      ...(toLonLat && { toLonLat }),
      signal,
      ...(slots === wholePlane && { done: mask }),
      visit: (cell, arc, centre) => {
        for (const part of partsOfStill.get(arc) ?? [arc.partNearest(centre)]) mark(cell, arc, part);
      },
    });
    return mask.includes(1) ? mask : undefined;
  }

  #markCrossed(
    { x = this.#corridor.x, y = this.#corridor.y }: WindowCentres,
    mark: (cell: number, arc: PathArc, part: number) => void,
  ): void {
    const { crossed } = this.#corridor;
    const cols = positionsOf(x);
    const rows = positionsOf(y);
    const width = spanLength(x);
    for (const { cell, arc, part } of crossed) {
      const col = cols.get(cell.col);
      const row = rows.get(cell.row);
      if (col !== undefined && row !== undefined) mark(row * width + col, arc, part);
    }
  }

  /** Of stretches that stay in one place: all of them is nearest, at each of their levels and times. */
  #partsOfStill(): ReadonlyMap<PathArc, readonly number[]> {
    const parts = new Map<PathArc, number[]>();
    for (const { arc, part } of this.#corridor.crossed) {
      if (arc.length > 0) continue;
      const known = parts.get(arc);
      if (known === undefined) parts.set(arc, [part]);
      else known.push(part);
    }
    return parts;
  }

  #slotsOf(choices: GroupChoices): Slots {
    const levels = this.#levelSlots(choices);
    const times = this.#timeSlots(choices);
    return {
      levels: levels ?? wholePlane.levels,
      times: times ?? wholePlane.times,
      levelCount: levels ? countOf(choices.z) : 1,
      timeCount: times ? countOf(choices.t) : 1,
    };
  }

  #levelSlots({ z }: GroupChoices): Slots['levels'] | undefined {
    const axis = this.#grid.z;
    const { halfHeight } = this.#corridor;
    if (axis === undefined || z === undefined) return undefined;
    const all = [...Array(countOf(z)).keys()];
    // A mask of times needs each level of them.
    if (halfHeight === undefined) return () => all;
    const values = selectedNumbers(axis, z);
    const positions = positionsOf(z);
    const findLevel = nearestFinder(axis);
    return (arc, part) => {
      const centre = arc.zAt(part)!;
      const reach = halfHeight + LEVEL_TOLERANCE * Math.max(1, Math.abs(centre));
      const nearest = positions.get(findLevel(centre) ?? -1);
      return all.filter((at) => at === nearest || Math.abs(values[at]! - centre) <= reach);
    };
  }

  #timeSlots({ t }: GroupChoices): Slots['times'] | undefined {
    const axis = this.#grid.t;
    if (!this.#corridor.hasMoments || axis === undefined || t === undefined) return undefined;
    const positions = positionsOf(t);
    const findTime = nearestFinder(axis);
    return (arc, part) => {
      const position = positions.get(findTime(arc.instantAt(part)!) ?? -1);
      return position === undefined ? [] : [position];
    };
  }
}

const wholePlane: Slots = { levels: () => [0], times: () => [0], levelCount: 1, timeCount: 1 };

function positionsOf(selection: AxisSelection): ReadonlyMap<number, number> {
  return new Map([...spanIndexes(selection)].map((index, position) => [index, position]));
}

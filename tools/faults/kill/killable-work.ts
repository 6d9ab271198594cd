import { join } from 'node:path';
import { type BigField, bigFieldCell, bigFieldParts } from '../../big-field.js';
import { writeBigSource } from '../../big-source.js';
import { type Random, randomBelow } from '../../random.js';
import type { FieldCells } from '../field-cells.js';

const GRID = { rows: 64, cols: 96 };
// Just more than may wait in memory.
const TIMES = 88;
// An update that ends inside a tile, and one that must wait on disk.
const UPDATE_TIMES = [33, TIMES];
/** Small memory, so that tiles wait on disk; small segments, so that there are many moments to hit. */
const SIZES = ['--memory', '16MiB', '--segment-bytes', '256KiB'];
const WRITE_OPTIONS = [
  ...SIZES,
  ...['--tile-shape', 't=20,row=16,col=16', '--codec', 'raw', '--level-method', 'max'],
  ...['--checkpoint-ms', '20'],
];
const CURVES = ['hilbert', 'zorder', 'rowmajor'];

/** The one parameter of every layer of the campaign. */
export const PARAMETER = 'field';
/** The layer that is changed again and again, and the one that is always written for the first time. */
export const LAYERS = { lasting: 'field', fresh: 'fresh' } as const;

/** A command that will be killed. */
export interface KillableWork {
  readonly name: WorkName;
  /** The only layer that may have another snapshot after it. */
  readonly layer: string;
  readonly args: readonly string[];
  /** The cells of the layer once it is committed; absent when it commits nothing. */
  readonly result?: FieldCells;
}

/** `resume` is a write that goes on where one that was killed stood. */
export type WorkName = 'write' | 'overwrite' | 'resume' | 'update' | 'reindex' | 'gc' | 'verify';

interface PreparedSource {
  readonly path: string;
  readonly cells: FieldCells;
}

/** Commands of every kind that changes, or reads, a whole layer. */
export class KillableCommands {
  readonly #store: string;
  readonly #random: Random;
  readonly #whole: readonly PreparedSource[];
  readonly #updates: readonly PreparedSource[];

  private constructor(
    store: string,
    random: Random,
    sources: { readonly whole: readonly PreparedSource[]; readonly updates: readonly PreparedSource[] },
  ) {
    this.#store = store;
    this.#random = random;
    this.#whole = sources.whole;
    this.#updates = sources.updates;
  }

  /** Writes the sources that the commands read, below `folder`. */
  static async create(folder: string, store: string, random: Random): Promise<KillableCommands> {
    const prepare = async (seed: number, times: number): Promise<PreparedSource> => {
      const path = join(folder, `source-${seed}`);
      const field = { ...GRID, times, seed };
      await writeBigSource(path, { field, chunks: [20, GRID.rows, GRID.cols], codec: { id: 'none' } });
      return { path, cells: cellsOf(field) };
    };
    const whole = [await prepare(1, TIMES), await prepare(2, TIMES)];
    const updates: PreparedSource[] = [];
    for (const [i, times] of UPDATE_TIMES.entries()) updates.push(await prepare(3 + i, times));
    return new KillableCommands(store, random, { whole, updates });
  }

  /** Work of one kind; `current` are the cells of the lasting layer. */
  make(name: Exclude<WorkName, 'resume'>, current: FieldCells | undefined): KillableWork {
    const at = ['--store', this.#store];
    const { lasting, fresh } = LAYERS;
    const on = (layer: string) => [...at, '--layer', layer];
    switch (name) {
      case 'write':
      case 'overwrite': {
        const layer = name === 'write' ? fresh : lasting;
        const source = this.#pick(this.#whole);
        const args = ['write', source.path, ...on(layer), ...WRITE_OPTIONS];
        return {
          name,
          layer,
          args: name === 'write' ? args : [...args, '--overwrite'],
          result: source.cells,
        };
      }
      case 'update': {
        const source = this.#pick(this.#updates);
        const args = ['update', source.path, ...on(lasting), ...SIZES];
        return { name, layer: lasting, args, result: overlay(current!, source.cells) };
      }
      case 'reindex': {
        const args = ['reindex', ...on(lasting), '--curve', this.#pick(CURVES), ...SIZES];
        return { name, layer: lasting, args, result: current! };
      }
      case 'gc':
        return {
          name,
          layer: lasting,
          args: ['gc', ...at, '--grace', '0s', '--keep', this.#pick(['1', '2'])],
        };
      case 'verify':
        return { name, layer: lasting, args: ['verify', ...at] };
      default:
        return name satisfies never;
    }
  }

  #pick<T>(items: readonly T[]): T {
    return items[randomBelow(this.#random, items.length)]!;
  }
}

function cellsOf(field: BigField): FieldCells {
  const { times, rows, cols } = field;
  const parts = bigFieldParts(field);
  const values = new Float64Array(times * rows * cols);
  for (let i = 0; i < values.length; i++) {
    const [time, row, col] = [Math.floor(i / (rows * cols)), Math.floor(i / cols) % rows, i % cols];
    values[i] = bigFieldCell(parts, { time, row, col });
  }
  return { times, rows, cols, values };
}

/** The update's times are the first of the layer's. */
function overlay(below: FieldCells, above: FieldCells): FieldCells {
  const values = below.values.slice();
  values.set(above.values);
  return { ...below, values };
}

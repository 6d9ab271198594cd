import { readFile } from 'node:fs/promises';
import { get, open, root } from 'zarrita';

const TURN = 360;

/** One variable of a Zarr store as zarrita alone reads it: none of the project's own code has a hand in it. */
export interface SourceField {
  /** Values of its dimensions, in their order; x and y last. */
  readonly axes: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Longitude and latitude of the centre of a cell. */
  lonLat(col: number, row: number): readonly [number, number];
  /** The value at indexes on all axes; null where there is none. */
  at(indexes: readonly number[]): number | null;
}

/** Reads a variable, unpacked as its attributes say. With 2-D `lon` and `lat` these are where its cells are. */
export async function readSourceField(path: string, variable: string): Promise<SourceField> {
  const read = (name: string) => readArray(path, name);
  const { values, attributes, stored } = await read(variable);
  const dims = attributes._ARRAY_DIMENSIONS as string[];
  const axes = await Promise.all(
    dims.map(async (name) => ({ name, values: Array.from((await read(name)).stored) })),
  );
  const [ys, xs] = axes.slice(-2).map((axis) => axis.values) as [number[], number[]];
  const plane = 'grid_mapping' in attributes ? [await read('lon'), await read('lat')] : undefined;
  return {
    axes,
    xs,
    ys,
    lonLat(col, row) {
      const cell = row * xs.length + col;
      return plane ? [plane[0]!.stored[cell]!, plane[1]!.stored[cell]!] : [xs[col]!, ys[row]!];
    },
    at(indexes) {
      const place = indexes.reduce((sum, index, d) => sum * axes[d]!.values.length + index, 0);
      if (place >= stored.length) throw new RangeError(`no value at ${indexes}`);
      const value = values(place);
      return Number.isNaN(value) ? null : value;
    },
  };
}

async function readArray(path: string, name: string) {
  const store = { get: (key: string) => readFile(path + key).catch(() => undefined) };
  const array = await open.v2(root(store).resolve(name), { kind: 'array' });
  const stored = (await get(array)).data as ArrayLike<number>;
  const attributes: Readonly<Record<string, unknown>> = array.attrs;
  const missing = array.fillValue;
  const [scale, offset] = [attributes.scale_factor ?? 1, attributes.add_offset ?? 0] as [number, number];
  const values = (place: number) =>
    stored[place] === missing ? Number.NaN : stored[place]! * scale + offset;
  return { stored: Array.from(stored, Number), attributes, values };
}

/** How far apart two longitudes are, the short way round. */
export function turnsApart(a: number, b: number): number {
  const away = Math.abs(a - b) % TURN;
  return Math.min(away, TURN - away);
}

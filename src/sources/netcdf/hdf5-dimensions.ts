import { CorruptionError } from '../../errors/index.js';
import type { Hdf5Entry } from './hdf5-protocol.js';

/** A variable of a NetCDF-4 file with its dimensions. */
export interface NamedEntry {
  readonly entry: Hdf5Entry;
  readonly name: string;
  readonly dims: readonly string[];
  /** Lengths of its dimensions: an unlimited one may be longer than what is stored of this variable. */
  readonly shape: readonly number[];
}

// What the NetCDF library writes into data sets that stand for a dimension only, and before the name of a
// variable that is called like a dimension without being its coordinate.
const bareDimension = /^This is a netCDF dimension but not a netCDF variable/;
const notCoordinate = '_nc4_non_coord_';

/**
 * Finds the dimensions of each variable: by the dimension scales attached to it, else by the numbers the NetCDF
 * library keeps, else by their lengths alone, in the way and under the names (`phony_dim_0`, ...) of that library.
 */
export function nameDimensions(entries: readonly Hdf5Entry[]): NamedEntry[] {
  const scales = new Map(entries.filter(isScale).map((entry) => [entry.name, entry]));
  const phony: number[] = [];
  const named = entries.filter(isVariable).map((entry) => ({
    entry,
    name: entry.name.startsWith(notCoordinate) ? entry.name.slice(notCoordinate.length) : entry.name,
    dims: dimensionNames(entry, scales, phony),
  }));
  const lengths = unlimitedLengths(named, scales);
  return named.map((variable) => ({ ...variable, shape: fullShape(variable, lengths) }));
}

function isScale({ attributes }: Hdf5Entry): boolean {
  return attributes.CLASS === 'DIMENSION_SCALE';
}

function isVariable({ attributes }: Hdf5Entry): boolean {
  return !bareDimension.test(String(attributes.NAME ?? ''));
}

function dimensionNames(
  entry: Hdf5Entry,
  scales: ReadonlyMap<string, Hdf5Entry>,
  phony: number[],
): readonly string[] {
  const { shape = [], name } = entry;
  if (isScale(entry) && shape.length === 1) return [name];
  const byNumber = namesByNumber(entry, scales);
  const names: string[] = [];
  shape.forEach((length, d) => {
    const attached = entry.scales[d]?.map((path) => path.replace(/^\//, '')).find((path) => scales.has(path));
    names.push(attached ?? byNumber?.[d] ?? phonyName(length, { phony, taken: names }));
  });
  if (new Set(names).size === names.length) return names;
  // The same dimension twice: nothing that could be a grid of cells.
  return names.map((dim, d) => (names.indexOf(dim) === d ? dim : `${dim}_${d}`));
}

function namesByNumber(
  { attributes, shape = [] }: Hdf5Entry,
  scales: ReadonlyMap<string, Hdf5Entry>,
): readonly string[] | undefined {
  const numbers = attributes._Netcdf4Coordinates;
  const list = Array.isArray(numbers) ? numbers : [numbers];
  if (numbers === undefined || list.length !== shape.length) return undefined;
  const names = list.map(
    (id) => [...scales.values()].find((scale) => scale.attributes._Netcdf4Dimid === id)?.name,
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

function phonyName(
  length: number,
  { phony, taken }: { readonly phony: number[]; readonly taken: readonly string[] },
): string {
  const known = phony.findIndex((other, k) => other === length && !taken.includes(`phony_dim_${k}`));
  return `phony_dim_${known >= 0 ? known : phony.push(length) - 1}`;
}

interface Named {
  readonly entry: Hdf5Entry;
  readonly dims: readonly string[];
}

/** An unlimited dimension is as long as the longest variable over it. */
function unlimitedLengths(
  named: readonly Named[],
  scales: ReadonlyMap<string, Hdf5Entry>,
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { entry, dims } of named) {
    dims.forEach((dim, d) => {
      const isShared = scales.get(dim)?.isUnlimited[0] === true && entry.isUnlimited[d] === true;
      if (isShared) lengths.set(dim, Math.max(lengths.get(dim) ?? 0, entry.shape?.[d] ?? 0));
    });
  }
  return lengths;
}

function fullShape({ entry, dims }: Named, lengths: ReadonlyMap<string, number>): readonly number[] {
  const { shape = [], name } = entry;
  if (entry.shape !== undefined && entry.isUnlimited.length !== shape.length)
    throw new CorruptionError('shape and greatest shape differ in their number of dimensions', {
      array: name,
    });
  return shape.map((length, d) => (entry.isUnlimited[d] ? (lengths.get(dims[d]!) ?? length) : length));
}

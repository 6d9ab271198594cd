import { realpath } from 'node:fs/promises';
import { UnsupportedError } from '../../errors/index.js';
import { checkAttributes, type JsonObject } from '../bounded-json.js';
import {
  cellCount,
  checkChunkBytes,
  type Dataset,
  type Variable,
  type VariableLayout,
} from '../cf/dataset.js';
import { once } from '../once.js';
import type { OpenSourceOptions } from '../source.js';
import { contiguousBlocks } from './contiguous-blocks.js';
import { defaultFill } from './default-fill.js';
import { Hdf5Client } from './hdf5-client.js';
import { type NamedEntry, nameDimensions } from './hdf5-dimensions.js';
import type { Hdf5Attributes, Hdf5Contents, Hdf5Type } from './hdf5-protocol.js';
import { Hdf5Variable, isCharacters } from './hdf5-variable.js';

// deflate, shuffle, Fletcher's checksum: what the NetCDF library writes unless told otherwise.
const knownFilters: ReadonlySet<number> = new Set([1, 2, 3]);
const filterNames: Readonly<Record<number, string>> = {
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  307: 'bzip2',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32015: 'zstd',
  32026: 'blosc2',
};

/** What keeps the data model of NetCDF in HDF5, and is no attribute to its readers. */
const hiddenAttributes: ReadonlySet<string> = new Set([
  'CLASS',
  'NAME',
  'DIMENSION_LIST',
  'REFERENCE_LIST',
  '_Netcdf4Dimid',
  '_Netcdf4Coordinates',
  '_nc3_strict',
  '_NCProperties',
]);

/** The library takes this much for itself; a chunk is held stored, inflated (in doubling steps) and unshuffled. */
const ownHeapBytes = 64 * 1024 * 1024;
const heapPerChunk = 6;

/** The variables in the root group of a NetCDF-4 or other HDF5 file as a data set; groups below it are ignored. */
export async function openHdf5Dataset(location: string, options: OpenSourceOptions): Promise<Dataset> {
  const { maxChunkBytes, signal } = options;
  const path = await realpath(location);
  const client = new Hdf5Client({ path, maxHeapBytes: ownHeapBytes + heapPerChunk * maxChunkBytes });
  try {
    const contents = await client.ask<'contents'>({ kind: 'contents' }, signal);
    checkNotOnlyGroups(contents, location);
    const variables = nameDimensions(contents.entries).map((named) =>
      variableOf(client, named, maxChunkBytes),
    );
    return {
      attributes: shownAttributes(contents.attributes, '/'),
      variables: new Map(variables.map((variable) => [variable.name, variable])),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

function checkNotOnlyGroups({ entries, groups }: Hdf5Contents, path: string): void {
  if (entries.length > 0 || groups.length === 0) return;
  throw new UnsupportedError('variables are in groups, and only the root group is read', {
    path,
    groups: groups.slice(0, 20).join(', '),
  });
}

function variableOf(client: Hdf5Client, named: NamedEntry, maxChunkBytes: number): Variable {
  const { entry, name } = named;
  const attributes = shownAttributes(entry.attributes, name);
  const known = once(() => checkReadable(named));
  const layout = once(() => layoutOf(named, known(), maxChunkBytes));
  const isCharacterArray = entry.type.kind === 'known' && isCharacters(entry.type);
  return {
    name,
    attributes,
    dims: isCharacterArray ? named.dims.slice(0, -1) : named.dims,
    layout,
    open: () => {
      const { shape, chunkShape, fill } = layout();
      const type = known();
      const decodedBytes = cellCount(chunkShape) * type.bytes;
      checkChunkBytes({ name, decodedBytes, maxChunkBytes });
      const stated = attributes._FillValue;
      return new Hdf5Variable({
        client,
        entry,
        type,
        chunkShape,
        shape,
        fill: typeof stated === 'number' ? stated : (fill ?? 0),
      });
    },
  };
}

/** Its type, when it and all else about the variable can be read. */
function checkReadable({ entry, name, shape }: NamedEntry): Extract<Hdf5Type, { kind: 'known' }> {
  const { type, filters, isVirtual } = entry;
  if (type.kind === 'other')
    throw new UnsupportedError('data type is not supported', { array: name, dtype: type.name });
  if (isVirtual) throw new UnsupportedError('virtual data sets are not supported', { array: name });
  const filter = filters.find(({ id }) => !knownFilters.has(id));
  if (filter !== undefined)
    throw new UnsupportedError('filter is not supported', {
      array: name,
      filter: filterNames[filter.id] ?? (filter.name || 'unnamed'),
      id: filter.id,
      expected: 'deflate, shuffle or fletcher32',
    });
  if (entry.shape === undefined || shape.includes(0))
    throw new UnsupportedError('array has no cells', { array: name, shape: [...shape] });
  return type;
}

function layoutOf(
  { entry, shape }: NamedEntry,
  type: Extract<Hdf5Type, { kind: 'known' }>,
  maxChunkBytes: number,
): VariableLayout {
  const { element, bytes } = type;
  const fill = element.kind === 'cell' ? defaultFill(element.type) : undefined;
  const cut = isCharacters(type) ? -1 : shape.length;
  const chunkShape = entry.chunks ?? contiguousBlocks(shape, { cellBytes: bytes, maxChunkBytes });
  return {
    shape: shape.slice(0, cut),
    chunkShape: chunkShape.slice(0, cut),
    element,
    ...(fill === undefined ? {} : { fill }),
  };
}

function shownAttributes(attributes: Hdf5Attributes, array: string): JsonObject {
  const shown = Object.entries(attributes).filter(([name]) => !hiddenAttributes.has(name));
  return checkAttributes(Object.fromEntries(shown), { array });
}

import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { checkAttributes, type JsonObject } from '../bounded-json.js';
import { ClassicCursor, type ClassicVersion, HeaderEndsError } from './classic-cursor.js';
import { type ClassicType, classicTypes } from './classic-types.js';
import { decodeText } from './netcdf-text.js';
import type { RandomFile } from './random-file.js';

/** A dimension; `length` is undefined for the record dimension. */
export interface ClassicDimension {
  readonly name: string;
  readonly length: number | undefined;
}

/** A variable as the header states it. */
export interface ClassicEntry {
  readonly name: string;
  readonly dimensions: readonly ClassicDimension[];
  readonly attributes: JsonObject;
  readonly type: ClassicType;
  /** Bytes the header says it takes (for a record variable, one record of it): redundant. */
  readonly statedBytes: number;
  readonly begin: number;
}

/** The header of a classic file. */
export interface ClassicHeader {
  readonly version: ClassicVersion;
  /** Undefined when the writer did not say ("streaming"): as many as the file holds. */
  readonly records: number | undefined;
  readonly attributes: JsonObject;
  readonly entries: readonly ClassicEntry[];
  readonly lengthBytes: number;
}

const firstTryBytes = 64 * 1024;
const maxHeaderBytes = 64 * 1024 * 1024;
const tags = { dimension: 10, variable: 11, attribute: 12 };

/**
 * Reads the header of a classic, 64-bit offset or 64-bit data file, whatever the file's size.
 *
 * Not by netcdfjs: it wants the whole file, allocates for whatever counts a header states, refuses
 * offsets beyond 4 GB (what 64-bit offset files are for), and knows neither version 5 nor UTF-8. Tests compare
 * with it.
 */
export async function readClassicHeader(file: RandomFile): Promise<ClassicHeader> {
  for (let length = firstTryBytes; ; length *= 2) {
    const bytes = new Uint8Array(Math.min(length, file.sizeBytes));
    await file.read(0, bytes);
    try {
      return parseHeader(bytes, file);
    } catch (error) {
      if (!(error instanceof HeaderEndsError)) throw error;
      if (length >= file.sizeBytes)
        throw new CorruptionError('file ends within its header', {
          path: file.path,
          sizeBytes: file.sizeBytes,
        });
      if (length >= maxHeaderBytes)
        throw new UnsupportedError('header is too long', { path: file.path, allowed: maxHeaderBytes });
    }
  }
}

function parseHeader(bytes: Uint8Array, file: RandomFile): ClassicHeader {
  if (bytes.length < 4) throw new HeaderEndsError();
  const version = bytes[3];
  if (version !== 1 && version !== 2 && version !== 5)
    throw new UnsupportedError('version of the NetCDF classic format is not known', {
      path: file.path,
      found: version,
      expected: '1, 2 or 5',
    });
  const cursor = new ClassicCursor(bytes, { version, fileBytes: file.sizeBytes });
  const records = cursor.size();
  const isStreaming = records === (version === 5 ? Number.POSITIVE_INFINITY : 0xffffffff);
  const dimensions = parseDimensions(cursor);
  const attributes = parseAttributes(cursor, 'the file');
  const entries = parseEntries(cursor, dimensions);
  return {
    version,
    records: isStreaming ? undefined : records,
    attributes,
    entries,
    lengthBytes: cursor.at,
  };
}

function parseDimensions(cursor: ClassicCursor): ClassicDimension[] {
  const dimensions = parseList(cursor, 'dimension', 8, () => {
    const name = cursor.name('dimension');
    const length = cursor.size();
    return { name, length: length === 0 ? undefined : length };
  });
  if (dimensions.filter(({ length }) => length === undefined).length > 1)
    throw new CorruptionError('header states two record dimensions');
  return dimensions;
}

function parseEntries(cursor: ClassicCursor, dimensions: readonly ClassicDimension[]): ClassicEntry[] {
  return parseList(cursor, 'variable', 28, () => {
    const name = cursor.name('variable');
    const rank = cursor.count('dimensions of a variable', 4);
    const own: ClassicDimension[] = [];
    for (let d = 0; d < rank; d++) own.push(dimensionOf(cursor.size(), { dimensions, name, place: d }));
    if (new Set(own).size !== own.length)
      throw new UnsupportedError('variable has one dimension twice', { array: name });
    const attributes = parseAttributes(cursor, name);
    const type = parseType(cursor, `variable ${name}`);
    return {
      name,
      dimensions: own,
      attributes,
      type,
      statedBytes: cursor.size(),
      begin: cursor.offset(),
    };
  });
}

function dimensionOf(
  id: number,
  {
    dimensions,
    name,
    place,
  }: { readonly dimensions: readonly ClassicDimension[]; readonly name: string; readonly place: number },
): ClassicDimension {
  const dimension = dimensions[id];
  if (dimension === undefined)
    throw new CorruptionError('variable has a dimension that does not exist', {
      array: name,
      found: id,
      dimensions: dimensions.length,
    });
  if (dimension.length === undefined && place > 0)
    throw new CorruptionError('record dimension is not the first of its variable', { array: name });
  return dimension;
}

function parseAttributes(cursor: ClassicCursor, owner: string): JsonObject {
  const found = parseList(cursor, 'attribute', 12, () => {
    const name = cursor.name('attribute');
    const type = parseType(cursor, `attribute ${name} of ${owner}`);
    const length = cursor.size();
    const bytes = cursor.padded(length * type.bytes, `attribute ${name} of ${owner}`);
    return { name, value: attributeValue(bytes, type) };
  });
  const attributes = Object.fromEntries(found.map(({ name, value }) => [name, value]));
  return checkAttributes(attributes, { array: owner });
}

function attributeValue(bytes: Uint8Array, { bytes: width, get }: ClassicType): unknown {
  if (get === undefined) return decodeText(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (number | string)[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const value = get(view, at);
    values.push(
      Number.isSafeInteger(Number(value)) || typeof value === 'number' ? Number(value) : String(value),
    );
  }
  return values.length === 1 ? values[0] : values;
}

function parseType(cursor: ClassicCursor, owner: string): ClassicType {
  const code = cursor.uint32();
  const type = code > 6 && cursor.version !== 5 ? undefined : classicTypes[code];
  if (type !== undefined) return type;
  throw new CorruptionError('header states a type that does not exist', { of: owner, found: code });
}

/** An absent list is two zeros; any other starts with its tag. No two entries may have one name. */
function parseList<T extends { readonly name: string }>(
  cursor: ClassicCursor,
  what: keyof typeof tags,
  ...[entryBytes, parse]: [entryBytes: number, parse: () => T]
): T[] {
  const tag = cursor.uint32();
  if (tag !== 0 && tag !== tags[what])
    throw new CorruptionError(`header has no list of ${what}s where one has to be`, {
      offset: cursor.at - 4,
      found: tag,
      expected: tags[what],
    });
  const count = cursor.count(`${what}s`, entryBytes);
  if (tag === 0 && count > 0)
    throw new CorruptionError(`absent list of ${what}s has entries`, { offset: cursor.at, found: count });
  const entries = new Map<string, T>();
  for (let i = 0; i < count; i++) {
    const entry = parse();
    if (entries.has(entry.name))
      throw new CorruptionError(`two ${what}s have one name`, { found: entry.name.slice(0, 80) });
    entries.set(entry.name, entry);
  }
  return [...entries.values()];
}

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptionError, UnavailableError } from '../errors/index.js';
import { packEntry, packedLength, type StagedEntry } from './staged-entry.js';

const FILE = /^[0-9a-f]{16}\.values$/;
const ID_BYTES = 8;
const OFFSET_AT = ID_BYTES;
const LENGTH_AT = OFFSET_AT + 8;
const PLACE_BYTES = LENGTH_AT + 4;
/** Entries are gathered here before they are written; a longer one is written alone. */
const GATHERED_BYTES = 2 ** 20;

/** Whether a file of a staging directory holds values. */
export function isValueFile(name: string): boolean {
  return FILE.test(name);
}

/** Paths of the value files in a directory; none when it is not there. */
export async function valueFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.filter(isValueFile).map((name) => join(directory, name));
}

/**
 * The bytes of staged values in files beside the database that keeps them in order: it moves what it holds several
 * times as it grows. One process writes one file, under a name that nobody had before; it reads those of its
 * predecessors, too.
 */
export class ValueLog {
  readonly #directory: string;
  readonly #id = randomBytes(ID_BYTES);
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  readonly #files = new Map<string, Promise<ValueFile>>();
  #end = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Writes entries; the places to find them at, in their order. One call at a time. */
  async append(entries: readonly StagedEntry[]): Promise<Uint8Array[]> {
    const { file } = await this.#file(this.#ownName, 'wx+');
    const places: Uint8Array[] = [];
    let gathered = 0;
    const flush = async () => {
      await writeAll(file, this.#gathered.subarray(0, gathered), this.#end);
      this.#end += gathered;
      gathered = 0;
    };
    for (const entry of entries) {
      const length = packedLength(entry);
      if (gathered + length > GATHERED_BYTES) await flush();
      places.push(this.#placeOf(this.#end + gathered, length));
      if (length > GATHERED_BYTES) {
        const packed = Buffer.allocUnsafeSlow(length);
        packEntry(entry, packed);
        await writeAll(file, packed, this.#end);
        this.#end += length;
      } else {
        packEntry(entry, this.#gathered.subarray(gathered, gathered + length));
        gathered += length;
      }
    }
    await flush();
    return places;
  }

  /**
   * What was packed at places, in their order; neighbours are read together.
   *
   * Throws: CorruptionError when there is no such place, or not all of it is there.
   */
  async read(places: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const packed = new Array<Uint8Array>(places.length);
    const spans = spansOf(places.map((place) => parsePlace(place, this.#directory)));
    await Promise.all(
      spans.map(async ({ name, offset, end, places: inside }) => {
        const bytes = await this.#readSpan(name, offset, end - offset);
        for (const place of inside) {
          packed[place.number] = bytes.subarray(place.offset - offset, place.offset - offset + place.length);
        }
      }),
    );
    return packed;
  }

  async #readSpan(name: string, offset: number, length: number): Promise<Uint8Array> {
    const path = join(this.#directory, `${name}.values`);
    const { file, sizeBytes } = await this.#file(name, 'r').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      throw new CorruptionError('staging has lost a file', { path }, { cause });
    });
    // A damaged length must not take memory for what no file has.
    const size = name === this.#ownName ? this.#end : sizeBytes;
    if (!(offset + length <= size)) {
      throw new CorruptionError('staged value ends behind its file', {
        path,
        offset,
        expected: length,
        size,
      });
    }
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
      if (bytesRead === 0) throw new CorruptionError('staging file has become shorter', { path, offset });
      at += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) await (await file.catch(() => undefined))?.file.close();
  }

  #placeOf(offset: number, length: number): Uint8Array {
    const place = Buffer.alloc(PLACE_BYTES);
    this.#id.copy(place);
    place.writeBigUInt64BE(BigInt(offset), OFFSET_AT);
    place.writeUInt32BE(length, LENGTH_AT);
    return place;
  }

  get #ownName(): string {
    return this.#id.toString('hex');
  }

  #file(name: string, flags: 'r' | 'wx+'): Promise<ValueFile> {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = openValueFile(join(this.#directory, `${name}.values`), flags);
    this.#files.set(name, file);
    return file;
  }
}

/** Bytes of the value at a place, packed. */
export function lengthAt(place: Uint8Array, location: string): number {
  return parsePlace(place, location).length;
}

/** Removes value files; those that are gone already do not matter. */
export async function removeValueFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

interface ValueFile {
  readonly file: FileHandle;
  /** When it was opened: the files of other processes do not grow any more. */
  readonly sizeBytes: number;
}

async function openValueFile(path: string, flags: 'r' | 'wx+'): Promise<ValueFile> {
  const file = await open(path, flags);
  try {
    return { file, sizeBytes: (await file.stat()).size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Place {
  /** Of its file. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

function parsePlace(place: Uint8Array, path: string): Place {
  const bytes = Buffer.from(place.buffer, place.byteOffset, place.byteLength);
  if (bytes.length !== PLACE_BYTES) {
    throw new CorruptionError('place of a staged value is malformed', { path, found: bytes.toString('hex') });
  }
  return {
    name: bytes.toString('hex', 0, ID_BYTES),
    offset: Number(bytes.readBigUInt64BE(OFFSET_AT)),
    length: bytes.readUInt32BE(LENGTH_AT),
  };
}

interface Span {
  readonly name: string;
  readonly offset: number;
  end: number;
  readonly places: (Place & { readonly number: number })[];
}

/** Places, numbered in their order, in pieces of files with nothing between the places. */
function spansOf(places: readonly Place[]): Span[] {
  const sorted = places
    .map((place, number) => ({ ...place, number }))
    .sort((a, b) => (a.name === b.name ? a.offset - b.offset : a.name < b.name ? -1 : 1));
  const spans: Span[] = [];
  for (const place of sorted) {
    const { name, offset, length } = place;
    const last = spans.at(-1);
    if (last?.name === name && last.end === offset) {
      last.end += length;
      last.places.push(place);
    } else spans.push({ name, offset, end: offset + length, places: [place] });
  }
  return spans;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    if (bytesWritten === 0) throw new UnavailableError('cannot write: the file takes no more bytes');
    at += bytesWritten;
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tag's values: text, or numbers of a TIFF type. */
export type TagValue =
  | string
  | { readonly type: 'u1' | 'u2' | 'u4' | 'f8'; readonly values: readonly number[] };

/** One image of a file. Blocks that are undefined are left out, as sparse files do. */
export interface PagePlan {
  readonly tags: Readonly<Record<number, TagValue>>;
  readonly blocks: readonly (Uint8Array | undefined)[];
  readonly isTiled?: boolean;
}

export interface FilePlan {
  readonly isBigEndian?: boolean;
  readonly isBig?: boolean;
  readonly pages: readonly PagePlan[];
}

const sizes = { u1: 1, u2: 2, u4: 4, f8: 8 } as const;
const codes = { u1: 1, u2: 3, u4: 4, f8: 12 } as const;
const directories: string[] = [];

export const u1 = (...values: number[]): TagValue => ({ type: 'u1', values });
export const u2 = (...values: number[]): TagValue => ({ type: 'u2', values });
export const u4 = (...values: number[]): TagValue => ({ type: 'u4', values });
export const f8 = (...values: number[]): TagValue => ({ type: 'f8', values });

/** Keys of EPSG:32633, cells as areas. */
export const utmKeys = u2(1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633);
/** Keys of EPSG:4326, cells as areas. */
export const lonLatKeys = u2(1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326);

/** Tags of an image in UTM zone 33 whose upper left corner is at `x`, `y` and whose cells are 10 m wide. */
export function imageTags(
  width: number,
  height: number,
  more: Readonly<Record<number, TagValue>> = {},
): Record<number, TagValue> {
  return {
    256: u4(width),
    257: u4(height),
    258: u2(8),
    259: u2(1),
    262: u2(1),
    277: u2(1),
    278: u4(height),
    339: u2(1),
    33550: f8(10, 10, 0),
    33922: f8(0, 0, 0, 500000, 5000000, 0),
    34735: utmKeys,
    ...more,
  };
}

/** A single-band image of bytes in one strip. */
export function bytesImage(width: number, height: number, cells: readonly number[]): FilePlan {
  return { pages: [{ tags: imageTags(width, height), blocks: [Uint8Array.from(cells)] }] };
}

/** The bytes of a TIFF file: header, then for each page its blocks, its directory and its long values. */
export function tiffBytes({ isBigEndian = false, isBig = false, pages }: FilePlan): Buffer {
  const little = !isBigEndian;
  const parts: Buffer[] = [];
  let at = isBig ? 16 : 8;
  const put = (bytes: Uint8Array) => {
    const padded = Buffer.alloc(bytes.length + (bytes.length % 2));
    padded.set(bytes);
    parts.push(padded);
    at += padded.length;
    return at - padded.length;
  };
  const number = (value: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    if (size === 8) little ? bytes.writeBigUInt64LE(BigInt(value)) : bytes.writeBigUInt64BE(BigInt(value));
    else little ? bytes.writeUIntLE(value, 0, size) : bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const encode = (value: TagValue) => {
    if (typeof value === 'string')
      return { code: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`) };
    const bytes = Buffer.concat(
      value.values.map((entry) => {
        if (value.type !== 'f8') return number(entry, sizes[value.type]);
        const double = Buffer.alloc(8);
        little ? double.writeDoubleLE(entry) : double.writeDoubleBE(entry);
        return double;
      }),
    );
    return { code: codes[value.type], count: value.values.length, bytes };
  };
  const width = isBig ? 8 : 4;
  const first = number(0, width);
  let link: Buffer = first;
  for (const page of pages) {
    const offsets = page.blocks.map((block) => (block === undefined ? 0 : put(block)));
    const places = page.isTiled ? [324, 325] : [273, 279];
    const tags = {
      [places[0]!]: u4(...offsets),
      [places[1]!]: u4(...page.blocks.map((block) => block?.length ?? 0)),
      ...page.tags,
    };
    const entries = Object.entries(tags).map(([tag, value]) => {
      const { code, count, bytes } = encode(value as TagValue);
      const inline = Buffer.alloc(width);
      if (bytes.length <= width) inline.set(bytes);
      else inline.set(number(put(bytes), width));
      return Buffer.concat([number(Number(tag), 2), number(code, 2), number(count, width), inline]);
    });
    link.set(number(at, width));
    link = number(0, width);
    put(Buffer.concat([number(entries.length, isBig ? 8 : 2), ...entries, link]));
    // `put` copied the link: later pages patch it where it went.
    link = parts.at(-1)!.subarray((isBig ? 8 : 2) + entries.length * (isBig ? 20 : 12));
  }
  const magic = Buffer.from(little ? 'II' : 'MM');
  const head = isBig ? [number(43, 2), number(8, 2), number(0, 2), first] : [number(42, 2), first];
  return Buffer.concat([magic, ...head, ...parts]);
}

/** Writes files into a new directory and gives their paths. */
export async function writeFiles(files: Readonly<Record<string, Uint8Array>>): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tilecurve-tiff-'));
  directories.push(directory);
  const paths = Object.keys(files).map((name) => join(directory, name));
  await Promise.all(Object.values(files).map((bytes, k) => writeFile(paths[k]!, bytes)));
  return paths;
}

/** Writes one file and gives its path. */
export async function writeTiff(plan: FilePlan | Uint8Array, name = 'image.tif'): Promise<string> {
  const [path] = await writeFiles({ [name]: plan instanceof Uint8Array ? plan : tiffBytes(plan) });
  return path!;
}

export async function removeFiles(): Promise<void> {
  await Promise.all(directories.splice(0).map((directory) => rm(directory, { recursive: true })));
}

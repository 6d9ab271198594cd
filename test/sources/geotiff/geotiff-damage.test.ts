import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CorruptionError,
  NotFoundError,
  TilecurveError,
  UnsupportedError,
} from '../../../src/errors/index.js';
import { openSource } from '../../../src/sources/index.js';
import { failure, openAndRead, options } from './read-bands.js';
import { imageTags, removeFiles, type TagValue, tiffBytes, u1, u2, u4, writeTiff } from './tiff-writer.js';

afterAll(removeFiles);

const cells = Array.from({ length: 64 }, (_, k) => (k * 37) % 251);

/** An 8 x 8 image in strips of two rows, compressed as `code` says. */
function strips(
  code: number,
  compress: (bytes: Uint8Array) => Uint8Array,
  tags: Record<number, TagValue> = {},
) {
  const blocks = [0, 16, 32, 48].map((at) => compress(Uint8Array.from(cells.slice(at, at + 16))));
  return { tags: imageTags(8, 8, { 259: u2(code), 278: u4(2), ...tags }), blocks };
}

async function damage(
  tags: Record<number, TagValue>,
  block = Uint8Array.from(cells),
): Promise<TilecurveError> {
  const path = await writeTiff({ pages: [{ tags: imageTags(8, 8, tags), blocks: [block] }] });
  const error = await failure(openAndRead(path));
  expect(error.fields.file).toBe(path);
  return error;
}

describe('a damaged GeoTIFF', () => {
  it('is refused when it is cut short anywhere', async () => {
    for (const isBig of [false, true]) {
      const whole = tiffBytes({ isBig, pages: [strips(8, (bytes) => deflateSync(bytes))] });
      for (let length = 8; length < whole.length - 1; length++)
        await failure(openAndRead(await writeTiff(whole.subarray(0, length))));
    }
  }, 60_000);

  it('ends in one of our errors or in cells, whichever byte is wrong', async () => {
    const plans = [
      tiffBytes({ pages: [strips(8, (bytes) => deflateSync(bytes))] }),
      tiffBytes({ isBig: true, isBigEndian: true, pages: [strips(1, (bytes) => bytes)] }),
      tiffBytes({ pages: [strips(5, lzw)] }),
      tiffBytes({ pages: [strips(32773, packBits)] }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(plans.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (plan, at, flip) => {
          const bytes = Buffer.from(plans[plan]!);
          bytes[at % bytes.length]! ^= flip;
          const path = await writeTiff(bytes);
          const tight = { maxChunkBytes: 1024 * 1024 };
          const source = await openSource(path, tight).catch((error: unknown) => {
            expect(error).toBeInstanceOf(TilecurveError);
          });
          await source
            ?.read(source.parameters[0]!, { start: [0, 0], end: [1, 1] })
            .catch((error: unknown) => {
              expect(error).toBeInstanceOf(TilecurveError);
            });
          await source?.close();
        },
      ),
      { numRuns: 1500, interruptAfterTimeLimit: 110_000 },
    );
  }, 120_000);

  it('whose directories form a loop is refused', async () => {
    const bytes = tiffBytes({ pages: [{ tags: imageTags(8, 8), blocks: [Uint8Array.from(cells)] }] });
    const first = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(first, first + 2 + 12 * bytes.readUInt16LE(first));
    expect(await failure(openAndRead(await writeTiff(bytes)))).toBeInstanceOf(CorruptionError);
  });

  it.each<[string, Record<number, TagValue>, typeof CorruptionError | typeof UnsupportedError]>([
    ['blocks outside the file', { 273: u4(1_000_000) }, CorruptionError],
    ['a block longer than its cells can be', { 279: u4(4_000_000_000) }, CorruptionError],
    ['too few blocks', { 278: u4(2) }, CorruptionError],
    ['no width', { 256: u4(0) }, CorruptionError],
    ['an absurd size', { 256: u4(4_294_967_295), 257: u4(4_294_967_295) }, UnsupportedError],
    ['absurdly many bands', { 277: u2(65535) }, UnsupportedError],
    ['bands of unlike types', { 277: u2(2), 258: u2(8, 16) }, UnsupportedError],
    ['floats predicted as integers', { 317: u2(3) }, CorruptionError],
    ['a no-data value that is none', { 42113: 'seven' }, CorruptionError],
    ['keys that point nowhere', { 34735: u2(1, 1, 0, 1, 1026, 34737, 99, 0) }, CorruptionError],
    ['a tag of another type', { 42112: u1(60, 71) }, CorruptionError],
  ])('with %s is refused', async (_, tags, expected) => {
    expect(await damage(tags)).toBeInstanceOf(expected);
  });

  it('with blocks of another length than its cells is refused', async () => {
    for (const [code, block] of [
      [1, Uint8Array.from(cells.slice(1))],
      [8, deflateSync(Uint8Array.from(cells.slice(1)))],
      [8, deflateSync(new Uint8Array(50_000_000)).subarray(0, 60_000)],
      [32773, Uint8Array.from([127, 1, 2])],
      [5, Uint8Array.from([0x80, 0x40, 0x40])],
      [5, Uint8Array.from([0x80, 0x7f, 0xff, 0xff])],
      [50000, Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 255, 255, 255, 255, 1, 0, 0])],
      [34887, Buffer.alloc(100)],
    ] as const)
      expect(await damage({ 259: u2(code) }, Uint8Array.from(block))).toBeInstanceOf(CorruptionError);
  });

  it('is refused when a block decodes to more than is allowed', async () => {
    const path = await writeTiff({ pages: [{ tags: imageTags(8, 8), blocks: [Uint8Array.from(cells)] }] });
    expect(await failure(openSource(path, { maxChunkBytes: 63 }))).toBeInstanceOf(UnsupportedError);
  });

  it('that is not there is not found', async () => {
    expect(await failure(openSource('/nowhere/image.tif', options))).toBeInstanceOf(NotFoundError);
  });
});

describe('decoders', () => {
  it('undo LZW and PackBits of random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 9000 }), async (values) => {
        const bytes = Uint8Array.from(values);
        for (const [code, compress] of [[5, lzw] as const, [32773, packBits] as const]) {
          const tags = imageTags(values.length, 1, { 259: u2(code) });
          expect(
            await openAndRead(await writeTiff({ pages: [{ tags, blocks: [compress(bytes)] }] })),
          ).toEqual([values]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** A plain encoder of TIFF's LZW. */
function lzw(bytes: Uint8Array): Uint8Array {
  const codes: [code: number, width: number][] = [[256, 9]];
  let table = new Map<string, number>();
  let width = 9;
  let text = '';
  const codeOf = (key: string) => (key.length === 1 ? key.charCodeAt(0) : table.get(key)!);
  for (const byte of bytes) {
    const longer = text + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      text = longer;
      continue;
    }
    codes.push([codeOf(text), width]);
    table.set(longer, 258 + table.size);
    // The decoder is one entry behind, and widens one code early.
    if (258 + table.size > (1 << width) - 1) width += 1;
    if (table.size === 4094 - 258) {
      codes.push([256, width]);
      table = new Map();
      width = 9;
    }
    text = longer.slice(-1);
  }
  codes.push([codeOf(text), width]);
  // The last code made an entry at the decoder too.
  if (258 + table.size + 1 > (1 << width) - 1) width += 1;
  codes.push([257, width]);
  const bits = codes.map(([code, length]) => code.toString(2).padStart(length, '0')).join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  return Uint8Array.from(padded.match(/.{8}/g)!, (octet) => Number.parseInt(octet, 2));
}

/** Runs of equal bytes, all others one by one. */
function packBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let length = 1;
    while (length < 128 && bytes[at + length] === bytes[at]) length += 1;
    out.push(length === 1 ? 0 : 257 - length, bytes[at]!);
    at += length;
  }
  return Uint8Array.from(out);
}

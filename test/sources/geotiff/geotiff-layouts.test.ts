import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CorruptionError, InvalidArgumentError, UnsupportedError } from '../../../src/errors/index.js';
import { CRS84, coordinateAt, projectPoints } from '../../../src/grid/index.js';
import { openSource } from '../../../src/sources/index.js';
import { failure, openAndRead, options, readAll } from './read-bands.js';
import {
  bytesImage,
  f8,
  imageTags,
  lonLatKeys,
  removeFiles,
  type TagValue,
  u2,
  u4,
  writeTiff,
} from './tiff-writer.js';

afterAll(removeFiles);

const six = [1, 2, 3, 4, 5, 6];

async function openWith(tags: Readonly<Record<number, TagValue>>, cells = six) {
  const page = { tags: imageTags(3, 2, tags), blocks: [Uint8Array.from(cells)] };
  return openSource(await writeTiff({ pages: [page] }), options);
}

describe('cells of a GeoTIFF', () => {
  it('are the same for every byte order and kind of file', async () => {
    for (const isBigEndian of [false, true])
      for (const isBig of [false, true])
        expect(await openAndRead(await writeTiff({ ...bytesImage(3, 2, six), isBigEndian, isBig }))).toEqual([
          six,
        ]);
  });

  it('come from windows as from the whole, for random layouts', async () => {
    await fc.assert(
      fc.asyncProperty(layouts, fc.infiniteStream(fc.nat(1000)), async (layout, random) => {
        const next = (limit: number) => random.next().value! % limit;
        const { path, cells } = await writeRandom(layout);
        const source = await openSource(path, options);
        const band = next(layout.bands);
        const [top, left] = [next(layout.height), next(layout.width)];
        const [bottom, right] = [top + 1 + next(layout.height - top), left + 1 + next(layout.width - left)];
        const read = await source.read(source.parameters[band]!, {
          start: [top, left],
          end: [bottom, right],
        });
        const expected: number[] = [];
        for (let y = top; y < bottom; y++)
          for (let x = left; x < right; x++) expected.push(cells(band, y, x));
        expect(Array.from(read.cells)).toEqual(expected);
        expect(read.shape).toEqual([bottom - top, right - left]);
        await source.close();
      }),
      { numRuns: 60 },
    );
  });

  it('of blocks that were never written are no data, or 0 without a no-data value', async () => {
    const blocks = [Uint8Array.from([1, 2, 3]), undefined];
    const cases: [Record<number, TagValue>, number][] = [
      [{}, 0],
      [{ 42113: '7' }, 7],
    ];
    for (const [tags, fill] of cases) {
      const path = await writeTiff({ pages: [{ tags: imageTags(3, 2, { 278: u4(1), ...tags }), blocks }] });
      expect(await openAndRead(path)).toEqual([[1, 2, 3, fill, fill, fill]]);
    }
  });
});

describe('bands of a GeoTIFF', () => {
  it('are parameters with the names, units and packing of the metadata', async () => {
    const metadata = `<GDALMetadata><Item name="D" sample="0" role="description">red, dark</Item>
      <Item name="D" sample="1" role="description">red, dark</Item><Item name="S" sample="0" role="scale">0.5</Item>
      <Item name="O" sample="0" role="offset">-3</Item><Item name="U" sample="0" role="unittype">K</Item>
      <Item name="WAVE" sample="0">650&amp;amp;700</Item><Item name="TITLE">scene</Item></GDALMetadata>`;
    const source = await openWith(
      { 277: u2(3), 258: u2(8, 8, 8), 42112: metadata, 42113: '255' },
      Array.from({ length: 18 }, (_, k) => k),
    );
    expect(source.parameters.map(({ id }) => id)).toEqual(['red; dark', 'red; dark_2', 'band3']);
    expect(source.parameters[0]).toMatchObject({
      unit: 'K',
      scale: 0.5,
      offset: -3,
      noData: 255,
      type: 'uint8',
    });
    expect(source.parameters[0]!.attributes).toEqual({ WAVE: '650&700' });
    expect(source.parameters[2]).toMatchObject({ scale: 1, offset: 0 });
    expect(source.attributes).toMatchObject({ TITLE: 'scene', AREA_OR_POINT: 'Area' });
    expect(await readAll(source)).toEqual(
      [0, 1, 2].map((band) => [0, 3, 6, 9, 12, 15].map((at) => at + band)),
    );
    await source.close();
  });

  it('have no no-data value when the tag is NaN or out of range for integers', async () => {
    for (const text of ['nan', '-9999', '1e30', '0.5', '']) {
      const source = await openWith({ 42113: text });
      expect(source.parameters[0]!.noData).toBeUndefined();
      await source.close();
    }
  });

  it('can be chosen, unknown ones are refused', async () => {
    const path = await writeTiff(bytesImage(3, 2, six));
    expect(await failure(openSource(path, { ...options, parameters: ['nope'] }))).toBeInstanceOf(
      InvalidArgumentError,
    );
  });
});

describe('place of a GeoTIFF', () => {
  it('is that of the cell centres, whether pixels are areas or points', async () => {
    const area = await openWith({});
    const point = await openWith({ 34735: u2(1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 3072, 0, 1, 32633) });
    expect([coordinateAt(area.grid.x, 0), coordinateAt(area.grid.y, 1)]).toEqual([500005, 4999985]);
    expect([coordinateAt(point.grid.x, 0), coordinateAt(point.grid.y, 1)]).toEqual([500000, 4999990]);
    await Promise.all([area.close(), point.close()]);
  });

  it('may be given by a matrix without rotation', async () => {
    const matrix = f8(10, 0, 0, 500000, 0, -10, 0, 5000000, 0, 0, 0, 0, 0, 0, 0, 1);
    const page = { tags: imageTags(3, 2, { 34264: matrix }), blocks: [Uint8Array.from(six)] };
    const { 33550: _, 33922: __, ...tags } = page.tags;
    const source = await openSource(await writeTiff({ pages: [{ ...page, tags }] }), options);
    expect([coordinateAt(source.grid.x, 0), coordinateAt(source.grid.y, 0)]).toEqual([500005, 4999995]);
    await source.close();
  });

  it('keeps the code of a system that cannot be computed, without a definition', async () => {
    const source = await openWith({ 34735: u2(1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 27700) });
    expect(source.grid.crs).toEqual({ id: 'EPSG:27700', kind: 'projected' });
    await source.close();
  });

  it('may be polar stereographic', async () => {
    const source = await openWith({ 34735: u2(1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 5041) });
    // IOGP guidance note 7-2, 3.3.2.1.
    const [x, y] = projectPoints(CRS84, source.grid.crs)(44, 73);
    expect([x, y]).toEqual([expect.closeTo(3320416.75, 2), expect.closeTo(632668.43, 2)]);
    await source.close();
  });

  it('computes a projection from its parameters', async () => {
    const keys = [1024, 0, 1, 1, 2048, 0, 1, 4326, 3072, 0, 1, 32767, 3075, 0, 1, 1, 3076, 0, 1, 9001];
    const doubles = [
      3080, 34736, 1, 0, 3081, 34736, 1, 1, 3092, 34736, 1, 2, 3082, 34736, 1, 3, 3083, 34736, 1, 1,
    ];
    const source = await openWith({
      34735: u2(1, 1, 0, 10, ...keys, ...doubles),
      34736: f8(15, 0, 0.9996, 500000),
    });
    const utm = await openWith({});
    const [a, b] = [source, utm].map(({ grid }) => projectPoints(grid.crs, CRS84)(512345, 4987654));
    expect(a![0]).toBeCloseTo(b![0], 9);
    expect(a![1]).toBeCloseTo(b![1], 9);
    await Promise.all([source.close(), utm.close()]);
  });

  it.each([
    ['a rotated matrix', { 33550: undefined, 34264: f8(7, 7, 0, 0, 7, -7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }],
    ['no georeference', { 33550: undefined, 33922: undefined }],
    ['no keys', { 34735: undefined }],
    ['an old datum of longitudes', { 34735: u2(1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4267) }],
    ['geocentric coordinates', { 34735: u2(1, 1, 0, 1, 1024, 0, 1, 3) }],
    ['complex cells', { 339: u2(6), 258: u2(64) }],
    ['float16', { 339: u2(3), 258: u2(16) }],
    ['single bits', { 258: u2(1) }],
    ['JPEG 2000', { 259: u2(34712) }],
    ['flipped images', { 274: u2(3) }],
    ['an unknown predictor', { 317: u2(34892) }],
  ] as const)('%s is refused by name', async (_, changes) => {
    const tags = Object.fromEntries(
      Object.entries({ ...imageTags(3, 2), ...changes }).filter(([, value]) => value !== undefined),
    ) as Record<number, TagValue>;
    const path = await writeTiff({ pages: [{ tags, blocks: [Uint8Array.from(six)] }] });
    const error = await failure(openSource(path, options));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields.file).toBe(path);
  });

  it('off the globe is damage', async () => {
    const page = { tags: imageTags(3, 2, { 34735: lonLatKeys }), blocks: [Uint8Array.from(six)] };
    expect(await failure(openSource(await writeTiff({ pages: [page] }), options))).toBeInstanceOf(
      CorruptionError,
    );
  });
});

describe('pages of a GeoTIFF', () => {
  const page = { tags: imageTags(3, 2), blocks: [Uint8Array.from(six)] };
  const flagged = (kind: number) => ({
    tags: { ...imageTags(1, 1), 254: u4(kind) },
    blocks: [Uint8Array.from([9])],
  });

  it('that are overviews or masks are not data', async () => {
    const path = await writeTiff({ pages: [page, flagged(1), flagged(4), flagged(5)] });
    const source = await openSource(path, options);
    expect(source.attributes.internal_mask).toBe('ignored');
    expect(await readAll(source)).toEqual([six]);
    await source.close();
  });

  it('are refused by their number when several are full-size', async () => {
    const error = await failure(openSource(await writeTiff({ pages: [page, page, page] }), options));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields.found).toBe(3);
  });
});

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly block: number;
  readonly isTiled: boolean;
  readonly isPlanar: boolean;
  readonly isBigEndian: boolean;
  readonly compression: 1 | 8;
}

const layouts = fc.record({
  width: fc.integer({ min: 1, max: 20 }),
  height: fc.integer({ min: 1, max: 20 }),
  bands: fc.integer({ min: 1, max: 4 }),
  block: fc.integer({ min: 1, max: 9 }),
  isTiled: fc.boolean(),
  isPlanar: fc.boolean(),
  isBigEndian: fc.boolean(),
  compression: fc.constantFrom(1 as const, 8 as const),
});

/** 16-bit cells that tell band, row and column. */
async function writeRandom(layout: Layout) {
  const { width, height, bands, block, isTiled, isPlanar, isBigEndian, compression } = layout;
  const cells = (band: number, y: number, x: number) => band * 10000 + y * 100 + x;
  const across = isTiled ? Math.ceil(width / block) : 1;
  const blockWidth = isTiled ? block : width;
  const blocks: Uint8Array[] = [];
  for (let plane = 0; plane < (isPlanar ? bands : 1); plane++)
    for (let k = 0; k < across * Math.ceil(height / block); k++) {
      const [top, left] = [Math.floor(k / across) * block, (k % across) * blockWidth];
      const rows = isTiled ? block : Math.min(block, height - top);
      const values: number[] = [];
      for (let y = top; y < top + rows; y++)
        for (let x = left; x < left + blockWidth; x++)
          for (let b = 0; b < (isPlanar ? 1 : bands); b++) values.push(cells(isPlanar ? plane : b, y, x));
      const bytes = Buffer.alloc(values.length * 2);
      for (const [at, value] of values.entries())
        isBigEndian ? bytes.writeUInt16BE(value, 2 * at) : bytes.writeUInt16LE(value, 2 * at);
      blocks.push(compression === 8 ? deflateSync(bytes) : bytes);
    }
  const tags = imageTags(width, height, {
    258: u2(...Array.from({ length: bands }, () => 16)),
    259: u2(compression),
    277: u2(bands),
    284: u2(isPlanar ? 2 : 1),
    339: u2(...Array.from({ length: bands }, () => 1)),
    ...(isTiled ? { 322: u4(block), 323: u4(block) } : { 278: u4(block) }),
  });
  const path = await writeTiff({ isBigEndian, pages: [{ tags, blocks, isTiled }] });
  return { path, cells };
}

import fc from 'fast-check';
import { PMTiles, type RangeResponse, type Source, tileIdToZxy, zxyToTileId } from 'pmtiles';
import { describe, expect, it } from 'vitest';
import { CorruptionError, InvalidArgumentError } from '../../src/errors/index.js';
import {
  type ArchiveCounts,
  type ArchiveTile,
  ArchiveWriter,
  tileIdOf,
  tileOf,
} from '../../src/pmtiles/index.js';

const facts = {
  type: 'png',
  minZoom: 0,
  maxZoom: 8,
  bounds: [-10.5, -20.25, 30, 40],
  center: [9.75, 10, 3],
} as const;
const metadata = { name: 'Sample', legend: { unit: 'K' } };

interface Tile extends ArchiveTile {
  readonly bytes: Uint8Array;
}

/** The bytes of an archive in memory, as the reader of the pmtiles package asks for them. */
class Bytes implements Source {
  bytes = new Uint8Array(0);

  readonly write = async (bytes: Uint8Array, position: number): Promise<void> => {
    const end = position + bytes.length;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, position);
  };

  getKey(): string {
    return 'memory';
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    return { data: this.bytes.slice(offset, offset + length).buffer };
  }
}

async function archiveOf(
  tiles: readonly Tile[],
  options?: { readonly maxRootBytes?: number },
): Promise<{ archive: PMTiles; counts: ArchiveCounts; source: Bytes }> {
  const source = new Bytes();
  const writer = new ArchiveWriter(source.write, options);
  for (const { bytes, ...tile } of tiles) await writer.add(tile, bytes);
  const counts = await writer.finish({ facts, metadata });
  return { archive: new PMTiles(source), counts, source };
}

/** As they must come, each once. */
function inOrder(tiles: readonly Tile[]): Tile[] {
  const byId = new Map(tiles.map((tile) => [zxyToTileId(tile.zoom, tile.col, tile.row), tile]));
  return [...byId].toSorted(([a], [b]) => a - b).map(([, tile]) => tile);
}

async function read(archive: PMTiles, { zoom, col, row }: ArchiveTile): Promise<Uint8Array | undefined> {
  const found = await archive.getZxy(zoom, col, row);
  return found && new Uint8Array(found.data);
}

const address = fc.integer({ min: 0, max: 24 }).chain((zoom) =>
  fc.record({
    zoom: fc.constant(zoom),
    col: fc.nat(2 ** zoom - 1),
    row: fc.nat(2 ** zoom - 1),
  }),
);

describe('tileIdOf', () => {
  it('numbers tiles as the pmtiles package does', () => {
    fc.assert(
      fc.property(address, ({ zoom, col, row }) => {
        expect(tileIdOf({ zoom, col, row })).toBe(zxyToTileId(zoom, col, row));
        expect(tileOf(tileIdOf({ zoom, col, row }))).toEqual({ zoom, col, row });
      }),
      { numRuns: 1000 },
    );
    for (let id = 0; id < 1365; id++) {
      const [zoom, col, row] = tileIdToZxy(id);
      expect(tileIdOf({ zoom, col, row })).toBe(id);
    }
  });
});

describe('ArchiveWriter', () => {
  it('keeps every tile, and none that was not there', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 3, max: 2 });
    const tile = fc.tuple(
      fc
        .integer({ min: 0, max: 4 })
        .chain((zoom) =>
          fc.record({ zoom: fc.constant(zoom), col: fc.nat(2 ** zoom - 1), row: fc.nat(2 ** zoom - 1) }),
        ),
      content,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(tile, { minLength: 1, maxLength: 80 }), async (pairs) => {
        const tiles = inOrder(pairs.map(([place, bytes]) => ({ ...place, bytes })));
        const { archive, counts } = await archiveOf(tiles);
        for (const one of tiles) expect(await read(archive, one)).toEqual(one.bytes);
        const ids = new Set(tiles.map(({ zoom, col, row }) => zxyToTileId(zoom, col, row)));
        for (let id = 0; id < 341; id++) {
          const [zoom, col, row] = tileIdToZxy(id);
          if (!ids.has(id)) expect(await read(archive, { zoom, col, row })).toBeUndefined();
        }
        expect(counts.tiles).toBe(tiles.length);
        expect(counts.contents).toBe(new Set(tiles.map(({ bytes }) => String(bytes))).size);
      }),
      { numRuns: 60 },
    );
  });

  it('says what it has', async () => {
    const tiles = [
      { zoom: 0, col: 0, row: 0, bytes: Uint8Array.of(1) },
      { zoom: 1, col: 0, row: 0, bytes: Uint8Array.of(1) },
      { zoom: 1, col: 0, row: 1, bytes: Uint8Array.of(2, 2) },
    ];
    const { archive, source, counts } = await archiveOf(tiles);
    const header = await archive.getHeader();
    expect(header).toMatchObject({
      specVersion: 3,
      tileType: 2,
      tileCompression: 1,
      internalCompression: 2,
      clustered: true,
      minZoom: 0,
      maxZoom: 8,
      minLon: -10.5,
      minLat: -20.25,
      maxLon: 30,
      maxLat: 40,
      centerLon: 9.75,
      centerLat: 10,
      centerZoom: 3,
      numAddressedTiles: 3,
      numTileEntries: 2,
      numTileContents: 2,
      tileDataLength: 3,
      leafDirectoryLength: 0,
    });
    expect(header.rootDirectoryOffset + header.rootDirectoryLength).toBeLessThanOrEqual(16_384);
    expect(await archive.getMetadata()).toEqual(metadata);
    expect(counts.bytes).toBeLessThanOrEqual(source.bytes.length);
  });

  it('makes leaf directories of many tiles', async () => {
    const zoom = 8;
    const tiles: Tile[] = [];
    // Gaps and lengths that do not pack well.
    const noise = (i: number) => Math.imul(i + 1, 2_654_435_761) >>> 16;
    for (let id = (4 ** zoom - 1) / 3, i = 0; i < 25_000; i++, id += 1 + (noise(i) % 3 === 0 ? 1 : 0)) {
      const [, col, row] = tileIdToZxy(id);
      const bytes = new Uint8Array(2 + (noise(i) % 97)).fill(noise(3 * i) % 251);
      tiles.push({ zoom, col, row, bytes });
    }
    const { archive } = await archiveOf(tiles);
    const header = await archive.getHeader();
    expect(header.leafDirectoryLength).toBeGreaterThan(0);
    expect(header.rootDirectoryOffset + header.rootDirectoryLength).toBeLessThanOrEqual(16_384);
    for (let i = 0; i < tiles.length; i += 37)
      expect(await read(archive, tiles[i]!)).toEqual(tiles[i]!.bytes);
    const last = tiles.at(-1)!;
    expect(await read(archive, last)).toEqual(last.bytes);
    const all = new Set(tiles.map(({ col, row }) => `${col}/${row}`));
    for (let k = 0; k < 256; k += 3) {
      if (!all.has(`${k}/${k}`)) expect(await read(archive, { zoom, col: k, row: k })).toBeUndefined();
    }
  });

  it('makes leaves where a root may be small', async () => {
    const tiles = inOrder(
      Array.from({ length: 6000 }, (_, i) => ({
        zoom: 7,
        col: (i * 37) % 128,
        row: (i * 11) % 128,
        bytes: Uint8Array.of(i % 251, i % 13),
      })),
    );
    const { archive } = await archiveOf(tiles, { maxRootBytes: 64 });
    expect(await archive.getHeader()).toMatchObject({
      rootDirectoryLength: expect.toSatisfy((n) => n <= 64),
    });
    for (const tile of tiles.filter((_, i) => i % 17 === 0))
      expect(await read(archive, tile)).toEqual(tile.bytes);
  });

  it('goes on with what another has written, to the same bytes', async () => {
    const tiles = inOrder(
      Array.from({ length: 60 }, (_, i) => ({
        zoom: 4,
        col: (i * 7) % 16,
        row: (i * 5) % 16,
        bytes: Uint8Array.of(1 + (i % 9), i % 2),
      })),
    );
    const whole = await archiveOf(tiles);
    for (const first of [0, 1, 17, tiles.length]) {
      const source = new Bytes();
      const read = async (position: number, length: number) =>
        source.bytes.slice(position, position + length);
      const before = new ArchiveWriter(source.write);
      const stored = [];
      for (const { bytes, ...tile } of tiles.slice(0, first)) stored.push(await before.add(tile, bytes));
      const after = new ArchiveWriter(source.write);
      for (const tile of stored) await after.restore(tile, read);
      for (const { bytes, ...tile } of tiles.slice(first)) await after.add(tile, bytes);
      const counts = await after.finish({ facts, metadata });
      expect(counts).toEqual(whole.counts);
      const written = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, counts.bytes));
      expect(written(source.bytes).equals(written(whole.source.bytes))).toBe(true);
      const strange = { id: 1e6, offset: counts.bytes, length: 3, checksum: 0 };
      await expect(after.restore(strange, read)).rejects.toThrow(CorruptionError);
      if (first === 0) continue;
      // In the first tile.
      source.bytes[16_384]! ^= 1;
      await expect(new ArchiveWriter(source.write).restore(stored[0]!, read)).rejects.toThrow(
        CorruptionError,
      );
    }
  });

  it('refuses tiles out of order, twice or empty, and an archive of none', async () => {
    const writer = new ArchiveWriter(async () => {});
    const bytes = Uint8Array.of(1);
    await expect(writer.finish({ facts, metadata })).rejects.toThrow(InvalidArgumentError);
    await writer.add({ zoom: 1, col: 0, row: 0 }, bytes);
    await expect(writer.add({ zoom: 1, col: 0, row: 0 }, bytes)).rejects.toThrow(InvalidArgumentError);
    await expect(writer.add({ zoom: 0, col: 0, row: 0 }, bytes)).rejects.toThrow(InvalidArgumentError);
    await expect(writer.add({ zoom: 2, col: 0, row: 0 }, new Uint8Array(0))).rejects.toThrow(
      InvalidArgumentError,
    );
  });
});

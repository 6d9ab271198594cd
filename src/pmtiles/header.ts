/** Bytes of a header. */
export const headerBytes = 127;

/** Kinds of tiles that an archive can name. */
export const tileTypes = { other: 0, png: 2, jpg: 3, webp: 4 } as const;
export type TileType = keyof typeof tileTypes;

/** What a client needs to know of the tiles before it asks for one; degrees. */
export interface ArchiveFacts {
  readonly type: TileType;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly bounds: readonly [west: number, south: number, east: number, north: number];
  readonly center: readonly [longitude: number, latitude: number, zoom: number];
}

/** A part of the file. */
export interface Section {
  readonly offset: number;
  readonly length: number;
}

/** Where everything is, and how much of it. */
export interface ArchiveLayout {
  readonly root: Section;
  readonly metadata: Section;
  readonly leaves: Section;
  readonly tiles: Section;
  readonly addressed: number;
  readonly entries: number;
  readonly contents: number;
}

const version = 3;
const uncompressed = 1;
const gzipped = 2;
/** Degrees are stored in parts of this. */
const degreeParts = 1e7;

/** Source: PMTiles version 3 specification, "Header". */
export function encodeHeader(layout: ArchiveLayout, facts: ArchiveFacts): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  let at = header.write('PMTiles', 'latin1');
  const byte = (value: number) => {
    at = header.writeUInt8(value, at);
  };
  const long = (value: number) => {
    at = header.writeBigUInt64LE(BigInt(value), at);
  };
  const degrees = (value: number) => {
    at = header.writeInt32LE(Math.round(value * degreeParts), at);
  };
  byte(version);
  for (const { offset, length } of [layout.root, layout.metadata, layout.leaves, layout.tiles]) {
    long(offset);
    long(length);
  }
  for (const count of [layout.addressed, layout.entries, layout.contents]) long(count);
  const isClustered = 1;
  for (const value of [isClustered, gzipped, uncompressed, tileTypes[facts.type]]) byte(value);
  byte(facts.minZoom);
  byte(facts.maxZoom);
  facts.bounds.forEach(degrees);
  const [longitude, latitude, zoom] = facts.center;
  byte(zoom);
  degrees(longitude);
  degrees(latitude);
  return header;
}

import { crc32, inflateSync } from 'node:zlib';

/** What a PNG of eight bits a channel holds, read by the letter of the specification, apart from the encoder. */
export interface ReadPng {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  /** The bytes of pixels as they are stored: indexes, or two to four channels. */
  readonly indexes: Uint8Array;
  /** RGBA of every pixel. */
  readonly rgba: Uint8Array;
  readonly chunkTypes: readonly string[];
  /** Remarks by their keywords. */
  readonly texts: Readonly<Record<string, string>>;
}

const channelsOf: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 };

export function readPng(bytes: Uint8Array): ReadPng {
  const file = Buffer.from(bytes);
  if (file.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('no PNG signature');
  const chunks = [...readChunks(file)];
  const data = (type: string): Buffer =>
    Buffer.concat(chunks.filter((chunk) => chunk.type === type).map((chunk) => chunk.data));
  const header = data('IHDR');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header.subarray(10).some((byte) => byte !== 0)) throw new Error('not 8 bits, plain');
  const colourType = header[9]!;
  const channels = channelsOf[colourType];
  if (channels === undefined) throw new Error('colour type not known here');
  const indexes = unfilter(inflateSync(data('IDAT')), width * channels, channels);
  if (indexes.length !== width * height * channels) throw new Error('wrong number of bytes in the rows');
  const rgba =
    colourType === 3 ? lookUp(indexes, data('PLTE'), data('tRNS')) : withOpacity(indexes, channels);
  const remarks = chunks.filter(({ type }) => type === 'tEXt').map((chunk) => chunk.data.toString('latin1'));
  const texts = Object.fromEntries(remarks.map((text) => text.split('\0')));
  return { width, height, colourType, indexes, rgba, chunkTypes: chunks.map(({ type }) => type), texts };
}

function lookUp(indexes: Uint8Array, colours: Buffer, opacities: Buffer): Uint8Array {
  const rgba = new Uint8Array(indexes.length * 4);
  for (const [pixel, index] of indexes.entries()) {
    if (index * 3 >= colours.length) throw new Error('index beyond the palette');
    rgba.set([...colours.subarray(index * 3, index * 3 + 3), opacities[index] ?? 255], pixel * 4);
  }
  return rgba;
}

function withOpacity(pixels: Uint8Array, channels: number): Uint8Array {
  const rgba = new Uint8Array((pixels.length / channels) * 4).fill(255);
  for (const [at, byte] of pixels.entries()) rgba[Math.floor(at / channels) * 4 + (at % channels)] = byte;
  return rgba;
}

function* readChunks(file: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== file.readUInt32BE(at + 8 + length)) throw new Error('checksum of a chunk is wrong');
    yield { type: body.toString('latin1', 0, 4), data: body.subarray(4) };
    at += 12 + length;
  }
}

function unfilter(rows: Buffer, rowBytes: number, channels: number): Uint8Array {
  const height = rows.length / (rowBytes + 1);
  if (!Number.isInteger(height)) throw new Error('rows of unequal length');
  const out = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const filter = rows[row * (rowBytes + 1)]!;
    for (let col = 0; col < rowBytes; col++) {
      const left = col >= channels ? out[row * rowBytes + col - channels]! : 0;
      const up = row > 0 ? out[(row - 1) * rowBytes + col]! : 0;
      const predictions = [0, left, up, Math.floor((left + up) / 2)];
      if (filter >= predictions.length) throw new Error('filter not known here');
      out[row * rowBytes + col] = rows[row * (rowBytes + 1) + 1 + col]! + predictions[filter]!;
    }
  }
  return out;
}

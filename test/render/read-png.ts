import { crc32, inflateSync } from 'node:zlib';

/** What a PNG of colour type 3 holds, read by the letter of the specification, apart from the encoder. */
export interface ReadPng {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  readonly indexes: Uint8Array;
  /** RGBA of every pixel. */
  readonly rgba: Uint8Array;
  readonly chunkTypes: readonly string[];
}

export function readPng(bytes: Uint8Array): ReadPng {
  const file = Buffer.from(bytes);
  if (file.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('no PNG signature');
  const chunks = [...readChunks(file)];
  const data = (type: string): Buffer =>
    Buffer.concat(chunks.filter((chunk) => chunk.type === type).map((chunk) => chunk.data));
  const header = data('IHDR');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header.subarray(10).some((byte) => byte !== 0)) throw new Error('not 8 bits, plain');
  const indexes = unfilter(inflateSync(data('IDAT')), width, height);
  const [colours, opacities] = [data('PLTE'), data('tRNS')];
  const rgba = new Uint8Array(indexes.length * 4);
  for (const [pixel, index] of indexes.entries()) {
    if (index * 3 >= colours.length) throw new Error('index beyond the palette');
    rgba.set([...colours.subarray(index * 3, index * 3 + 3), opacities[index] ?? 255], pixel * 4);
  }
  const chunkTypes = chunks.map(({ type }) => type);
  return { width, height, colourType: header[9]!, indexes, rgba, chunkTypes };
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

function unfilter(rows: Buffer, width: number, height: number): Uint8Array {
  if (rows.length !== (width + 1) * height) throw new Error('wrong number of bytes in the rows');
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const filter = rows[row * (width + 1)]!;
    for (let col = 0; col < width; col++) {
      const left = col > 0 ? out[row * width + col - 1]! : 0;
      const up = row > 0 ? out[(row - 1) * width + col]! : 0;
      const predictions = [0, left, up, Math.floor((left + up) / 2)];
      if (filter >= predictions.length) throw new Error('filter not known here');
      out[row * width + col] = rows[row * (width + 1) + 1 + col]! + predictions[filter]!;
    }
  }
  return out;
}

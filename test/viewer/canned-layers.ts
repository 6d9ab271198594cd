import { deflateSync } from 'node:zlib';
import { crc32 } from '../../src/bytes/index.js';

const hours = [
  '2026-06-20T00:00:00Z',
  '2026-06-20T03:00:00Z',
  '2026-06-20T06:00:00Z',
  '2026-06-20T09:00:00Z',
];

/** Two layers: one of the world with a parameter without time, one of a region with levels and members. */
export const cannedLayers = [
  {
    id: 'surface',
    title: 'Surface temperature',
    bbox: [-180, -90, 180, 90],
    times: hours,
    parameters: [
      { id: 'air', title: 'Air temperature', unit: 'K', min: 221.3, max: 315.9, axes: ['t'] },
      { id: 'land', title: 'Share of land', unit: '1', min: 0, max: 1, axes: [] },
    ],
  },
  {
    id: 'members',
    title: 'Ensemble',
    bbox: [-10, 35, 30, 60],
    times: hours.slice(0, 2),
    levels: { values: [850, 500], unit: 'hPa' },
    axes: [{ name: 'number', values: [0, 1, 2] }],
    parameters: [{ id: 'z', title: 'Geopotential', unit: 'm2 s-2', min: -1200, max: 56000 }],
  },
];

/** A PNG of 1 x 1 pixel: the map stretches it over a tile. */
export function greenPixel(): Uint8Array {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const pixels = deflateSync(Buffer.from([0, 38, 130, 142]));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

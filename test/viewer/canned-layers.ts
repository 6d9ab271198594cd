import { deflateSync } from 'node:zlib';
import { crc32 } from '../../src/bytes/index.js';

const start = Date.parse('2026-06-20T00:00:00Z');
const hours = (count: number) => ({
  name: 'time',
  calendar: 'standard',
  coordinates: { kind: 'regular', start, step: 10_800_000, count },
});

/** Two layers: one of the world with a parameter without time, one of a region with levels and members. */
export const cannedLayers = [
  {
    layer: 'surface',
    title: 'Surface temperature',
    bbox: [-180, -90, 180, 90],
    axes: { t: hours(4), y: { name: 'lat' }, x: { name: 'lon' } },
    parameters: [
      { id: 'air', title: 'Air temperature', unit: 'K', axes: ['t'], statistics: { min: 221.3, max: 315.9 } },
      { id: 'land', title: 'Share of land', unit: '1', axes: [], statistics: { min: 0, max: 1 } },
    ],
    levels: [{ level: 0 }],
  },
  {
    layer: 'members',
    title: 'Ensemble',
    bbox: [-10, 35, 30, 60],
    axes: {
      number: { name: 'number', coordinates: { kind: 'labels', values: ['control', 'warm', 'cold'] } },
      t: hours(2),
      z: { name: 'level', unit: 'hPa', coordinates: { kind: 'explicit', values: [850, 500] } },
      y: { name: 'lat' },
      x: { name: 'lon' },
    },
    parameters: [{ id: 'z', title: 'Geopotential', unit: 'm**2 s**-2', axes: ['number', 't', 'z'] }],
    levels: [{ level: 0 }],
  },
  {
    layer: 'slow',
    title: 'Twelve months of thirty days',
    bbox: [-10, 35, 30, 60],
    axes: {
      t: {
        calendar: '360_day',
        coordinates: { kind: 'regular', start: 0, step: 2_592_000_000, count: 2 },
        values: ['1970-01-30T00:00:00Z', '1970-02-30T00:00:00Z'],
      },
    },
    parameters: [{ id: 'rain', title: 'Rain', unit: 'mm', axes: ['t'] }],
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

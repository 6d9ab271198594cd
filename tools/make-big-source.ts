import { parseArgs } from 'node:util';
import { bigFieldOfSize, writeBigSource } from './big-source.js';

const usage = `usage: npx tsx tools/make-big-source.ts <folder> [--bytes 2147483648] [--grid 721,1440]
       [--chunks 50,100,150] [--codec none|zlib] [--seed 1]
Writes a Zarr v2 store of at least --bytes of float32 (whole time steps) for trials of memory.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bytes: { type: 'string', default: String(2 ** 31) },
    grid: { type: 'string', default: '721,1440' },
    chunks: { type: 'string', default: '50,100,150' },
    codec: { type: 'string', default: 'none' },
    seed: { type: 'string', default: '1' },
  },
});

const [folder] = positionals;
const [sizeBytes] = integers(values.bytes, 1);
const [rows, cols] = integers(values.grid, 2);
const [times, chunkRows, chunkCols] = integers(values.chunks, 3);
const [seed] = integers(values.seed, 1);
const isKnownCodec = values.codec === 'none' || values.codec === 'zlib';
if (folder === undefined || positionals.length > 1 || !isKnownCodec) fail();

const field = bigFieldOfSize(sizeBytes!, { seed: seed!, rows: rows!, cols: cols! });
await writeBigSource(folder, {
  field,
  chunks: [times!, chunkRows!, chunkCols!],
  codec: values.codec === 'zlib' ? { id: 'zlib', level: 1 } : { id: 'none' },
});
const decoded = field.times * field.rows * field.cols * 4;
console.error(
  `${field.times} x ${field.rows} x ${field.cols} float32, ${decoded} bytes decoded, in ${folder}`,
);

function integers(text: string, count: number): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.length !== count || !numbers.every((n) => Number.isSafeInteger(n) && n > 0)) fail();
  return numbers;
}

function fail(): never {
  console.error(usage);
  process.exit(2);
}

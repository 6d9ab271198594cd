import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetCDFReader } from 'netcdfjs';
import { onTestFinished } from 'vitest';
import type { CoverageAnswer } from '../../src/formats/index.js';
import { openSource } from '../../src/sources/index.js';
import { encoded } from './encoded.js';

/** Writes an answer to a file of its own, which is there as long as the test. */
export async function writeNetcdf(answer: CoverageAnswer): Promise<{ path: string; bytes: Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), 'tilecurve-netcdf-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'answer.nc');
  const bytes = await encoded('NetCDF', answer);
  writeFileSync(path, bytes);
  return { path, bytes };
}

/** Opens the file with our own reader and gives the values of each parameter in the file's order. */
export async function readBack(answer: CoverageAnswer) {
  const { path } = await writeNetcdf(answer);
  const source = await openSource(path, { maxChunkBytes: 1e9 });
  const values = new Map<string, number[]>();
  for (const parameter of source.parameters) {
    const { shape } = parameter;
    const { cells } = await source.read(parameter, { start: shape.map(() => 0), end: shape });
    values.set(parameter.id, Array.from(cells, Number));
  }
  await source.close();
  return { ...source, values };
}

/** Reads the file with netcdfjs. */
export async function readElsewhere(answer: CoverageAnswer) {
  const { bytes } = await writeNetcdf(answer);
  const reader = new NetCDFReader(bytes);
  const attributesOf = (name: string) => {
    const { attributes } = reader.variables.find((one) => one.name === name)!;
    const named = attributes as readonly { readonly name: string; readonly value: unknown }[];
    return Object.fromEntries(named.map((one) => [one.name, one.value]));
  };
  const dimensionsOf = (name: string) =>
    reader.variables.find((one) => one.name === name)!.dimensions.map((at) => reader.dimensions[at]!.name);
  const numbersOf = (name: string) => (reader.getDataVariable(name) as number[]).flat(3);
  return { reader, attributesOf, dimensionsOf, numbersOf };
}

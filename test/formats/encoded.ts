import {
  type Coverage,
  type CoverageAnswer,
  type CoverageFormat,
  type CoverageParameter,
  coverageFormats,
  type Domain,
  type EncodeOptions,
} from '../../src/formats/index.js';
import { createRandom, type Random, randomBelow } from '../../tools/random.js';
import { crs84, temperature } from './sample-answers.js';

/** The form of that name. */
export function formatNamed(token: string): CoverageFormat {
  const format = coverageFormats.find((one) => one.token === token);
  if (format === undefined) throw new Error(`no form is called ${token}`);
  return format;
}

/** A whole answer in one piece. */
export async function encoded(
  token: string,
  answer: CoverageAnswer,
  options?: EncodeOptions,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of formatNamed(token).encode(answer, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Names and texts that only an encoder with a gap lets through. */
export const hostile = 'a "quoted", name;\r\nwith <lines> & ümläuts \\ 温度';

/** A parameter of each kind of number, two with names and texts that need care. */
export const parameters: readonly CoverageParameter[] = [
  temperature,
  {
    id: hostile,
    title: `Title of ${hostile}`,
    description: hostile,
    unit: 'kg "m"-2',
    dataType: 'float',
    precision: { decimals: 2 },
  },
  { id: 'count', title: 'Count', unit: '1', dataType: 'integer', precision: 'float64' },
];

/** A grid with descending latitudes, levels and times. */
export const fullGrid: Domain = {
  domainType: 'Grid',
  x: { kind: 'regular', start: 10, stop: 11.5, count: 4 },
  y: { kind: 'numbers', values: [52, 51.5, 51] },
  z: { kind: 'numbers', values: [850, 500] },
  t: { kind: 'times', values: ['2020-01-01T00:00:00Z', '2020-01-01T06:00:00Z', '2020-01-02T00:30:00Z'] },
  crs: crs84,
  vertical: { unit: 'hPa', title: 'Pressure', positive: 'down' },
  calendar: 'standard',
};

/** Values of each parameter in blocks of lengths that have nothing in common, some of them missing. */
export function filled(
  domain: Domain,
  count: number,
  {
    seed,
    members,
    of = parameters,
  }: { seed: number; members?: Coverage['members']; of?: readonly CoverageParameter[] },
): { readonly coverage: Coverage; readonly values: ReadonlyMap<string, readonly number[]> } {
  const random = createRandom(seed);
  const values = new Map(of.map((one) => [one.id, Array.from({ length: count }, () => drawn(one, random))]));
  const ranges = of.map(({ id }) => ({
    parameter: id,
    axisNames: ['cells'],
    shape: [count],
    values: () => unevenBlocks(values.get(id)!, createRandom(seed + id.length)),
  }));
  return { coverage: { domain, ranges, ...(members && { members }) }, values };
}

/** Blocks of one to seven values, some float32 where that keeps them. */
export async function* unevenBlocks(
  values: readonly number[],
  random: Random,
): AsyncGenerator<Float64Array | Float32Array> {
  for (let at = 0; at < values.length; ) {
    const part = values.slice(at, at + 1 + randomBelow(random, 7));
    const isShort = random() < 0.5 && part.every((value) => Object.is(Math.fround(value), value));
    yield isShort ? Float32Array.from(part) : Float64Array.from(part);
    at += part.length;
  }
}

function drawn({ precision }: CoverageParameter, random: Random): number {
  if (random() < 0.2) return Number.NaN;
  const value = (random() - 0.5) * 1000;
  if (precision === 'float32') return Math.fround(value);
  return precision === 'float64' ? Math.round(value * 1e7) : Math.round(value * 100) / 100;
}

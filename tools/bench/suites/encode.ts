import { encodeCoverageJson } from '../../../src/formats/index.js';
import { CRS84 } from '../../../src/grid/index.js';
import { bigFieldCell, bigFieldParts } from '../../big-field.js';
import { compare } from '../compare.js';
import type { BenchContext, SuiteResult } from '../suite.js';

const SIDE = 1000;
/** Values reach the encoder in blocks, as slabs of a query do. */
const BLOCK = 1 << 16;

/** A million float32 cells as CoverageJSON text, against JSON.stringify of the same values. */
export async function encodeSuite({ seed, scale }: BenchContext): Promise<SuiteResult> {
  const rounds = scale === 'full' ? 15 : 5;
  const values = fieldValues(seed);
  const exact = Array.from(values);
  const rounded = exact.map((value) => Number(value.toPrecision(8)));
  const comparisons = await compare(
    () => encodedBytes(values),
    {
      'JSON.stringify, as float64': () => Buffer.from(JSON.stringify({ values: exact })).length,
      'JSON.stringify, rounded before': () => Buffer.from(JSON.stringify({ values: rounded })).length,
    },
    { rounds, warmUps: 2 },
  );
  const counts = {
    'bytes a value': (await encodedBytes(values)) / values.length,
    'bytes a value, as float64': JSON.stringify(exact).length / values.length,
  };
  return {
    setup: { values: `${SIDE} x ${SIDE} float32`, rounds },
    cases: [{ name: '1,000,000 cells', comparisons, counts }],
  };
}

function fieldValues(seed: number): Float64Array {
  const parts = bigFieldParts({ seed, times: 1, rows: SIDE, cols: SIDE });
  const cell = (i: number) => ({ time: 0, row: Math.floor(i / SIDE), col: i % SIDE });
  return Float64Array.from({ length: SIDE * SIDE }, (_, i) => bigFieldCell(parts, cell(i)));
}

async function encodedBytes(values: Float64Array): Promise<number> {
  const axis = { kind: 'regular', start: 0, stop: SIDE - 1, count: SIDE } as const;
  const answer = {
    parameters: [{ id: 'field', title: 'Field', dataType: 'float', precision: 'float32' }],
    coverages: [
      {
        domain: { domainType: 'Grid', x: axis, y: axis, crs: CRS84 },
        ranges: [
          { parameter: 'field', axisNames: ['y', 'x'], shape: [SIDE, SIDE], values: () => blocksOf(values) },
        ],
      },
    ],
    isCollection: false,
  } as const;
  let bytes = 0;
  for await (const chunk of encodeCoverageJson(answer)) bytes += chunk.length;
  return bytes;
}

async function* blocksOf(values: Float64Array): AsyncGenerator<Float64Array> {
  for (let at = 0; at < values.length; at += BLOCK) yield values.subarray(at, at + BLOCK);
}

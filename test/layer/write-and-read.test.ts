import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import type { AxisSelection } from '../../src/grid/index.js';
import { type LayerQuery, LayerReader, newStats, verifyLayer, writeLayer } from '../../src/layer/index.js';
import { type ArraySource, arraySource } from './array-source.js';

const MIB = 1024 * 1024;
const dimNames = ['member', 't', 'z', 'y', 'x'] as const;

/** A source of any shape, order of axes and chunking, and any way to write it. */
const anyLayer = fc
  .record({
    optional: fc.subarray(['member', 't', 'z'] as const),
    sizes: fc.tuple(...[3, 9, 4, 23, 29].map((max) => fc.integer({ min: 1, max }))),
    chunks: fc.tuple(...[2, 5, 3, 13, 17].map((max) => fc.integer({ min: 1, max }))),
    tile: fc.tuple(...[4, 2, 8, 8].map((max) => fc.integer({ min: 1, max }))),
    type: fc.constantFrom('int16', 'uint8', 'float32', 'float64'),
    curve: fc.constantFrom('hilbert', 'zorder', 'rowmajor'),
    codec: fc.constantFrom('raw', 'deflate', 'shuffle-deflate', 'shuffle-zstd'),
    resolution: fc.option(fc.constantFrom('PT3H', 'PT30M', 'P1D')),
    pattern: fc.constantFrom('varied', 'constant', 'empty'),
    levels: fc.constantFrom<'auto' | 1>('auto', 1),
    segmentBytes: fc.constantFrom(4096, 64 * 1024, MIB),
    shuffle: fc.nat(),
  } as const)
  .map((spec) => {
    const dims = rotate(
      dimNames.filter((dim) => dim === 'x' || dim === 'y' || spec.optional.includes(dim)),
      spec.shuffle,
    );
    const sizeOf = (list: readonly number[], dim: (typeof dimNames)[number]) => list[dimNames.indexOf(dim)]!;
    return {
      ...spec,
      dims,
      shape: dims.map((dim) => sizeOf(spec.sizes, dim)),
      chunkShape: dims.map((dim) => Math.min(sizeOf(spec.chunks, dim), sizeOf(spec.sizes, dim))),
    };
  });

type LayerSpec = typeof anyLayer extends fc.Arbitrary<infer T> ? T : never;

function sourceOf({ dims, shape, chunkShape, type, pattern }: LayerSpec): ArraySource {
  const noData = type === 'uint8' ? 255 : -99;
  return arraySource({
    dims,
    shape,
    chunkShape,
    type,
    noData,
    ...(type === 'int16' && { scale: 0.5, offset: 10 }),
    valueAt: (i) => {
      if (pattern === 'empty') return noData;
      if (pattern === 'constant') return 7;
      return i % 11 === 0 ? noData : (i * 31) % 200;
    },
  });
}

async function written(spec: LayerSpec) {
  const store = createMemoryStore();
  const source = sourceOf(spec);
  const [t, z, row, col] = spec.tile;
  await writeLayer(store, source, {
    layer: 'test',
    curve: spec.curve,
    codec: spec.codec,
    tileShape: { t, z, row, col },
    segmentBytes: spec.segmentBytes,
    levels: spec.levels,
    ...(spec.resolution && spec.dims.includes('t') && { temporalResolution: spec.resolution }),
  });
  return { store, source, reader: await LayerReader.open(store, 'test') };
}

/** Spans of an axis from two numbers in [0, 1]: one span, or two when the first is larger. */
function spansFrom(length: number, a: number, b: number): AxisSelection {
  const [i, j] = [Math.floor(a * length * 0.999), Math.floor(b * length * 0.999)];
  if (i <= j) return [{ start: i, end: j + 1 }];
  return [
    { start: i, end: length },
    { start: 0, end: j + 1 },
  ];
}

describe('a layer', () => {
  it('gives back every cell of its source, in any box, and reads every chunk once', async () => {
    const anyBox = fc.tuple(...Array.from({ length: 10 }, () => fc.double({ min: 0, max: 1, noNaN: true })));
    await fc.assert(
      fc.asyncProperty(anyLayer, anyBox, async (spec, box) => {
        const { reader, source } = await written(spec);
        expect([...source.chunkReads.values()].every((reads) => reads === 1)).toBe(true);
        const chunks = spec.shape.reduce((n, size, d) => n * Math.ceil(size / spec.chunkShape[d]!), 1);
        expect(source.chunkReads.size).toBe(chunks);
        await expectSame(reader, source, spec, {});
        const lengthOf = (dim: (typeof dimNames)[number]) =>
          spec.dims.includes(dim) ? spec.shape[spec.dims.indexOf(dim)]! : 1;
        const selections = dimNames.map((dim, i) => spansFrom(lengthOf(dim), box[2 * i]!, box[2 * i + 1]!));
        const [member, t, z, y, x] = selections;
        const custom: Record<string, AxisSelection> = spec.dims.includes('member') ? { member: member! } : {};
        await expectSame(reader, source, spec, { t: t!, z: z!, y: y!, x: x!, custom });
      }),
      { numRuns: 150 },
    );
  });

  it('is sound after every write', async () => {
    await fc.assert(
      fc.asyncProperty(anyLayer, async (spec) => {
        const { store } = await written(spec);
        const report = await verifyLayer(store, 'test');
        expect(report.faults).toEqual([]);
        expect(report.unlisted).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

async function expectSame(
  reader: LayerReader,
  source: ArraySource,
  spec: LayerSpec,
  query: Omit<LayerQuery, 'parameter'>,
): Promise<void> {
  const plan = reader.plan({ parameter: 'p', ...query });
  const stats = newStats();
  const values = await reader.read(plan, { stats });
  expect(stats.segmentsOpened).toBeLessThanOrEqual(plan.segments);
  const names = plan.dims;
  const selected = plan.dimensions.map(({ selection }) =>
    selection.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
  );
  const expected: (number | null)[] = [];
  const walk = (d: number, at: Record<string, number>): void => {
    if (d === names.length) {
      expected.push(source.physicalAt(at));
      return;
    }
    for (const index of selected[d]!) walk(d + 1, { ...at, [names[d]!]: index });
  };
  walk(0, {});
  expect(Array.from(values, (value) => (Number.isNaN(value) ? null : value))).toEqual(expected);
  const joined: number[] = [];
  for await (const slab of reader.slabs(plan, { maxSlabCells: 1 + (spec.shuffle % 300) })) {
    expect(slab.start).toBe(joined.length);
    joined.push(...slab.values);
  }
  expect(joined).toEqual([...values]);
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

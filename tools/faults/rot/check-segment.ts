import type { BlobStore } from '../../../src/blob/index.js';
import { decodeTile } from '../../../src/codec/index.js';
import { CorruptionError } from '../../../src/errors/index.js';
import type { TileKey } from '../../../src/grid/index.js';
import { type LayerReader, verifyLayer } from '../../../src/layer/index.js';
import type { Cells } from '../../../src/raster/index.js';
import { type Random, randomBelow } from '../../random.js';
import type { KnownRecord, KnownSegment, LayerOracle } from './layer-oracle.js';

const HEADER_BYTES = 64;
const LOOKUPS = 4;
const SLAB_CELLS = 700;

/** Which records of a damaged segment cannot be read. */
export interface Loss {
  readonly segment: KnownSegment;
  readonly records: ReadonlySet<KnownRecord>;
  /** Header or tail: then it is all records, and no single one is to blame. */
  readonly isWhole: boolean;
}

/**
 * What of a segment is lost with the bytes that differ. `isOpen`: to a reader that has read header and tail
 * before, so that only records count.
 */
export function lossOf(
  segment: KnownSegment,
  { intact, found, isOpen }: { intact: Uint8Array; found: Uint8Array; isOpen: boolean },
): Loss {
  const isChanged = (start: number, end: number) =>
    found.length < end || Buffer.compare(intact.subarray(start, end), found.subarray(start, end)) !== 0;
  const tailAt = segment.sizeBytes - segment.tailBytes;
  const isWhole =
    !isOpen &&
    (found.length !== intact.length || isChanged(0, HEADER_BYTES) || isChanged(tailAt, intact.length));
  const records = segment.records.filter(
    ({ offset, length }) => isWhole || isChanged(offset, offset + length),
  );
  return { segment, records: new Set(records), isWhole };
}

/**
 * Reads through every door of a reader: lost tiles are refused by name, all others are answered.
 *
 * Throws: an Error that says what was answered instead.
 */
export async function checkReading(
  reader: LayerReader,
  { oracle, loss, random }: { oracle: LayerOracle; loss: Loss; random: Random },
): Promise<void> {
  const { segment } = loss;
  const some = <T>(items: readonly T[]) =>
    items.length <= LOOKUPS
      ? items
      : Array.from({ length: LOOKUPS }, () => items[randomBelow(random, items.length)]!);
  const lost = [...loss.records];
  const left = segment.records.filter((record) => !loss.records.has(record));
  for (const record of some(lost)) {
    for (const key of record.keys) await expectRefusal(() => reader.get(key), { loss, record });
    await expectRefusal(() => reader.getMany([...(left[0]?.keys ?? []), ...record.keys]), { loss, record });
  }
  const lostKeys = new Set(lost.flatMap(({ keys }) => keys));
  const others = oracle.keys.filter((key) => !lostKeys.has(key));
  const asked = [...some(left).flatMap(({ keys }) => keys), ...some(others)];
  for (const key of asked) await expectTile(reader, key, oracle);
  if (left.length > 0) await expectBox(reader, { key: some(left)[0]!.keys[0]!, oracle });
  await expectWholeQuery(reader, { oracle, loss });
  await expectSlabs(reader, { oracle, loss });
}

/** `verify` names the damaged file, the lost records and nothing else. */
export async function checkVerify(
  store: BlobStore,
  { oracle, loss, isChanged }: { oracle: LayerOracle; loss: Loss; isChanged: boolean },
): Promise<void> {
  const { faults } = await verifyLayer(store, oracle.layer.name);
  const { path } = loss.segment;
  const stray = faults.find((fault) => fault.path !== path);
  if (stray) throw new Error(`verify blames ${stray.path}: ${stray.fault}`);
  if (faults.length > 0 !== isChanged) throw new Error(`verify finds ${JSON.stringify(faults)}`);
  if (loss.isWhole) return;
  for (const { offset, index } of loss.records) {
    const isNamed = faults.some(
      ({ fault }) => fault.includes(`offset: ${offset}`) && fault.includes(`index: ${index}`),
    );
    if (!isNamed) throw new Error(`verify does not name the record at ${offset}: ${JSON.stringify(faults)}`);
  }
}

/** Runs what must fail with a CorruptionError that says which file, which offset and, of a record, which index. */
async function expectRefusal(
  read: () => Promise<unknown>,
  { loss, record }: { loss: Loss; record?: KnownRecord },
): Promise<void> {
  let answer: unknown;
  try {
    answer = await read();
  } catch (error) {
    requireNames(error, { loss, record });
    return;
  }
  throw new Error(
    `a lost tile of ${loss.segment.path} was answered: ${JSON.stringify(answer).slice(0, 200)}`,
  );
}

function requireNames(
  error: unknown,
  { loss, record }: { loss: Loss; record: KnownRecord | undefined },
): void {
  if (!(error instanceof CorruptionError)) throw error;
  const { path, offset, index } = error.fields;
  const { segment, isWhole } = loss;
  const isNamed = typeof path === 'string' && path.endsWith(segment.path) && typeof offset === 'number';
  const records = [...loss.records].filter((one) => record === undefined || one === record);
  const isPlaced = isWhole || records.some((one) => one.offset === offset && one.index === index);
  if (isNamed && isPlaced) return;
  throw new Error(
    `the error does not name file, offset and index: ${error.message} ${JSON.stringify(error.fields)}`,
  );
}

async function expectTile(reader: LayerReader, key: TileKey, oracle: LayerOracle): Promise<void> {
  const lookup = await reader.get(key);
  if (lookup.kind !== 'found') throw new Error(`${JSON.stringify(key)} is a ${lookup.kind}`);
  const cells = await decodeTile(lookup.tile, reader.parameter(key.parameter));
  requireEqual(cells, oracle.cellsOf(key), JSON.stringify(key));
}

/** The cells of one tile, asked for as a box. */
async function expectBox(
  reader: LayerReader,
  { key, oracle }: { key: TileKey; oracle: LayerOracle },
): Promise<void> {
  const whole = oracle.valuesOf(key.parameter, key.level);
  const { shape, cells } = whole.plan.layout;
  const span = (at: number, size: number, count: number) => [
    { start: at * size, end: Math.min((at + 1) * size, count) },
  ];
  const selections = {
    t: span(key.t, shape.t, cells.t),
    z: span(key.z, shape.z, cells.z),
    y: span(key.row, shape.row, cells.row),
    x: span(key.col, shape.col, cells.col),
  };
  const custom = reader.manifest.grid.custom.map(({ name }, i) => [
    name,
    span(key.custom[i]!, 1, 1 + key.custom[i]!),
  ]);
  const plan = reader.plan({
    parameter: key.parameter,
    level: key.level,
    ...selections,
    custom: Object.fromEntries(custom),
  });
  const values = await reader.read(plan);
  const starts = plan.dimensions.map(({ selection }) => selection[0]!.start);
  const expected = values.map((_, i) => {
    let [rest, index, stride] = [i, 0, 1];
    for (let d = plan.shape.length - 1; d >= 0; d--) {
      index += (starts[d]! + (rest % plan.shape[d]!)) * stride;
      stride *= whole.plan.shape[d]!;
      rest = Math.floor(rest / plan.shape[d]!);
    }
    return whole.values[index]!;
  });
  requireEqual(values, expected, `box of ${JSON.stringify(key)}`);
}

async function expectWholeQuery(
  reader: LayerReader,
  { oracle, loss }: { oracle: LayerOracle; loss: Loss },
): Promise<void> {
  const { parameter, level } = loss.segment;
  const read = () => reader.read(reader.plan({ parameter, level }));
  if (loss.records.size > 0) return expectRefusal(read, { loss });
  requireEqual(await read(), oracle.valuesOf(parameter, level).values, `${parameter} at level ${level}`);
}

/** Slabs that come before the damage are right; the one that has it is refused. */
async function expectSlabs(
  reader: LayerReader,
  { oracle, loss }: { oracle: LayerOracle; loss: Loss },
): Promise<void> {
  const { parameter, level } = loss.segment;
  const { values } = oracle.valuesOf(parameter, level);
  const readSlabs = async () => {
    const slabs = reader.slabs(reader.plan({ parameter, level }), { maxSlabCells: SLAB_CELLS });
    for await (const slab of slabs) {
      const expected = values.subarray(slab.start, slab.start + slab.values.length);
      requireEqual(slab.values, expected, `slab at ${slab.start}`);
    }
  };
  if (loss.records.size > 0) await expectRefusal(readSlabs, { loss });
  else await readSlabs();
}

/** Equal, NaN to NaN. */
export function requireEqual(found: Cells, expected: Cells, what: string): void {
  let wrong = found.length === expected.length ? -1 : 0;
  for (let i = 0; i < expected.length && wrong < 0; i++) if (!Object.is(found[i], expected[i])) wrong = i;
  if (wrong >= 0) throw new Error(`${what}: cell ${wrong} is ${found[wrong]}, not ${expected[wrong]}`);
}

import { CorruptionError } from '../errors/index.js';
import { isCellType } from '../raster/index.js';
import { levelMethods, type Manifest, type Operation, type RunEntry, type SegmentEntry } from './manifest.js';

const operations: readonly Operation[] = [
  'write',
  'overwrite',
  'update',
  'erase',
  'reindex',
  'compact',
  'copy',
  'rollback',
  'rebuild',
  'delete',
];

const SHA = /^[0-9a-f]{32}$/;

/** Every level has half the cells of the one below: the longest axis that can be counted is down to one by then. */
const MAX_LEVELS = 54;

/**
 * A checksum proves that the bytes are the ones written, not that whoever wrote them was right:
 * everything the readers rely on is checked here once, so that inside a manifest is valid by its type.
 */
export function checkManifest(value: unknown, path: string): Manifest {
  const check = new Check(path);
  const manifest = check.object(value, 'manifest');
  for (const name of ['layer', 'uuid', 'commitId', 'createdAt', 'title', 'codec']) {
    check.text(manifest[name], name);
  }
  check.integer(manifest.sequence, 'sequence', 1);
  check.oneOf(manifest.operation, 'operation', operations);
  check.oneOf(manifest.scheme, 'scheme', ['floating']);
  check.object(manifest.attributes, 'attributes');
  checkGrid(check, manifest.grid);
  checkParameters(check, manifest.parameters);
  checkLayout(check, manifest);
  for (const [id, summary] of Object.entries(check.object(manifest.statistics, 'statistics'))) {
    checkSummary(check, summary, `statistics.${id}`);
  }
  check.list(manifest.runs, 'runs').forEach((run, i) => {
    checkRun(check, run, { name: `runs[${i}]`, levels: manifest.levels as number });
  });
  return value as Manifest;
}

function checkGrid(check: Check, value: unknown): void {
  const grid = check.object(value, 'grid');
  const crs = check.object(grid.crs, 'grid.crs');
  check.text(crs.id, 'grid.crs.id');
  check.oneOf(crs.kind, 'grid.crs.kind', ['geographic', 'projected']);
  checkAxis(check, grid.x, 'grid.x');
  checkAxis(check, grid.y, 'grid.y');
  if (grid.z !== undefined) checkAxis(check, grid.z, 'grid.z');
  if (grid.t !== undefined) {
    checkAxis(check, grid.t, 'grid.t');
    check.text(check.object(grid.t, 'grid.t').calendar, 'grid.t.calendar');
  }
  check.list(grid.custom, 'grid.custom').forEach((axis, i) => {
    checkAxis(check, axis, `grid.custom[${i}]`);
  });
}

function checkAxis(check: Check, value: unknown, name: string): void {
  const axis = check.object(value, name);
  check.text(axis.name, `${name}.name`);
  const coordinates = check.object(axis.coordinates, `${name}.coordinates`);
  switch (check.oneOf(coordinates.kind, `${name}.kind`, ['regular', 'explicit', 'labels'])) {
    case 'regular':
      check.number(coordinates.start, `${name}.start`);
      check.number(coordinates.step, `${name}.step`);
      check.integer(coordinates.count, `${name}.count`, 1);
      break;
    case 'explicit':
      for (const number of check.filled(coordinates.values, `${name}.values`)) check.number(number, name);
      break;
    default:
      for (const label of check.filled(coordinates.values, `${name}.values`)) check.text(label, name);
  }
}

function checkParameters(check: Check, value: unknown): void {
  for (const [i, item] of check.list(value, 'parameters').entries()) {
    const name = `parameters[${i}]`;
    const parameter = check.object(item, name);
    check.text(parameter.id, `${name}.id`);
    check.text(parameter.title, `${name}.title`);
    if (!isCellType(check.text(parameter.type, `${name}.type`)))
      check.fail(`${name}.type`, 'a cell type', parameter.type);
    check.number(parameter.scale, `${name}.scale`);
    check.number(parameter.offset, `${name}.offset`);
    if (parameter.noData !== undefined) check.number(parameter.noData, `${name}.noData`);
    for (const axis of check.list(parameter.axes, `${name}.axes`)) check.text(axis, `${name}.axes`);
    check.object(parameter.attributes, `${name}.attributes`);
  }
}

function checkLayout(check: Check, manifest: Record<string, unknown>): void {
  const shape = check.object(manifest.tileShape, 'tileShape');
  for (const name of ['t', 'z', 'row', 'col']) check.integer(shape[name], `tileShape.${name}`, 1);
  const keyIndex = check.object(manifest.keyIndex, 'keyIndex');
  const curve = check.object(keyIndex.curve, 'keyIndex.curve');
  check.integer(manifest.levels, 'levels', 1);
  if ((manifest.levels as number) > MAX_LEVELS) {
    check.fail('levels', `at most ${MAX_LEVELS}`, manifest.levels);
  }
  for (const [id, method] of Object.entries(check.object(manifest.levelMethods, 'levelMethods'))) {
    check.oneOf(method, `levelMethods.${id}`, levelMethods);
  }
  check.oneOf(curve.name, 'keyIndex.curve.name', ['hilbert', 'zorder', 'rowmajor']);
  for (const bits of check.filled(curve.bits, 'keyIndex.curve.bits')) {
    check.integer(bits, 'keyIndex.curve.bits', 0);
  }
  if (keyIndex.time === undefined) return;
  const time = check.object(keyIndex.time, 'keyIndex.time');
  if (check.oneOf(time.kind, 'keyIndex.time.kind', ['tile', 'duration']) === 'tile') return;
  check.text(time.duration, 'keyIndex.time.duration');
  check.number(time.originMs, 'keyIndex.time.originMs');
}

function checkRun(
  check: Check,
  value: unknown,
  { name, levels }: { readonly name: string; readonly levels: number },
): void {
  const run = check.object(value, name) as unknown as RunEntry;
  check.integer(run.level, `${name}.level`, 0);
  if (run.level >= levels) check.fail(`${name}.level`, `less than ${levels}`, run.level);
  check.text(run.parameter, `${name}.parameter`);
  check.text(run.partition, `${name}.partition`);
  check.integer(run.z, `${name}.z`, 0);
  for (const index of check.list(run.custom, `${name}.custom`)) check.integer(index, `${name}.custom`, 0);
  let previous = -1;
  for (const [i, item] of check.list(run.segments, `${name}.segments`).entries()) {
    // Names of members are text, and made only for what is wrong: a large layer lists 100,000 segments.
    const segment = isSoundSegment(item) ? item : checkSegment(check, item, `${name}.segments[${i}]`);
    if (segment.first <= previous) {
      check.fail(`${name}.segments[${i}].first`, `more than ${previous}`, segment.first);
    }
    previous = segment.last;
  }
}

function checkSummary(check: Check, value: unknown, name: string): void {
  const summary = check.object(value, name);
  for (const part of ['valid', 'min', 'max', 'sum']) check.number(summary[part], `${name}.${part}`);
}

/** Whether `checkSegment` has nothing to say. */
function isSoundSegment(value: unknown): value is SegmentEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { first, last, count, tailBytes, generation, sizeBytes, sha, summary } = value as SegmentEntry;
  return (
    isCount(first, 0) &&
    isCount(last, first) &&
    isCount(count, 1) &&
    isCount(tailBytes, 1) &&
    isCount(generation, 0) &&
    isCount(sizeBytes, tailBytes) &&
    typeof sha === 'string' &&
    SHA.test(sha) &&
    (summary === undefined || isSoundSummary(summary))
  );
}

function isSoundSummary(summary: unknown): boolean {
  if (typeof summary !== 'object' || summary === null || Array.isArray(summary)) return false;
  const { valid, min, max, sum } = summary as Record<string, unknown>;
  return [valid, min, max, sum].every((part) => typeof part === 'number');
}

function isCount(value: number, min: number): boolean {
  return Number.isSafeInteger(value) && value >= min;
}

function checkSegment(check: Check, value: unknown, name: string): SegmentEntry {
  const segment = check.object(value, name) as unknown as SegmentEntry;
  check.integer(segment.first, `${name}.first`, 0);
  check.integer(segment.last, `${name}.last`, segment.first);
  check.integer(segment.count, `${name}.count`, 1);
  check.integer(segment.tailBytes, `${name}.tailBytes`, 1);
  check.integer(segment.generation, `${name}.generation`, 0);
  check.integer(segment.sizeBytes, `${name}.sizeBytes`, segment.tailBytes);
  if (!SHA.test(check.text(segment.sha, `${name}.sha`))) {
    check.fail(`${name}.sha`, '32 hex digits', segment.sha);
  }
  if (segment.summary !== undefined) checkSummary(check, segment.summary, `${name}.summary`);
  return segment;
}

/** Checks of single members; each failure is a CorruptionError that names file and member. */
class Check {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  fail(member: string, expected: string, found: unknown): never {
    throw new CorruptionError('manifest contradicts itself', { path: this.#path, member, expected, found });
  }

  object(value: unknown, member: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail(member, 'an object', typeof value);
    }
    return value as Record<string, unknown>;
  }

  list(value: unknown, member: string): readonly unknown[] {
    if (!Array.isArray(value)) this.fail(member, 'a list', typeof value);
    return value as readonly unknown[];
  }

  filled(value: unknown, member: string): readonly unknown[] {
    const list = this.list(value, member);
    if (list.length === 0) this.fail(member, 'at least one value', 'none');
    return list;
  }

  text(value: unknown, member: string): string {
    if (typeof value !== 'string') this.fail(member, 'text', value);
    return value as string;
  }

  number(value: unknown, member: string): void {
    if (typeof value !== 'number') this.fail(member, 'a number', value);
  }

  integer(value: unknown, member: string, min: number): void {
    if (!Number.isSafeInteger(value) || (value as number) < min) {
      this.fail(member, `an integer of at least ${min}`, value);
    }
  }

  oneOf(value: unknown, member: string, allowed: readonly string[]): string {
    if (!allowed.includes(value as string)) this.fail(member, allowed.join(' or '), value);
    return value as string;
  }
}

import { createHash } from 'node:crypto';
import { formatHex } from '../bytes/index.js';
import { CorruptionError, UnsupportedError } from '../errors/index.js';
import { segmentVersion } from './segment-layout.js';

/** The run a segment belongs to. */
export interface SegmentRun {
  readonly level: number;
  readonly parameter: string;
  /** Text that tells this partition from the run's siblings. */
  readonly partition: string;
}

/** The JSON block of a segment. */
export interface SegmentMeta {
  readonly run: SegmentRun;
  /** Of the commit that wrote it: two writers never make the same file. */
  readonly commitId: string;
  /** Avro schema its records were written with. */
  readonly schema: string;
}

/** Equal input gives equal bytes: the order of the fields is fixed. */
export function encodeMeta({
  run: { level, parameter, partition },
  commitId,
  schema,
}: SegmentMeta): Uint8Array {
  const meta = { formatVersion: segmentVersion, run: { level, parameter, partition }, commitId, schema };
  return new TextEncoder().encode(JSON.stringify(meta));
}

/** Where the block lies, for errors. */
interface MetaPlace {
  readonly path: string;
  readonly offset: number;
}

/** Throws CorruptionError, or UnsupportedError for a later format. */
export function decodeMeta(bytes: Uint8Array, place: MetaPlace): SegmentMeta {
  const meta = parseObject(bytes, place);
  if (meta.formatVersion !== segmentVersion) {
    const fields = { ...place, found: meta.formatVersion, expected: segmentVersion };
    throw new UnsupportedError('segment of an unknown format version', fields);
  }
  const { run, commitId, schema } = meta;
  if (!isObject(run) || typeof commitId !== 'string' || typeof schema !== 'string') {
    throw new CorruptionError('segment meta lacks run, commit or schema', { ...place });
  }
  const { level, parameter, partition } = run;
  if (typeof level !== 'number' || typeof parameter !== 'string' || typeof partition !== 'string') {
    throw new CorruptionError('segment meta names no run', { ...place, found: run });
  }
  return { run: { level, parameter, partition }, commitId, schema };
}

/**
 * Eight bytes that bind records to their segment: a record moved to a segment of another run, place,
 * generation or commit fails its checksum. Not random, so that equal input gives equal files.
 */
export function segmentSalt(
  { run, commitId }: Pick<SegmentMeta, 'run' | 'commitId'>,
  place: { readonly first: number; readonly generation: number },
): Uint8Array {
  const text = [
    run.level,
    run.parameter,
    run.partition,
    formatHex(place.first, 16),
    formatHex(place.generation, 8),
    commitId,
  ].join('/');
  return createHash('sha256').update(text).digest().subarray(0, 8);
}

function parseObject(bytes: Uint8Array, place: MetaPlace): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch (cause) {
    throw new CorruptionError('segment meta is not JSON', { ...place }, { cause });
  }
  throw new CorruptionError('segment meta is not an object', { ...place });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { BlobStore } from '../../blob/index.js';
import type { SegmentEntry } from '../../catalog/index.js';
import type { CurveIndex } from '../../curve/index.js';
import { mergeSummaries, type Summary } from '../../raster/index.js';
import {
  formatSegmentName,
  type SegmentFile,
  type SegmentRecord,
  type SegmentRun,
  writeSegments,
} from '../../segment/index.js';
import { runFolder } from '../run-table.js';

const NO_BYTES = new Uint8Array(0);

/** A record on its way into a segment, with what its tiles add up to. */
export interface RunRecord {
  readonly index: CurveIndex;
  readonly value: Uint8Array;
  readonly tiles: number;
  readonly summary: Summary | undefined;
}

/** Where segments of one run go. */
export interface RunTarget {
  readonly layer: string;
  readonly run: SegmentRun;
  /** Avro schema of the records. */
  readonly schema: string;
  readonly segmentBytes: number;
  /** Sequence of the manifest that will list them. */
  readonly generation: number;
  readonly commitId: string;
  readonly signal: AbortSignal | undefined;
  /** Told of each segment once it is durable, and how many tiles it has. */
  readonly onSegment?: (segment: SegmentEntry, tiles: number) => Promise<void>;
}

/** Segments that are in the store, durable but not yet visible. */
export interface WrittenSegments {
  readonly segments: readonly SegmentEntry[];
  readonly tiles: number;
  readonly bytes: number;
}

/** Writes records, ascending by index, as segments of a run. */
export async function writeRun(
  store: BlobStore,
  records: AsyncIterable<RunRecord>,
  target: RunTarget,
): Promise<WrittenSegments> {
  const waiting: RunRecord[] = [];
  const segments: SegmentEntry[] = [];
  let tiles = 0;
  let bytes = 0;
  const files = writeSegments(noted(records, waiting), {
    limitBytes: target.segmentBytes,
    generation: target.generation,
    run: target.run,
    commitId: target.commitId,
    schema: target.schema,
    ...(target.signal && { signal: target.signal }),
  });
  const storeSegment = async ({ name, chunks, sizeBytes }: SegmentFile, inside: readonly RunRecord[]) => {
    const path = `${runFolder(target.layer, target.run)}${formatSegmentName(name)}`;
    await store.putIfAbsent(path, chunks, target.signal ? { signal: target.signal } : {});
    const summary = inside.reduce<Summary | undefined>(
      (sum, record) => mergeSummaries(sum, record.summary),
      undefined,
    );
    const segment = { ...name, sizeBytes, ...(isStated(summary) && { summary }) };
    const segmentTiles = inside.reduce((sum, record) => sum + record.tiles, 0);
    segments.push(segment);
    tiles += segmentTiles;
    bytes += sizeBytes;
    await target.onSegment?.(segment, segmentTiles);
  };
  // One segment becomes durable while the next is gathered.
  let storing: Promise<void> | undefined;
  try {
    for await (const file of files) {
      const inside = waiting.splice(0, file.name.count);
      await storing;
      storing = storeSegment(file, inside);
      // It is thrown in its turn; until then it must not count as unheard.
      storing.catch(() => undefined);
    }
    await storing;
  } finally {
    // Whoever takes back what was made must not do so under a segment that is being made.
    await storing?.catch(() => undefined);
  }
  return { segments, tiles, bytes };
}

/** Remembers records that have been handed over without their bytes; a segment is yielded records later. */
async function* noted(
  records: AsyncIterable<RunRecord>,
  waiting: RunRecord[],
): AsyncGenerator<SegmentRecord> {
  for await (const record of records) {
    waiting.push({ ...record, value: NO_BYTES });
    yield { index: record.index, value: record.value };
  }
}

/** Cells may be infinite; the manifest is JSON, which has no word for it. */
function isStated(summary: Summary | undefined): summary is Summary {
  return summary !== undefined && Object.values(summary).every(Number.isFinite);
}

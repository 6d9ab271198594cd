import { InvalidArgumentError } from '../../errors/index.js';
import { checkAnswer } from '../check-answer.js';
import { checkedValues } from '../checked-values.js';
import type { CoverageAnswer } from '../coverage.js';
import type { CoverageFormat, EncodeOptions } from '../coverage-format.js';
import { OutChunks } from '../out-chunks.js';
import { bigEndianBytes } from '../value-bytes.js';
import { answerBlocks } from './answer-blocks.js';
import { classicHeader } from './classic-header.js';
import { type ClassicContent, paddingOf, sizeOf } from './classic-layout.js';
import { planFile } from './plan-file.js';

/** NetCDF classic files with the attributes of CF. */
export const netCdf: CoverageFormat = {
  token: 'NetCDF',
  mediaTypes: ['application/x-netcdf', 'application/netcdf'],
  aliases: [],
  isText: false,
  extension: 'nc',
  refuse: refuseMixed,
  encode: encodeNetCdf,
};

/**
 * The answer as a NetCDF classic file (64-bit offset, or 64-bit data where a size needs it) with CF-1.8 attributes.
 * Grids keep their axes; points, trajectories, sections and series of several sites are discrete samples; polygons are
 * geometries; custom axes are further dimensions. Values are float32 or float64, NaN for a missing one. Values of one
 * parameter follow those of another.
 *
 * Cost:   coordinates, a block and a chunk are held.
 * Throws: InvalidArgumentError for an answer that `refuse` has a text for, and as `encodeCoverageJson`; the
 *         signal's reason when it aborts.
 * Source: NetCDF classic format specification; CF conventions 1.8, chapters 7 and 9.
 */
export async function* encodeNetCdf(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  checkAnswer(answer);
  const blocks = answerBlocks(answer);
  if (typeof blocks === 'string') throw new InvalidArgumentError(blocks);
  const file = planFile(answer, blocks);
  const out = new OutChunks();
  out.bytes(classicHeader(file));
  for (const variable of file.variables) {
    for await (const bytes of contentBytes(variable.content, signal)) {
      out.bytes(bytes);
      yield* out.takeFull();
    }
    out.bytes(new Uint8Array(paddingOf(sizeOf(variable))));
  }
  yield* out.takeRest();
}

async function* contentBytes(
  content: ClassicContent,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  switch (content.kind) {
    case 'numbers':
      yield bigEndianBytes(Float64Array.from(content.values), 'float64');
      return;
    case 'blocks':
      for (const values of content.blocks()) {
        signal?.throwIfAborted();
        yield bigEndianBytes(Float64Array.from(values), 'float64');
      }
      return;
    case 'ints':
      yield Buffer.from(Int32Array.from(content.values).buffer).swap32();
      return;
    case 'texts':
      for (const text of content.values) {
        const bytes = Buffer.alloc(content.width);
        bytes.write(text);
        yield bytes;
      }
      return;
    case 'ranges':
      for (const range of content.ranges) {
        for await (const block of checkedValues(range, signal)) yield bigEndianBytes(block, content.type);
      }
      return;
    default:
      content satisfies never;
  }
}

function refuseMixed(answer: CoverageAnswer): string | undefined {
  const blocks = answerBlocks(answer);
  return typeof blocks === 'string' ? blocks : undefined;
}

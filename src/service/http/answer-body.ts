import { pipeline, Readable } from 'node:stream';
import type { EdrPlan } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageFormat, EncodeOptions, FeaturePage } from '../../formats/index.js';
import { newStats } from '../../layer/index.js';
import { type ContentEncoding, chooseEncoding, packerOf } from './content-encoding.js';
import { readFirstBlock } from './first-block.js';

/** A few values are not worth packing; a single packet takes them as they are. */
const MIN_PACKED_CELLS = 100;

/** The plan of an answer that may have data. */
export type PlannedAnswer = EdrPlan & { readonly kind: 'answer' };

/** What becomes of the values of an answer. */
export interface AnswerForm {
  readonly format: CoverageFormat;
  readonly encoding: ContentEncoding | undefined;
  /** Of the request, for formats that state it. */
  readonly address: string | undefined;
  readonly tileAddress?: EncodeOptions['tileAddress'] | undefined;
  readonly page?: FeaturePage | undefined;
}

/** How an answer is packed for a client with this Accept-Encoding. */
export function encodingFor(
  plan: EdrPlan,
  format: CoverageFormat,
  accepted: string | undefined,
): ContentEncoding | undefined {
  const isWorthwhile = plan.kind === 'answer' && plan.cells >= MIN_PACKED_CELLS && format.isText;
  return isWorthwhile ? chooseEncoding(accepted) : undefined;
}

/** All bytes of an answer; undefined when it has no data. */
export async function makeWhole(
  plan: PlannedAnswer,
  form: AnswerForm,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const begin = await openStream(plan, form, signal);
  return begin && Buffer.concat(await (await begin()).toArray());
}

/**
 * A stream of an answer, to be begun: that reads the first block of values. Undefined when it has no data.
 *
 * Throws: InvalidArgumentError when the format cannot hold it.
 */
export async function openStream(
  plan: PlannedAnswer,
  { format, encoding, address, tileAddress, page }: AnswerForm,
  signal: AbortSignal,
): Promise<(() => Promise<Readable>) | undefined> {
  const answer = await plan.open({ signal, stats: newStats() });
  if (answer === undefined) return undefined;
  const refusal = format.refuse?.(answer);
  if (refusal !== undefined) throw new InvalidArgumentError(refusal, { parameter: 'f', found: format.token });
  return async () => {
    // What a page skips is not read.
    const primed = page === undefined || page.skipped === 0 ? await readFirstBlock(answer) : answer;
    const options = {
      signal,
      ...(address !== undefined && { address }),
      ...(tileAddress && { tileAddress }),
      ...(page && { page }),
    };
    const bytes = Readable.from(format.encode(primed, options), { objectMode: false });
    return encoding === undefined ? bytes : packed(bytes, encoding);
  };
}

function packed(bytes: Readable, encoding: ContentEncoding): Readable {
  // A failure of either end breaks the other; the connection shows it.
  return pipeline(bytes, packerOf(encoding), () => undefined);
}

import type { CoverageAnswer } from '../coverage.js';
import type { CoverageFormat, EncodeOptions } from '../coverage-format.js';

/** The long table of an answer as an Arrow stream. */
export const arrow: CoverageFormat = {
  token: 'Arrow',
  mediaTypes: ['application/vnd.apache.arrow.stream'],
  aliases: [],
  isText: false,
  extension: 'arrows',
  encode: encodeArrow,
};

async function* encodeArrow(answer: CoverageAnswer, options?: EncodeOptions): AsyncGenerator<Uint8Array> {
  // The library is large and few ask for it: whatever starts does not wait for it.
  const { encodeArrowStream } = await import('./encode-arrow.js');
  yield* encodeArrowStream(answer, options);
}

import { parameterOf } from './check-answer.js';
import type { CoverageAnswer } from './coverage.js';
import { arrayMembers } from './coverage-document.js';
import type { CoverageFormat, EncodeOptions } from './coverage-format.js';
import { OutChunks } from './out-chunks.js';
import { printValues } from './printed-values.js';

/** The values of an answer's first range alone: a tile of a TiledNdArray. */
export const ndArray: CoverageFormat = {
  token: 'NdArray',
  mediaTypes: ['application/vnd.cov+json', 'application/prs.coverage+json', 'application/json'],
  aliases: ['CoverageJSON', 'covjson', 'json'],
  isText: true,
  encode: encodeNdArray,
};

/** Throws: as `encodeCoverageJson`. */
async function* encodeNdArray(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const range = answer.coverages[0]!.ranges[0]!;
  const parameter = parameterOf(answer, range);
  const out = new OutChunks();
  out.text(`${JSON.stringify(arrayMembers(range, parameter)).slice(0, -1)},"values":[`);
  yield* printValues({ range, parameter }, out, signal);
  out.text(']}');
  yield* out.takeRest();
}

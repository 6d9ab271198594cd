import type { ServerResponse } from 'node:http';

/** What HTTP/2 has beside the members of a response. */
interface ResponseStream {
  readonly destroyed: boolean;
  readonly aborted: boolean;
  readonly rstCode: number;
}

type AnyResponse = ServerResponse & { readonly stream?: ResponseStream };

/** True when nobody will read an answer any more. HTTP/2 says so of its stream only. */
export function hasGone({ destroyed, stream }: AnyResponse): boolean {
  return destroyed || stream?.destroyed === true;
}

/** True of an answer that has ended when its client did not wait for it. A stream that is reset counts as finished. */
export function wasCutShort({ writableFinished, stream }: AnyResponse): boolean {
  return stream === undefined ? !writableFinished : stream.aborted || stream.rstCode !== 0;
}

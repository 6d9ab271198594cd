/** What a finished job leaves: the headers of its answer, or why there is none. */
export type ResultHead = ResultData | ResultFailure;

/** An answer that lies complete in a file. */
export interface ResultData {
  readonly kind: 'data';
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  readonly bytes: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The problem that ended a job, ready to be sent. */
export interface ResultFailure {
  readonly kind: 'failed';
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What is known under the name of a result. */
export type ResultState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'pending'; readonly startedMs: number }
  | { readonly kind: 'done'; readonly head: ResultHead };

/** Undefined for a text that is not whole: what a power cut may leave. */
export function parseHead(text: string): ResultHead | undefined {
  try {
    const head = JSON.parse(text) as ResultHead | null;
    return head?.kind === 'data' || head?.kind === 'failed' ? head : undefined;
  } catch {
    return undefined;
  }
}

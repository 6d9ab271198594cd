/** Aborts `graceMs` after `signal` does, with its reason: for what may still be put in order then. */
export function graceSignal(signal: AbortSignal | undefined, graceMs: number): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const grace = new AbortController();
  const start = () => {
    setTimeout(() => grace.abort(signal.reason), graceMs).unref();
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return grace.signal;
}

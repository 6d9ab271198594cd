/** The service answered, but not with what was asked for; the message is for people. */
export class ServiceError extends Error {
  readonly status: number;
  /** Whether the request is at fault: asked again it would fail again. */
  readonly isRefusal: boolean;

  constructor(status: number, reason: string) {
    const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
    const sentence = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
    super(isRefusal ? sentence : `The service cannot answer now (${status}): ${reason}`);
    this.status = status;
    this.isRefusal = isRefusal;
  }
}

/** True for a request that was given up because nobody wants its answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** A JSON document; `undefined` for 204: nothing is there. Throws: ServiceError; Error when nobody answers. */
export async function fetchJson(path: string, signal?: AbortSignal): Promise<unknown> {
  // Without headers of its own, or what the page has preloaded would be asked for again.
  const response = await request(path, { signal: signal ?? null });
  return response.status === 204 ? undefined : await response.json();
}

/** An answer of the service. Throws as `fetchJson` does. */
export async function request(path: string, options?: RequestInit): Promise<Response> {
  const response = await fetch(path, options).catch((cause: unknown) => {
    if (isAbort(cause)) throw cause;
    throw new Error('The service does not answer. Is it still running?', { cause });
  });
  if (response.ok) return response;
  throw new ServiceError(response.status, await reasonOf(response));
}

/** The service's own words, in whichever of the usual fields it puts them. */
async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Record<string, unknown>;
    const reason = problem.detail ?? problem.description ?? problem.message ?? problem.title;
    if (typeof reason === 'string') return reason;
  } catch {
    // Not JSON: a proxy's page, say. The status has to do.
  }
  return response.statusText || 'no reason given';
}

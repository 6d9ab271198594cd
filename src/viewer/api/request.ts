/** The service answered, but not with what was asked for. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`The service answered ${status}: ${reason}`);
    this.status = status;
  }
}

/** True for a request that was given up because nobody wants its answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** A JSON document; `undefined` for 204: nothing is there. Throws: ServiceError; Error when nobody answers. */
export async function fetchJson(path: string, signal?: AbortSignal): Promise<unknown> {
  const response = await request(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
  return response.status === 204 ? undefined : await response.json();
}

/** As `fetchJson`; `undefined` too for an address that this service does not have. */
export async function fetchOptional(path: string, signal?: AbortSignal): Promise<unknown> {
  try {
    return await fetchJson(path, signal);
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return undefined;
    throw error;
  }
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

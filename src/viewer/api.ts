import { type Layer, type ListedLayer, parseLayer, parseLayers } from './layer.js';

/** Values at one place: parameter id -> number, null where there is no data. */
export type PointValues = ReadonlyMap<string, number | null>;

/** The layers of the service, in its order. */
export async function fetchLayers(): Promise<ListedLayer[]> {
  return parseLayers(await fetchJson('layers'));
}

/** One layer with all of its axes. */
export async function fetchLayer(id: string): Promise<Layer> {
  return parseLayer(await fetchJson(`layers/${encodeURIComponent(id)}`));
}

/** Values under a place; `undefined` when the layer has no cell there. */
export async function fetchPoint(
  layer: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<PointValues | undefined> {
  const answer = await fetchJson(`layers/${encodeURIComponent(layer)}/point?${query}`, signal);
  if (answer === undefined) return undefined;
  const { values } = answer as { values?: Record<string, number | null> };
  return new Map(Object.entries(values ?? {}));
}

/** A tile's picture; `undefined` when the layer has nothing there. */
export async function fetchTile(url: string): Promise<Blob | undefined> {
  const response = await request(url);
  return response.status === 204 ? undefined : await response.blob();
}

async function fetchJson(path: string, signal?: AbortSignal): Promise<unknown> {
  const response = await request(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
  return response.status === 204 ? undefined : await response.json();
}

async function request(path: string, options?: RequestInit): Promise<Response> {
  const response = await fetch(path, options).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Error('The service does not answer. Is it still running?', { cause });
  });
  if (response.ok) return response;
  throw new Error(`The service answered ${response.status}: ${await reasonOf(response)}`);
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

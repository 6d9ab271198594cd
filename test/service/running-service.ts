import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { createService, type ServiceOptions } from '../../src/service/index.js';

/** A service on a port of its own. */
export interface RunningService {
  readonly address: string;
  readonly store: BlobStore;
  /** Lines the service has logged. */
  readonly log: readonly string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The answer as JSON of the form that the test expects. */
  json<T>(path: string, init?: RequestInit): Promise<T>;
  close(): Promise<void>;
}

/** Starts a service over `store` on loopback. */
export async function startService(
  store: BlobStore = createMemoryStore(),
  options: Partial<ServiceOptions> = {},
): Promise<RunningService> {
  const log: string[] = [];
  const app = await createService({ store, log: { write: (line) => log.push(line) }, ...options });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    address,
    store,
    log,
    get: (path, init) => fetch(address + path, init),
    json: async <T>(path: string, init?: RequestInit) =>
      (await (await fetch(address + path, init)).json()) as T,
    close: () => app.close(),
  };
}

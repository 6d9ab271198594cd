import fc from 'fast-check';
import { createMemoryStore } from '../../../src/blob/index.js';
import { writeLayer } from '../../../src/layer/index.js';
import { createService } from '../../../src/service/index.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { checkResponse } from '../http/check-response.js';
import {
  type AskedCollection,
  anyDimensionText,
  anyText,
  type DescribedParameter,
} from '../http/query-texts.js';
import { anyLayerSpec, contentOf, layoutOptions, sourceOf } from '../model/commands/layer-spec.js';

const LAYERS = 6;
/** Small, so that answers come soon and some are too large. */
const MAX_CELLS = 20_000;
const queries = ['position', 'radius', 'area', 'cube', 'trajectory', 'corridor'] as const;

/** The campaign of `npm run faults -- queries`; QUERIES_PATH repeats a failure of a seed. */
export const queriesCampaign: Campaign = {
  about: 'random queries of every kind to random layers: no answer is a 500, invalid, or shows the inside',
  unit: 'requests',
  fullCount: 50_000,
  run: (context) => runQueriesCampaign(context, process.env.QUERIES_PATH),
};

/**
 * Sends `count` queries whose texts are made from the service's own API description.
 *
 * Throws: an Error with seed, path, and the shortest query that still gets a wrong answer.
 */
export async function runQueriesCampaign(
  { seed, count, log }: Omit<CampaignContext, 'folder'>,
  path?: string,
): Promise<CampaignFigures> {
  const service = await startSampleService(seed);
  try {
    const figures: Record<string, number> = { requests: 0 };
    const property = fc.asyncProperty(await anyRequest(service.address), async ({ url, method, texts }) => {
      const response = await send(service.address + url, method, texts);
      await checkResponse(response);
      figures.requests!++;
      figures[`status ${response.status}`] = (figures[`status ${response.status}`] ?? 0) + 1;
      if (figures.requests! % 1000 === 0) log(`${figures.requests} requests`);
    });
    await fc.assert(property, { seed, numRuns: count, ...(path && { path }) });
    return figures;
  } finally {
    await service.close();
  }
}

async function startSampleService(seed: number): Promise<{ address: string; close(): Promise<void> }> {
  const store = createMemoryStore();
  for (const [i, spec] of fc.sample(anyLayerSpec, { seed, numRuns: LAYERS }).entries()) {
    const content = contentOf(spec);
    await writeLayer(store, sourceOf(content), {
      layer: `layer-${i}`,
      ...layoutOptions(content.grid, spec.layout),
    });
  }
  const app = await createService({ store, log: { write: () => undefined }, maxCells: MAX_CELLS });
  return { address: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
}

interface AskedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly texts: Readonly<Record<string, string>>;
}

async function anyRequest(address: string): Promise<fc.Arbitrary<AskedRequest>> {
  const json = async <T>(path: string): Promise<T> => (await (await fetch(address + path)).json()) as T;
  const { collections } = await json<{ collections: AskedCollection[] }>('/collections');
  const { paths } = await json<Api>('/api');
  return fc.oneof(
    ...collections.flatMap((collection) =>
      queries.map((query) => {
        const { parameters } = paths[`/collections/{collectionId}/${query}`]!.get;
        return fc.record({
          url: fc.constant(`/collections/${collection.id}/${query}`),
          method: fc.constantFrom('GET', 'GET', 'GET', 'POST'),
          texts: anyTexts(parameters, { collection, query }),
        } as const);
      }),
    ),
  );
}

interface Api {
  readonly paths: Readonly<
    Record<string, { readonly get: { readonly parameters: readonly DescribedParameter[] } }>
  >;
}

/** Required parameters are seldom left out; the others come now and then. */
function anyTexts(
  parameters: readonly DescribedParameter[],
  asked: { readonly collection: AskedCollection; readonly query: string },
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const named = parameters.filter((one) => one.in === 'query' && one.name !== 'dimensions');
  const entries = [
    ...named.map((one) => [one.name, orNothing(anyText(one, asked), one.required ? 30 : 0.5)] as const),
    ...(asked.collection.extent.custom ?? []).map(
      ({ id, interval }) => [id, orNothing(anyDimensionText(interval[0]), 1)] as const,
    ),
  ];
  return fc
    .record(Object.fromEntries(entries))
    .map((texts) =>
      Object.fromEntries(
        Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null),
      ),
    );
}

/** A text, `times` as often as none. */
function orNothing(text: fc.Arbitrary<string>, times: number): fc.Arbitrary<string | null> {
  return fc.oneof({ weight: times * 2, arbitrary: text }, { weight: 2, arbitrary: fc.constant(null) });
}

function send(
  url: string,
  method: 'GET' | 'POST',
  texts: Readonly<Record<string, string>>,
): Promise<Response> {
  if (method === 'GET') return fetch(`${url}?${new URLSearchParams(texts)}`);
  return fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(texts) });
}

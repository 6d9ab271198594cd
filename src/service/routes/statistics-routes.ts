import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  defaultBins,
  defaultPercentiles,
  maxBins,
  maxPercentiles,
  noWork,
  planStatistics,
  type Statistics,
  type StatisticsPlan,
  type StatisticsRequest,
  statisticsFields,
} from '../../edr/index.js';
import { newStats } from '../../layer/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { entityTag } from '../http/etag.js';
import { checkTiles } from '../http/limits.js';
import { type QueryText, readQuery } from '../http/query-text.js';
import * as table from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';

const statisticsParameters: readonly table.ParameterSpec[] = [
  { name: 'parameter', description: 'Which parameter; the first when absent', schema: { type: 'string' } },
  { ...table.bbox, isRequired: false, description: `${table.bbox.description}; all cells when absent` },
  { ...table.areaCoords, isRequired: false, description: `${table.areaCoords.description}, instead of bbox` },
  table.crs,
  { ...table.datetime, description: `${table.datetime.description}; the newest instant when absent` },
  { ...table.z, description: `${table.z.description}; the first when absent` },
  {
    name: 'fields',
    description:
      'What is answered; all when absent. min, max and sum need no values of cells where statistics of tiles are stored',
    schema: { type: 'array', items: { type: 'string', enum: statisticsFields } },
  },
  {
    name: 'histogram',
    description: 'Bins of the histogram, evenly from the smallest value to the largest',
    schema: { type: 'integer', minimum: 1, maximum: maxBins, default: defaultBins },
  },
  {
    name: 'percentiles',
    description: 'Percentiles by count of values',
    schema: {
      type: 'array',
      items: { type: 'number', minimum: 0, maximum: 100 },
      maxItems: maxPercentiles,
      default: defaultPercentiles,
    },
  },
];

/** Statistics of a layer's values. */
export function statisticsRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/layers/:layer/statistics',
      method: 'GET',
      operationId: 'getStatistics',
      summary:
        'Statistics of one parameter over the layer, a box or polygons: the newest instant and the first level unless the query says otherwise',
      tag: 'Layers',
      parameters: statisticsParameters,
      isData: true,
      hasDimensions: true,
      mayBeEmpty: true,
      produces: ['application/json'],
      handle: (request, reply) => answerStatistics(context, request, reply),
    },
  ];
}

async function answerStatistics(
  { layers, limits, shared, kept }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readQuery(request, statisticsParameters, dimensionsOf(layer));
  const plan = planStatistics(layer, statisticsRequest(query));
  const work = plan.kind === 'no-data' ? noWork : plan.work();
  checkTiles(work, limits);
  const tagParts = [layer.etag, layer.manifest.layer, 'statistics', query.canonical];
  const match = data.tag(tagParts);
  reply.header('Vary', 'Accept');
  if (plan.kind === 'answer' && match !== 'none') return reply.code(304).send();
  data.plan(work);
  if (plan.kind === 'no-data') return reply.code(204).send();
  const signal = abortWithClient(reply);
  const body = await shared.get(entityTag(tagParts), signal, (stop) => readStatistics(plan, stop));
  if (body === undefined) return reply.code(204).send();
  data.read();
  return kept.send(request, reply.type('application/json'), { layer, body });
}

function statisticsRequest(query: QueryText): StatisticsRequest {
  const names = ['parameter', 'bbox', 'coords', 'crs', 'datetime', 'z', 'fields', 'histogram', 'percentiles'];
  const texts = names.map((name) => [name, query.get(name)] as const);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    custom: query.dimensions,
  };
}

async function readStatistics(
  plan: StatisticsPlan & { kind: 'answer' },
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const stats = newStats();
  const statistics = await plan.read({ signal, stats });
  if (statistics === undefined) return undefined;
  // How many segments were open before is not the answer's business: equal requests have equal bytes.
  const work = { tilesRead: stats.tilesRead, tilesUnpacked: stats.tilesUnpacked };
  return Buffer.from(JSON.stringify({ ...describeStatistics(plan, statistics), work }));
}

function describeStatistics(
  { parameter, isWeighted }: StatisticsPlan & { kind: 'answer' },
  statistics: Statistics,
): Record<string, unknown> {
  const { percentiles, ...others } = statistics;
  return {
    parameter: parameter.id,
    unit: parameter.unit ?? null,
    weighted: isWeighted,
    ...others,
    ...(percentiles && {
      percentiles: Object.fromEntries(
        percentiles.asked.map((percent, i) => [percent, percentiles.values[i]]),
      ),
      percentileError: percentiles.error,
    }),
  };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type EdrPlan,
  type EdrQuery,
  type EdrQueryName,
  edrQueries,
  type PlannedWork,
} from '../../edr/index.js';
import { UnsupportedError } from '../../errors/index.js';
import { coverageFormats } from '../../formats/index.js';
import type { LayerReader } from '../../layer/index.js';
import { DataReply } from '../http/data-reply.js';
import { checkCells, checkTiles, type Limits } from '../http/limits.js';
import { negotiate } from '../http/negotiate.js';
import { type QueryText, readCount, readQuery } from '../http/query-text.js';
import { sendAnswer } from '../http/send-answer.js';
import * as table from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';

const common = [table.z, table.datetime, table.parameterName, table.crs, table.dataFormat];

/** How each query is asked. */
const parametersOf: Readonly<Record<EdrQueryName, readonly table.ParameterSpec[]>> = {
  position: [table.pointCoords, table.method, ...common, table.limit],
  radius: [table.pointCoords, table.within, table.withinUnits, ...common, table.limit],
  area: [table.areaCoords, ...common, table.limit, ...table.resolutions.slice(0, 2)],
  cube: [table.bbox, ...common, ...table.resolutions],
  trajectory: [table.lineCoords, ...common],
  corridor: [table.lineCoords, ...table.corridor, ...common, ...table.resolutions],
};

/** Parameters of any data query. */
export const queryParameters: readonly table.ParameterSpec[] = edrQueries.flatMap(
  ({ name }) => parametersOf[name],
);

/** The data queries of EDR. */
export function queryRoutes(context: ServiceContext): Route[] {
  return edrQueries.map((query) => ({
    path: `/collections/:collectionId/${query.name}`,
    method: 'GET',
    operationId: `get${query.name.charAt(0).toUpperCase()}${query.name.slice(1)}`,
    summary: `Data of a collection by ${query.name}`,
    tag: 'Queries',
    parameters: parametersOf[query.name],
    isData: true,
    hasDimensions: true,
    produces: coverageFormats.flatMap(({ mediaTypes }) => mediaTypes),
    handle: (request, reply) => answerQuery(context, query, { request, reply }),
  }));
}

async function answerQuery(
  { layers, limits, shared }: ServiceContext,
  query: EdrQuery,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'collectionId'));
  const texts = readQuery(request, parametersOf[query.name], dimensionsOf(layer));
  const accept = request.headers.accept;
  const { offer: format, mediaType } = negotiate(coverageFormats, { f: texts.get('f'), accept });
  refuseUnsupported(texts);
  const plan = planQuery(layer, query, texts);
  const work = allowedWork(plan, limits);
  const tagParts = [layer.etag, query.name, texts.canonical, mediaType];
  return sendAnswer(request, reply, { plan, work, format, mediaType, tagParts, data, shared });
}

/** Throws: HttpProblem 413 for an answer that is too large, or takes too much reading. */
function allowedWork(plan: EdrPlan, limits: Limits): PlannedWork | undefined {
  if (plan.kind === 'no-data') return undefined;
  checkCells(plan.cells, limits);
  const work = plan.work();
  checkTiles(work, limits);
  return work;
}

function planQuery(layer: LayerReader, query: EdrQuery, texts: QueryText): EdrPlan {
  const named = {
    coords: texts.get('coords'),
    bbox: texts.get('bbox'),
    z: texts.get('z'),
    datetime: texts.get('datetime'),
    parameterNames: texts.get('parameter-name'),
    crs: texts.get('crs'),
    method: texts.get('method'),
    within: texts.get('within'),
    withinUnits: texts.get('within-units'),
    corridorWidth: texts.get('corridor-width'),
    widthUnits: texts.get('width-units'),
    corridorHeight: texts.get('corridor-height'),
    heightUnits: texts.get('height-units'),
  };
  const given = Object.fromEntries(Object.entries(named).filter(([, text]) => text !== undefined));
  return query.plan(layer, { ...given, custom: texts.dimensions });
}

function refuseUnsupported(texts: QueryText): void {
  readCount(texts.get('limit'), 'limit', 1);
  for (const { name } of table.resolutions) {
    const text = texts.get(name);
    if (text === undefined || text.trim() === '0') continue;
    throw new UnsupportedError(`${name} is not supported yet; 0 is the resolution of the data`, {
      parameter: name,
    });
  }
}

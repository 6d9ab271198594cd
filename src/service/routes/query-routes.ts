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
import { dimensionsOf, type Route, type ServiceContext } from '../route.js';
import { askedLayer, collectionPaths } from './asked-layer.js';
import { byPost } from './by-post.js';

/** Parameters that every data query has. */
export const common = [table.z, table.datetime, table.parameterName, table.crs, table.dataFormat];

/** One data query: how it is planned, and its parameters. */
export interface DataQuery extends Pick<EdrQuery, 'plan'> {
  readonly name: string;
  readonly parameters: readonly table.ParameterSpec[];
}

/** How each query is asked. */
const parametersOf: Readonly<Record<EdrQueryName, readonly table.ParameterSpec[]>> = {
  position: [table.pointCoords, table.method, ...common, table.limit],
  radius: [table.pointCoords, table.within, table.withinUnits, ...common, table.limit],
  area: [table.areaCoords, ...common, table.limit, ...table.resolutions.slice(0, 2)],
  cube: [table.bbox, ...common, ...table.resolutions],
  trajectory: [table.lineCoords, ...common],
  corridor: [table.lineCoords, ...table.corridor, ...common, ...table.resolutions],
};

/** Every data query, by the name in its address. */
export const dataQueries: readonly DataQuery[] = edrQueries.map(({ name, plan }) => ({
  name,
  plan,
  parameters: parametersOf[name],
}));

/** Parameters of any data query. */
export const queryParameters: readonly table.ParameterSpec[] = dataQueries.flatMap(
  ({ parameters }) => parameters,
);

/** The data queries of EDR, each by GET and by POST, of collections and of their instances. */
export function queryRoutes(context: ServiceContext): Route[] {
  return collectionPaths.flatMap(({ path, name: place }) =>
    dataQueries.flatMap((query) => {
      const title = `${place}${query.name.charAt(0).toUpperCase()}${query.name.slice(1)}`;
      const route: Route = {
        ...dataRoute,
        path: `${path}/${query.name}`,
        operationId: `get${title}`,
        summary: `Data of ${place === '' ? 'a collection' : 'an instance'} by ${query.name}`,
        parameters: query.parameters,
        handle: (request, reply) => answerQuery(context, query, { request, reply }),
      };
      return [route, byPost(route, { operationId: `post${title}` })];
    }),
  );
}

/** What all routes of data queries have in common. */
export const dataRoute = {
  method: 'GET',
  tag: 'Queries',
  isData: true,
  hasDimensions: true,
  mayBeEmpty: true,
  produces: coverageFormats.flatMap(({ mediaTypes }) => mediaTypes),
} as const;

/** Answers a data query. Its name, with the query's own text, names the answer among all of a snapshot. */
export async function answerQuery(
  context: ServiceContext,
  query: DataQuery,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const { layer } = await askedLayer(context, request);
  const texts = readQuery(request, query.parameters, dimensionsOf(layer));
  const accept = request.headers.accept;
  const { offer: format, mediaType } = negotiate(coverageFormats, { f: texts.get('f'), accept });
  refuseUnsupported(texts);
  const plan = planQuery(layer, query, texts);
  const work = allowedWork(plan, context.limits);
  const tagParts = [layer.etag, query.name, texts.canonical, mediaType];
  return sendAnswer(request, reply, {
    plan,
    work,
    format,
    mediaType,
    tagParts,
    data,
    shared: context.shared,
  });
}

/** Throws: HttpProblem 413 for an answer that is too large, or takes too much reading. */
function allowedWork(plan: EdrPlan, limits: Limits): PlannedWork | undefined {
  if (plan.kind === 'no-data') return undefined;
  checkCells(plan.cells, limits);
  const work = plan.work();
  checkTiles(work, limits);
  return work;
}

function planQuery(layer: LayerReader, query: Pick<DataQuery, 'plan'>, texts: QueryText): EdrPlan {
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

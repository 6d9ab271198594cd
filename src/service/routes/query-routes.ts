import type { FastifyReply, FastifyRequest } from 'fastify';
import { coverageJsonType, type EdrPlan, planArea, planCube, planPosition } from '../../edr/index.js';
import { UnsupportedError } from '../../errors/index.js';
import type { LayerReader } from '../../layer/index.js';
import { negotiate, type Offer } from '../http/negotiate.js';
import { HttpProblem } from '../http/problem.js';
import { type QueryText, readCount, readQuery } from '../http/query-text.js';
import { sendAnswer } from '../http/send-answer.js';
import * as table from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

/** CoverageJSON under the names that clients know. */
const coverageJsonOffer: Offer = {
  token: 'CoverageJSON',
  mediaTypes: [coverageJsonType, 'application/prs.coverage+json', 'application/json'],
  aliases: ['covjson', 'json'],
};

const common = [table.z, table.datetime, table.parameterName, table.crs, table.dataFormat];

interface DataQuery {
  readonly name: 'position' | 'area' | 'cube';
  readonly plan: typeof planPosition;
  readonly parameters: readonly table.ParameterSpec[];
}

const dataQueries: readonly DataQuery[] = [
  { name: 'position', plan: planPosition, parameters: [table.pointCoords, ...common, table.limit] },
  {
    name: 'area',
    plan: planArea,
    parameters: [table.areaCoords, ...common, table.limit, ...table.resolutions.slice(0, 2)],
  },
  { name: 'cube', plan: planCube, parameters: [table.bbox, ...common, ...table.resolutions] },
];

/** The data queries of EDR. */
export function queryRoutes(context: ServiceContext): Route[] {
  return dataQueries.map((query) => ({
    path: `/collections/:collectionId/${query.name}`,
    method: 'GET',
    operationId: `get${query.name.charAt(0).toUpperCase()}${query.name.slice(1)}`,
    summary: `Data of a collection by ${query.name}`,
    tag: 'Queries',
    parameters: query.parameters,
    hasDimensions: true,
    produces: coverageJsonOffer.mediaTypes,
    handle: (request, reply) => answerQuery(context, query, { request, reply }),
  }));
}

async function answerQuery(
  { layers, maxCells }: ServiceContext,
  query: DataQuery,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const startedMs = performance.now();
  const layer = await layers.open(pathPart(request, 'collectionId'));
  const dimensions = layer.manifest.grid.custom.map(({ name }) => name);
  const texts = readQuery(request, query.parameters, dimensions);
  const { mediaType } = negotiate([coverageJsonOffer], { f: texts.get('f'), accept: request.headers.accept });
  refuseUnsupported(texts);
  const plan = planQuery(layer, query, texts);
  checkCells(plan, maxCells);
  return sendAnswer(request, reply, {
    plan,
    mediaType,
    tagParts: [layer.etag, query.name, texts.canonical, mediaType],
    startedMs,
  });
}

function planQuery(layer: LayerReader, query: DataQuery, texts: QueryText): EdrPlan {
  const named = {
    coords: texts.get('coords'),
    bbox: texts.get('bbox'),
    z: texts.get('z'),
    datetime: texts.get('datetime'),
    parameterNames: texts.get('parameter-name'),
    crs: texts.get('crs'),
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

function checkCells(plan: EdrPlan, maxCells: number): void {
  if (plan.kind === 'no-data' || plan.cells <= maxCells) return;
  const detail =
    `the answer would have ${plan.cells} cells, at most ${maxCells} are answered at once; ` +
    'ask for fewer parameters, times or levels, or for a smaller area';
  throw new HttpProblem(413, detail, { members: { cells: plan.cells, maxCells } });
}

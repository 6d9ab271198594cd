import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EdrPlan, RangeTile } from '../../edr/index.js';
import { NotFoundError } from '../../errors/index.js';
import { ndArray } from '../../formats/index.js';
import { type DataQuery, dataQueries } from '../data-queries.js';
import { snapshotCaching } from '../http/caching.js';
import { DataReply } from '../http/data-reply.js';
import { negotiate } from '../http/negotiate.js';
import { HttpProblem } from '../http/problem.js';
import { readQuery, shorten } from '../http/query-text.js';
import { sendAnswer } from '../http/send-answer.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';
import { askedLayer, collectionPaths } from './asked-layer.js';
import { allowedWork, dataRoute, planQuery } from './query-routes.js';

/** The tiles that a TiledNdArray names, of one snapshot each. */
export function rangeTileRoutes(context: ServiceContext): Route[] {
  return collectionPaths.flatMap(({ path, name: place }) =>
    dataQueries.flatMap((query): Route[] => {
      if (query.tiledAt === undefined) return [];
      const title = `${place}${query.name.charAt(0).toUpperCase()}${query.name.slice(1)}`;
      return [
        {
          ...dataRoute(context),
          mayBeEmpty: false,
          mayBeLater: false,
          path: `${path}/${query.tiledAt}/tiles/:snapshot/:range/:tile`,
          operationId: `get${title}RangeTile`,
          summary: `One tile of an answer by ${query.name} that was asked for as TiledNdArray`,
          parameters: parametersOf(query),
          produces: ndArray.mediaTypes,
          handle: (request, reply) => answerTile(context, query, { request, reply }),
        },
      ];
    }),
  );
}

async function answerTile(
  context: ServiceContext,
  query: DataQuery,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const { layer } = await askedLayer(context, request);
  requireSnapshot(request, layer.etag);
  const texts = readQuery(request, parametersOf(query), dimensionsOf(layer));
  const { offer: format, mediaType } = negotiate([ndArray], { accept: request.headers.accept });
  const place = { range: pathPart(request, 'range'), ...readTile(pathPart(request, 'tile')) };
  const plan = planTile(planQuery(layer, query, texts), place);
  const work = allowedWork(plan, context.limits);
  const tagParts = [layer.etag, query.name, texts.canonical, mediaType, JSON.stringify(place)];
  return sendAnswer(request, reply, {
    plan,
    work,
    format,
    mediaType,
    tagParts,
    data,
    shared: context.shared,
    caching: snapshotCaching,
  });
}

/** Those of the query; a tile has one form. */
function parametersOf({ parameters }: DataQuery): DataQuery['parameters'] {
  return parameters.filter(({ name }) => name !== 'f');
}

/** Tiles of two snapshots may not be put together. Throws: HttpProblem 410. */
function requireSnapshot(request: FastifyRequest, etag: string): void {
  if (pathPart(request, 'snapshot') === etag) return;
  throw new HttpProblem(410, 'the collection has changed since these tiles were named; ask the query again');
}

/** Throws: NotFoundError. */
function planTile(whole: EdrPlan, place: RangeTile): EdrPlan {
  const pieces = whole.kind === 'answer' ? whole.pieces : undefined;
  if (pieces === undefined)
    throw new NotFoundError('the answer has no tiles', { range: shorten(place.range) });
  return pieces.tile(place);
}

/** Throws: NotFoundError. */
function readTile(text: string): Omit<RangeTile, 'range'> {
  const numbers = /^\d{1,9}(?:-\d{1,9}){3}$/.test(text) ? text.split('-').map(Number) : undefined;
  if (numbers === undefined) throw new NotFoundError('no such tile', { tile: shorten(text) });
  const [t, z, y, x] = numbers as [number, number, number, number];
  return { t, z, y, x };
}

import type { FastifyRequest } from 'fastify';
import { NotFoundError } from '../../errors/index.js';
import { type TileMatrixSet, tileMatrixSets } from '../../maps/index.js';
import { baseUrl } from '../http/base-url.js';
import { negotiateJson } from '../http/negotiate.js';
import { shorten } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { matrixSetDocument, matrixSetList } from '../maps/matrix-set-document.js';
import { metadataFormat } from '../parameter-table.js';
import { pathPart, type Route } from '../route.js';

/** The tile matrix sets that tiles are served in. */
export function matrixSetRoutes(): Route[] {
  const common = { method: 'GET', tag: 'Tiles', produces: ['application/json'] } as const;
  return [
    {
      ...common,
      path: '/tileMatrixSets',
      operationId: 'listTileMatrixSets',
      summary: 'Tile matrix sets that tiles are served in',
      parameters: [metadataFormat],
      handle: async (request, reply) => {
        negotiateJson(request, [metadataFormat]);
        return sendDocument(request, reply, { body: matrixSetList(tileMatrixSets, baseUrl(request)) });
      },
    },
    {
      ...common,
      path: '/tileMatrixSets/:tileMatrixSetId',
      operationId: 'getTileMatrixSet',
      summary: 'One tile matrix set, as 2D TMS has it',
      parameters: [metadataFormat],
      handle: async (request, reply) => {
        negotiateJson(request, [metadataFormat]);
        return sendDocument(request, reply, {
          body: matrixSetDocument(matrixSetOf(request), baseUrl(request)),
        });
      },
    },
  ];
}

/** The tile matrix set that a request names. Throws: NotFoundError naming those there are. */
export function matrixSetOf(request: FastifyRequest): TileMatrixSet {
  const id = pathPart(request, 'tileMatrixSetId');
  const set = tileMatrixSets.find((known) => known.id === id);
  if (set !== undefined) return set;
  const known = tileMatrixSets.map((each) => each.id).join(', ');
  throw new NotFoundError('no such tile matrix set', { found: shorten(id), known });
}

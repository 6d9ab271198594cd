import type { FastifyRequest } from 'fastify';
import type { LayerReader } from '../../layer/index.js';
import { baseUrl } from '../http/base-url.js';
import { pathPart, type ServiceContext } from '../route.js';

/** Where collections are served. */
export const collectionPaths = [{ path: '/collections/:collectionId', name: '' }] as const;

/** The collection that a request names. */
export interface AskedLayer {
  readonly layer: LayerReader;
  /** Its address. */
  readonly url: string;
}

/** Throws: NotFoundError. */
export async function askedLayer({ layers }: ServiceContext, request: FastifyRequest): Promise<AskedLayer> {
  const layer = await layers.open(pathPart(request, 'collectionId'));
  return { layer, url: `${baseUrl(request)}/collections/${layer.manifest.layer}` };
}

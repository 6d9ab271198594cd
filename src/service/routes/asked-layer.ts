import type { FastifyRequest } from 'fastify';
import type { LayerReader } from '../../layer/index.js';
import { baseUrl } from '../http/base-url.js';
import { pathPart, type ServiceContext } from '../route.js';

/** Where collections are served: alone, which is their newest snapshot, and as an instance. */
export const collectionPaths = [
  { path: '/collections/:collectionId', name: '' },
  { path: '/collections/:collectionId/instances/:instanceId', name: 'Instance' },
] as const;

/** The collection that a request names. */
export interface AskedLayer {
  readonly layer: LayerReader;
  /** Its address. */
  readonly url: string;
  /** The instance, where one is named. */
  readonly instance?: string;
}

/** Throws: NotFoundError. */
export async function askedLayer(
  { layers, instances }: ServiceContext,
  request: FastifyRequest,
): Promise<AskedLayer> {
  const name = pathPart(request, 'collectionId');
  const instance = pathPart(request, 'instanceId');
  const layer = await (instance === '' ? layers.open(name) : instances.open(name, instance));
  const url = `${baseUrl(request)}/collections/${layer.manifest.layer}`;
  return instance === '' ? { layer, url } : { layer, url: `${url}/instances/${instance}`, instance };
}

import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import type { LayerDirectory } from '../layer-directory.js';
import type { Route } from '../route.js';

const common = { method: 'GET', tag: 'Operations', parameters: [], isInternal: true } as const;

/** Metrics and health, for those who run the service. */
export function operationRoutes(running: {
  readonly registry: Registry;
  /** What /metrics answers, in the registry's own form. */
  readonly printMetrics: () => Promise<string>;
  readonly layers: LayerDirectory;
}): Route[] {
  const { registry, printMetrics, layers } = running;
  return [
    {
      ...common,
      path: '/metrics',
      operationId: 'getMetrics',
      summary: 'Prometheus metrics',
      produces: [registry.contentType],
      handle: async (_request, reply) =>
        reply
          .header('Cache-Control', 'no-store')
          .type(registry.contentType)
          .send(await printMetrics()),
    },
    {
      ...common,
      path: '/health/live',
      operationId: 'getLiveness',
      summary: 'The process answers',
      produces: ['application/json'],
      handle: async (_request, reply) => sendOk(reply),
    },
    {
      ...common,
      path: '/health/ready',
      operationId: 'getReadiness',
      summary: 'The store answers; 503 when it does not',
      produces: ['application/json'],
      handle: async (_request, reply) => {
        await layers.names();
        return sendOk(reply);
      },
    },
  ];
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.header('Cache-Control', 'no-store').send({ status: 'ok' });
}

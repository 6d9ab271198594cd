import type { FastifyReply } from 'fastify';

/** A signal that aborts when the connection closes before the answer is complete. */
export function abortWithClient({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    if (!raw.writableFinished) controller.abort();
  };
  if (raw.destroyed) abort();
  else raw.once('close', abort);
  return controller.signal;
}

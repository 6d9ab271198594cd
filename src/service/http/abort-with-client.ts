import type { FastifyReply } from 'fastify';
import { hasGone, wasCutShort } from './has-gone.js';

/** A signal that aborts when the connection closes before the answer is complete. */
export function abortWithClient({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    if (wasCutShort(raw)) controller.abort();
  };
  if (hasGone(raw)) abort();
  else raw.once('close', abort);
  return controller.signal;
}

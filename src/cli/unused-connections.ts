import type { Server, Socket } from 'node:net';

/**
 * Watches a server for connections on which no request was ever made: browsers open them ahead of need, and
 * a closing server waits for them as if a request were under way. The answer closes those there are.
 */
export function watchUnusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request: { readonly socket: Socket }) => unused.delete(request.socket));
  return () => {
    for (const socket of unused) socket.destroy();
  };
}

import { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type TLSSocket, Server as TlsServer } from 'node:tls';

/**
 * Watches a server for connections on which no request was ever made: browsers open them ahead of need, and
 * a closing server waits for them as if a request were under way. The answer closes those there are. Connections of
 * HTTP/2 are left to the service, which knows their streams.
 */
export function watchUnusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  const watch = (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  };
  if (isTls(server)) {
    server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol !== 'h2') watch(socket);
    });
  } else if (server instanceof Server) server.on('connection', watch);
  server.on('request', (request: { readonly socket: Socket }) => unused.delete(request.socket));
  return () => {
    for (const socket of unused) socket.destroy();
  };
}

function isTls(server: object): boolean {
  return server instanceof TlsServer;
}

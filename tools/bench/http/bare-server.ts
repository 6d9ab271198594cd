import cluster from 'node:cluster';
import { createServer } from 'node:http';

/**
 * The peer: node:http that sends one buffer, whatever is asked, with its type and length and nothing else.
 * Arguments: how many bytes, how many processes. It says its port to whoever started it.
 */
const [sizeBytes, processes] = process.argv.slice(2).map(Number) as [number, number];

if (cluster.isPrimary && processes > 1) {
  for (let i = 0; i < processes; i++) cluster.fork().on('listening', ({ port }) => process.send?.(port));
} else {
  const body = Buffer.alloc(sizeBytes, 'tile');
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(sizeBytes) };
  const server = createServer({ maxHeaderSize: 96 * 1024 }, (_request, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    if (cluster.isPrimary) process.send?.((server.address() as { port: number }).port);
  });
}

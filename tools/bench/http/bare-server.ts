import cluster from 'node:cluster';
import { createServer } from 'node:http';

/**
 * The peer: node:http that sends a buffer, whatever is asked, with its type and length and nothing else.
 * Arguments: of how many bytes, one of how many at random (many come from memory, one from the
 * processor's cache), how many processes. It says its port to whoever started it.
 */
const [sizeBytes, buffers, processes] = process.argv.slice(2).map(Number) as [number, number, number];

if (cluster.isPrimary && processes > 1) {
  for (let i = 0; i < processes; i++) cluster.fork().on('listening', ({ port }) => process.send?.(port));
} else {
  const bodies = Array.from({ length: buffers }, () => Buffer.alloc(sizeBytes, 'tile'));
  let random = 1;
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(sizeBytes) };
  const server = createServer({ maxHeaderSize: 96 * 1024 }, (_request, response) => {
    // A linear congruence: what it costs must not show.
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
    response.writeHead(200, headers);
    response.end(bodies[(random >>> 8) % buffers]);
  });
  server.listen(0, '127.0.0.1', () => {
    if (cluster.isPrimary) process.send?.((server.address() as { port: number }).port);
  });
}

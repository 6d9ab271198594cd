import cluster from 'node:cluster';
import { createServer } from 'node:http';
import type { BigField } from '../../big-field.js';
import { ZarrCoverages } from '../zarr-coverages.js';
import { ZarrPeer } from '../zarr-peer.js';

/**
 * The peer that answers the addresses of our positions from a Zarr, with node:http, zarrita and JSON.stringify.
 * Arguments: where the source is, its field as JSON, how many processes. It says its port to whoever started it.
 */
const [location, field, processes] = process.argv.slice(2) as [string, string, string];

if (cluster.isPrimary && Number(processes) > 1) {
  for (let i = 0; i < Number(processes); i++) {
    cluster.fork().on('listening', ({ port }) => process.send?.(port));
  }
} else {
  const coverages = new ZarrCoverages(await ZarrPeer.open(location), JSON.parse(field) as BigField);
  const server = createServer({ maxHeaderSize: 96 * 1024 }, async (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://localhost');
    const text = await coverages.answer(searchParams.get('coords')!, searchParams.has('datetime'));
    response.writeHead(200, { 'Content-Type': 'application/prs.coverage+json' });
    response.end(text);
  });
  server.listen(0, '127.0.0.1', () => {
    if (cluster.isPrimary) process.send?.((server.address() as { port: number }).port);
  });
}

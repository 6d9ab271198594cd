import { parentPort } from 'node:worker_threads';
import type { EncodingReply, EncodingRequest } from './encoding-protocol.js';
import { type TileWork, workOnTile } from './tile-work.js';

// A thread that encodes one tile after the other.
const works = new Map<number, TileWork>();
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: EncodingRequest) => {
  if (request.kind === 'work') works.set(request.number, request.work);
  else last = last.then(() => answer(request));
});

async function answer({ id, number, key, cells }: EncodingRequest & { kind: 'tile' }): Promise<void> {
  try {
    const tile = await workOnTile(key, cells, works.get(number)!);
    const memory = [tile.bytes, cells, ...(tile.quarter ? [tile.quarter] : [])];
    post(
      { kind: 'done', id, tile, cells },
      memory.map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch {
    post({ kind: 'failed', id, cells }, [cells.buffer as ArrayBuffer]);
  }
}

function post(reply: EncodingReply, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(reply, transfer);
}

import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../../blob/index.js';
import { LayerReader, UnpackedTiles } from '../../layer/index.js';
import type { DrawingReply, DrawingRequest, DrawingSetup } from './drawing-protocol.js';
import { type DrawnTile, type DrawTile, inLanes, openTileDrawer } from './tile-drawer.js';

// A thread that draws the tiles of a set.
const { location, layer, sequence, unpackedBytes, lanes, ...set } = workerData as DrawingSetup;
// What fails here ends the thread; requests wait until there is who listens.
const draw = await openDrawer();

parentPort?.on('message', async ({ id, tiles }: DrawingRequest) => {
  try {
    const drawn = await Promise.all(tiles.map((tile) => draw(tile)));
    const owned = drawn.map(ownMemory);
    post(
      { kind: 'done', id, tiles: owned },
      owned.flatMap(({ bytes }) => (bytes ? [bytes.buffer as ArrayBuffer] : [])),
    );
  } catch {
    post({ kind: 'failed', id }, []);
  }
});

async function openDrawer(): Promise<DrawTile> {
  const unpacked = new UnpackedTiles(unpackedBytes);
  const reader = await LayerReader.open(openStore(location), layer, { sequence, unpacked });
  return inLanes(await openTileDrawer(reader, set), lanes);
}

/** Short buffers share memory, which cannot be given away. */
function ownMemory({ tile, bytes }: DrawnTile): DrawnTile {
  return bytes === undefined ? { tile } : { tile, bytes: new Uint8Array(bytes) };
}

function post(reply: DrawingReply, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(reply, transfer);
}

import { parentPort, workerData } from 'node:worker_threads';
import { readContents } from './hdf5-contents.js';
import { type OpenLibrary, openLibrary } from './hdf5-library.js';
import type { Hdf5Reply, Hdf5Request, Hdf5Setup } from './hdf5-protocol.js';
import { readBlock, readTextVariable } from './hdf5-values.js';
import { TooMuchError } from './too-much-error.js';

// The thread that holds the HDF5 library: compiled to WebAssembly, synchronous, and at the mercy of its input.
let library: Promise<OpenLibrary> | undefined;

parentPort?.on('message', async (request: Hdf5Request) => {
  try {
    library ??= openLibrary(workerData as Hdf5Setup);
    const answer = answerTo(await library, request);
    const isBytes = answer instanceof Uint8Array;
    post({ kind: 'answer', answer }, isBytes ? [answer.buffer as ArrayBuffer] : []);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    post({ kind: 'refused', isDamage: !(error instanceof TooMuchError), reason: reason.slice(0, 160) }, []);
  }
});

function answerTo(open: OpenLibrary, request: Hdf5Request) {
  if (request.kind === 'contents') return readContents(open);
  return request.kind === 'bytes' ? readBlock(open, request) : readTextVariable(open, request);
}

function post(reply: Hdf5Reply, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(reply, transfer);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type BlobStore, openStore } from '../blob/index.js';
import { shareMemory, writeLayer } from '../layer/index.js';
import { openSource } from '../sources/index.js';
import { printNote } from './output.js';
import { type ServeOptions, startService, withServeOptions } from './serve-command.js';

const SAMPLES = ['insolation', 'surface'];

/** `tilecurve demo`, what `npm start` runs: the sample becomes two layers, which are served. */
export function addDemoCommand(program: Command, signal: AbortSignal): void {
  withServeOptions(program.command('demo'))
    .description('write the sample layers to a temporary store and serve them')
    .action((options: ServeOptions) => demoCommand(options, signal));
}

async function demoCommand(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tilecurve-demo-'));
  try {
    const store = openStore(directory);
    for (const layer of SAMPLES) await writeSample(store, layer, signal);
    const { address, closed } = await startService(store, options, signal);
    for (const line of thingsToTry(address, directory)) printNote(line);
    await closed;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeSample(store: BlobStore, layer: string, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  const source = await openSource(samplePath(layer), { maxChunkBytes: shareMemory().chunkBytes, signal });
  try {
    const { tiles, manifest } = await writeLayer(store, source, { layer, signal });
    const parameters = manifest.parameters.map(({ id }) => id).join(', ');
    const ms = Math.round(performance.now() - startedMs);
    printNote(`wrote ${layer}: ${parameters} (${tiles} tiles, ${ms} ms)`);
  } finally {
    await source.close();
  }
}

function samplePath(name: string): string {
  return join(fileURLToPath(import.meta.url), '..', '..', '..', 'data', `${name}.zarr`);
}

function thingsToTry(address: string, directory: string): string[] {
  return [
    '',
    `tilecurve serves two sample layers at ${address}  (Ctrl+C stops)`,
    '',
    'Three things to try:',
    `  the map          ${address}/`,
    `  a time series    curl '${address}/collections/surface/position?coords=POINT(8.5+47.4)&parameter-name=air_temperature'`,
    `  a box, and why it was cheap`,
    `                   npx tilecurve query --store ${directory} --layer insolation --parameter insolation \\`,
    `                     --bbox 0,40,20,50 --datetime 2026-06-21T12:00:00Z --explain`,
    '',
  ];
}

import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { BlobStore } from '../blob/index.js';
import {
  type Location,
  openManifest,
  parseLocationFeatures,
  putLocations,
  readLocations,
} from '../catalog/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { parseLayerName } from '../grid/index.js';
import { openExistingStore, type StoreOptions, withStore } from './layer-options.js';
import { formatTable, printResult } from './output.js';

const MAX_FILE_BYTES = 64 * 1024 * 1024;

interface LocationOptions extends StoreOptions {
  readonly layer: string;
}

/** `locations import`, `ls` and `rm`: the named places of a layer, which clients of `serve` can ask for. */
export function addLocationCommands(program: Command, signal: AbortSignal): void {
  const locations = program.command('locations').description('named places of a layer');
  withLayerName(locations.command('import'))
    .description('make the Points and Polygons of a GeoJSON file the locations of a layer')
    .argument('<file>', 'a FeatureCollection in longitude and latitude, each feature with an id')
    .action((file: string, options: LocationOptions) => importCommand(file, options, signal));
  withLayerName(locations.command('ls'))
    .description('list the locations of a layer')
    .action((options: LocationOptions) => listCommand(options, signal));
  withLayerName(locations.command('rm'))
    .description('remove locations of a layer')
    .argument('[ids...]', 'which')
    .option('--all', 'all of them')
    .action((ids: readonly string[], options: LocationOptions & { readonly all?: boolean }) =>
      removeCommand(ids, options, signal),
    );
}

function withLayerName(command: Command): Command {
  return withStore(command).requiredOption('--layer <name>', 'the layer');
}

async function importCommand(file: string, options: LocationOptions, signal: AbortSignal): Promise<void> {
  const { store, layer } = await openLayer(options, signal);
  const locations = parseFile(await readText(file, signal), file);
  await putLocations(store, { layer, locations }, { signal });
  printResult({ isJson: options.json === true }, { layer, locations: locations.length }, () => [
    `${layer} has ${locations.length} locations`,
  ]);
}

async function listCommand(options: LocationOptions, signal: AbortSignal): Promise<void> {
  const { store, layer } = await openLayer(options, signal);
  const locations = await readLocations(store, layer, { signal });
  printResult({ isJson: options.json === true }, { layer, locations }, () =>
    formatTable(locations.map(({ id, title, geometry }) => [id, title, geometry.type])),
  );
}

async function removeCommand(
  ids: readonly string[],
  options: LocationOptions & { readonly all?: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (ids.length > 0 === (options.all === true)) {
    throw new InvalidArgumentError('which locations? give their ids, or --all', { argument: 'ids' });
  }
  const { store, layer } = await openLayer(options, signal);
  // All of them can be removed though they are damaged.
  const locations = options.all ? [] : without(await readLocations(store, layer, { signal }), ids);
  await putLocations(store, { layer, locations }, { signal });
  printResult({ isJson: options.json === true }, { layer, locations: locations.length }, () => [
    `${layer} has ${locations.length} locations`,
  ]);
}

function without(locations: readonly Location[], ids: readonly string[]): Location[] {
  const missing = ids.find((id) => !locations.some((location) => location.id === id));
  if (missing !== undefined) throw new NotFoundError('no such location', { location: missing });
  return locations.filter(({ id }) => !ids.includes(id));
}

/** Throws: NotFoundError when the store, or the layer, is not there. */
async function openLayer(
  options: LocationOptions,
  signal: AbortSignal,
): Promise<{ readonly store: BlobStore; readonly layer: string }> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  await openManifest(store, { layer }, { signal });
  return { store, layer };
}

async function readText(file: string, signal: AbortSignal): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) throw new NotFoundError('no such file', { file });
  if (info.size > MAX_FILE_BYTES) {
    throw new InvalidArgumentError('the file is too large', {
      file,
      found: info.size,
      allowed: MAX_FILE_BYTES,
    });
  }
  return readFile(file, { encoding: 'utf8', signal });
}

function parseFile(text: string, file: string): Location[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError('the file is not JSON', { file }, { cause });
  }
  return parseLocationFeatures(value);
}

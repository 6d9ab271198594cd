import { stat } from 'node:fs/promises';
import { type Command, InvalidArgumentError as InvalidOptionError } from 'commander';
import { type BlobStore, type DirectoryStoreOptions, openStore } from '../blob/index.js';
import { parseTagName, readTag } from '../catalog/index.js';
import { describeError, InvalidArgumentError, NotFoundError, TilecurveError } from '../errors/index.js';
import { parseLayerName } from '../grid/index.js';

/** Options every command that works on a store has. */
export interface StoreOptions {
  readonly store: string;
  readonly json?: boolean;
}

/** Options of a command that reads one layer. */
export interface LayerOptions extends StoreOptions {
  readonly layer: string;
  readonly snapshot?: SnapshotName;
}

/** Options of a command that reads one layer, or all when none is named. */
export interface AnyLayerOptions extends StoreOptions {
  readonly layer?: string;
  readonly snapshot?: SnapshotName;
}

/** A snapshot as a person names it: its number, or a tag. */
export type SnapshotName = number | string;

/** Adds `--store` and `--json`. */
export function withStore(command: Command): Command {
  return command
    .requiredOption('--store <location>', 'where layers live: a directory')
    .option('--json', 'print exactly one JSON document');
}

/** Adds `--store`, `--layer`, `--snapshot` and `--json`. */
export function withLayer(command: Command): Command {
  return withSnapshot(withStore(command).requiredOption('--layer <name>', 'the layer'));
}

/** As `withLayer`, for commands that take all layers when none is named. */
export function withAnyLayer(command: Command): Command {
  return withSnapshot(withStore(command).option('--layer <name>', 'the layer (default: all)'));
}

function withSnapshot(command: Command): Command {
  return command.option(
    '--snapshot <which>',
    'number or tag of the snapshot to read',
    asOption(parseSnapshot),
  );
}

/** The number of the snapshot asked for; undefined when none is, which means the newest. */
export async function chosenSnapshot(
  store: BlobStore,
  { layer, snapshot }: { readonly layer: string; readonly snapshot?: SnapshotName },
  signal: AbortSignal,
): Promise<number | undefined> {
  if (typeof snapshot !== 'string') return snapshot;
  return (await readTag(store, { layer: parseLayerName(layer), name: snapshot }, { signal })).sequence;
}

/** The number of a snapshot, or the name of a tag. */
export function parseSnapshot(text: string): SnapshotName {
  return /^\d/.test(text) ? parseCount(text) : parseTagName(text);
}

/** A store that outlives the command. Nothing is read or created yet. */
export function openLastingStore(location: string, options?: DirectoryStoreOptions): BlobStore {
  const store = openStore(location, options);
  if (location === 'memory:') {
    throw new InvalidArgumentError('a store in memory would end with the command', { found: location });
  }
  return store;
}

/** A store to read from: it must be there. */
export async function openExistingStore(
  location: string,
  options?: DirectoryStoreOptions,
): Promise<BlobStore> {
  const store = openLastingStore(location, options);
  const found = await stat(location).catch(() => undefined);
  if (!found?.isDirectory()) throw new NotFoundError('no such store', { store: location });
  return store;
}

/** A whole number of at least 0. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('not a whole number of at least 0', { found: text });
  }
  return count;
}

/** `parse` for an option: what it refuses is wrong usage of that option, and says so by the option's name. */
export function asOption<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof TilecurveError) throw new InvalidOptionError(describeError(error));
      throw error;
    }
  };
}

/** Names separated by commas. */
export function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('a name is empty', { found: text });
  return names;
}

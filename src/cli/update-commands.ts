import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { BlobStore } from '../blob/index.js';
import { formatByteSize, parseByteSize } from '../bytes/index.js';
import { openManifest } from '../catalog/index.js';
import { chooseCells } from '../edr/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { parseLayerName } from '../grid/index.js';
import {
  type ErasedCells,
  eraseCells,
  type MergeMode,
  mergeModes,
  stagingFolder,
  type UpdateResult,
  updateLayer,
} from '../layer/index.js';
import { collectAxis } from './axis-options.js';
import { asOption, openExistingStore, parseNames, type StoreOptions, withStore } from './layer-options.js';
import { printResult } from './output.js';
import { type ProgressOptions, showProgress, withProgressOption } from './progress.js';
import { openCommandSource, type SourceOptions, withSource } from './source-options.js';

interface ChangeOptions extends StoreOptions, SourceOptions, ProgressOptions {
  readonly layer: string;
  readonly segmentBytes?: number;
}

interface UpdateCommandOptions extends ChangeOptions {
  readonly merge: MergeMode;
}

interface EraseCommandOptions extends ChangeOptions {
  readonly bbox?: string;
  readonly datetime?: string;
  readonly z?: string;
  readonly axis: Readonly<Record<string, string>>;
}

/** `update` and `erase`: change cells of a layer, rewriting only the segments that hold them. */
export function addUpdateCommands(program: Command, signal: AbortSignal): void {
  withSource(withChange(program.command('update')))
    .description('bring the cells of a source into a layer, matched by axis values')
    .option(
      '--merge <mode>',
      `where both have data: ${mergeModes.join(', ')}`,
      asOption(parseMergeMode),
      'replace',
    )
    .action((source: string, options: UpdateCommandOptions) => updateCommand(source, options, signal));
  withChange(program.command('erase'))
    .description('take the data out of the cells of a box, of times, of levels')
    .option('--parameters <names>', 'only these parameters, separated by commas', asOption(parseNames))
    .option('--memory <size>', 'memory the command may use (default: 512MiB)', asOption(parseByteSize))
    .option('--bbox <w,s,e,n>', "in the layer's own CRS (default: all columns and rows)")
    .option('--datetime <when>', 'an instant, a list a,b, an interval a/b, ../b or a/.. (default: all)')
    .option('--z <levels>', 'a level, a list, or an interval a/b (default: all)')
    .option('--axis <name=value>', 'value on a custom axis (repeatable)', collectAxis, {})
    .action((options: EraseCommandOptions) => eraseCommand(options, signal));
}

function withChange(command: Command): Command {
  return withProgressOption(withStore(command))
    .requiredOption('--layer <name>', 'the layer')
    .option('--segment-bytes <size>', 'largest segment file (default: 64MiB)', asOption(parseByteSize));
}

async function updateCommand(
  location: string,
  options: UpdateCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const source = await openCommandSource(location, options, signal);
  try {
    await change(
      options,
      (common) => updateLayer(store, source, { layer, merge: options.merge, ...common }),
      signal,
    );
  } finally {
    await source.close();
  }
}

async function eraseCommand(options: EraseCommandOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const asked = [options.bbox, options.datetime, options.z, ...Object.values(options.axis)];
  if (asked.every((text) => text === undefined)) {
    throw new InvalidArgumentError('say which cells: --bbox, --datetime, --z or --axis', { layer });
  }
  const cells = await cellsToErase(store, { ...options, layer }, signal);
  await change(options, (common) => eraseCells(store, cells, { layer, ...common }), signal);
}

async function cellsToErase(
  store: BlobStore,
  { layer, bbox, datetime, z, axis: custom, parameters: named }: EraseCommandOptions,
  signal: AbortSignal,
): Promise<ErasedCells> {
  const { grid, parameters } = await openManifest(store, { layer }, { signal });
  const restricted = [...(datetime ? ['t'] : []), ...(z ? ['z'] : []), ...Object.keys(custom)];
  // What has no time is not of the times to be erased.
  const affected = parameters.filter(({ axes }) => restricted.every((name) => axes.includes(name)));
  const unknown = named?.find((id) => !affected.some((parameter) => parameter.id === id));
  if (unknown !== undefined || affected.length === 0) {
    throw new NotFoundError('no parameter of that name with these axes', {
      parameter: unknown,
      axes: restricted,
      known: affected.map(({ id }) => id),
    });
  }
  const everyAxis = [
    ...(grid.t ? ['t'] : []),
    ...(grid.z ? ['z'] : []),
    ...grid.custom.map(({ name }) => name),
  ];
  const request = { bbox, crs: grid.crs.id, datetime, z, custom };
  const cells = chooseCells(grid, { ...affected[0]!, axes: everyAxis }, request);
  if (cells === undefined) throw new NotFoundError('no cell matches', { bbox, datetime, z, ...custom });
  return { ...cells.query, parameters: named ?? affected.map(({ id }) => id) };
}

type CommonOptions = Parameters<typeof eraseCells>[2] extends infer T ? Omit<T & object, 'layer'> : never;

async function change(
  options: ChangeOptions,
  run: (common: CommonOptions) => Promise<UpdateResult>,
  signal: AbortSignal,
): Promise<void> {
  const progress = showProgress(options.progress);
  try {
    const startedMs = performance.now();
    const { manifest, ...work } = await run({
      signal,
      onProgress: progress.update,
      stagingDirectory: stagingFolder(join(resolve(options.store), 'staging'), options.layer, process.pid),
      ...(options.memory !== undefined && { memoryBytes: options.memory }),
      ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
    });
    progress.end();
    const seconds = (performance.now() - startedMs) / 1000;
    const { layer, sequence, operation } = manifest;
    printResult(
      { isJson: options.json === true },
      { layer, snapshot: sequence, operation, ...work, seconds },
      () => [
        `${operation} of ${layer} (snapshot ${sequence}): ${work.tiles} tiles; ` +
          `${work.segmentsReplaced} segments of ${formatByteSize(work.bytesReplaced)} became ` +
          `${work.segmentsWritten} of ${formatByteSize(work.bytesWritten)}, ${seconds.toFixed(1)} s`,
      ],
    );
  } finally {
    progress.end();
  }
}

function parseMergeMode(text: string): MergeMode {
  const mode = mergeModes.find((known) => known === text);
  if (mode === undefined) {
    throw new InvalidArgumentError('unknown merge mode', { found: text, allowed: mergeModes });
  }
  return mode;
}

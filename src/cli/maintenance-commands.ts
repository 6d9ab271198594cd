import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { formatByteSize, parseByteSize } from '../bytes/index.js';
import { type CodecName, parseCodecName } from '../codec/index.js';
import { type CurveName, parseCurveName } from '../curve/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import { parseDuration, parseLayerName, type TileShape } from '../grid/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  defaultKeptSnapshots,
  moveLayer,
  type ReindexOptions,
  rebuildLayer,
  reindexLayer,
  stagingFolder,
} from '../layer/index.js';
import { collectGarbageSeldom } from './garbage.js';
import {
  asOption,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  parseCount,
  type StoreOptions,
  withLayer,
  withStore,
} from './layer-options.js';
import { formatTable, printResult } from './output.js';
import { type ProgressOptions, showProgress, withProgressOption } from './progress.js';
import { parseLevels, parseTileShape } from './write-command.js';

interface TargetOptions extends LayerOptions, ProgressOptions {
  readonly to: string;
}

interface ReindexCommandOptions extends LayerOptions, ProgressOptions {
  readonly to?: string;
  readonly curve?: CurveName;
  readonly temporalResolution?: string;
  readonly tileShape?: Partial<TileShape>;
  readonly codec?: CodecName;
  readonly levels?: 'auto' | 1;
  readonly segmentBytes?: number;
  readonly memory?: number;
}

interface CompactCommandOptions extends LayerOptions, ProgressOptions {
  readonly segmentBytes?: number;
}

interface GarbageCommandOptions extends StoreOptions, ProgressOptions {
  readonly layer?: string;
  readonly keep: number;
  readonly grace?: number;
  readonly dryRun?: boolean;
}

interface RebuildCommandOptions extends LayerOptions, ProgressOptions {
  readonly force?: boolean;
  readonly partial?: boolean;
}

/** `copy`, `move`, `reindex`, `compact`, `gc` and `rebuild`: keep layers in good shape. */
export function addMaintenanceCommands(program: Command, signal: AbortSignal): void {
  withProgressOption(withLayer(program.command('copy')))
    .description('make a new layer with the content of another; both share their segments')
    .requiredOption('--to <name>', 'the new layer')
    .action((options: TargetOptions) => copyCommand(options, signal));
  withProgressOption(withStore(program.command('move')))
    .description('give a layer another name; its older snapshots and tags are not kept')
    .requiredOption('--layer <name>', 'the layer')
    .requiredOption('--to <name>', 'its new name')
    .action((options: TargetOptions) => moveCommand(options, signal));
  addReindexCommand(program, signal);
  withProgressOption(withStore(program.command('compact')))
    .description('merge small segments and split large ones')
    .requiredOption('--layer <name>', 'the layer')
    .option('--segment-bytes <size>', 'size aimed at (default: 64MiB)', asOption(parseByteSize))
    .action((options: CompactCommandOptions) => compactCommand(options, signal));
  withProgressOption(withStore(program.command('gc')))
    .description('remove old snapshots and files that belong to no snapshot')
    .option('--layer <name>', 'this layer only (default: all)')
    .option(
      '--keep <n>',
      'newest snapshots that stay; tagged ones stay too',
      asOption(parseCount),
      defaultKeptSnapshots,
    )
    .option(
      '--grace <time>',
      'what was needed this short ago stays: 90m, 24h, 7d (default: 24h)',
      asOption(parseGrace),
    )
    .option('--dry-run', 'list what would be removed')
    .action((options: GarbageCommandOptions) => garbageCommand(options, signal));
  withProgressOption(withLayer(program.command('rebuild')))
    .description('make the manifest of a layer anew from its segments when manifests are lost or damaged')
    .option('--force', 'also while the newest manifest is intact')
    .option('--partial', 'leave out segments that are lost or damaged')
    .action((options: RebuildCommandOptions) => rebuildCommand(options, signal));
}

function addReindexCommand(program: Command, signal: AbortSignal): void {
  withProgressOption(withLayer(program.command('reindex')))
    .description('write a layer anew with another curve, tile shape, codec or segment size')
    .option('--to <name>', 'a new layer (default: the next snapshot of the same layer)')
    .option('--curve <name>', 'hilbert, zorder or rowmajor', asOption(parseCurveName))
    .option('--temporal-resolution <duration>', 'time bins of the curve, e.g. PT6H; none: one per time tile')
    .option('--tile-shape <sizes>', 'cells per tile, e.g. t=24,row=64,col=64', asOption(parseTileShape))
    .option('--codec <name>', 'raw, deflate, shuffle-deflate, zstd or shuffle-zstd', asOption(parseCodecName))
    .option('--levels <which>', 'auto or 1', asOption(parseLevels))
    .option('--segment-bytes <size>', 'largest segment file (default: 64MiB)', asOption(parseByteSize))
    .option('--memory <size>', 'memory the command may use (default: 512MiB)', asOption(parseByteSize))
    .action((options: ReindexCommandOptions) => reindexCommand(options, signal));
}

async function copyCommand(options: TargetOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const { layer, to } = namesOf(options);
  const sequence = await chosenSnapshot(store, options, signal);
  const manifest = await withProgress(options, (onProgress) =>
    copyLayer(store, { layer, to }, { sequence, signal, onProgress }),
  );
  const { sequence: snapshot, uuid } = manifest;
  printResult({ isJson: options.json === true }, { layer, to, snapshot, uuid }, () => [
    `copied ${layer} to ${to} (snapshot ${snapshot})`,
  ]);
}

async function moveCommand(options: TargetOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const { layer, to } = namesOf(options);
  const manifest = await withProgress(options, (onProgress) =>
    moveLayer(store, { layer, to }, { signal, onProgress }),
  );
  const { sequence: snapshot, uuid } = manifest;
  printResult({ isJson: options.json === true }, { layer, to, snapshot, uuid }, () => [
    `moved ${layer} to ${to} (snapshot ${snapshot})`,
  ]);
}

function namesOf(options: TargetOptions): { readonly layer: string; readonly to: string } {
  return { layer: parseLayerName(options.layer), to: parseLayerName(options.to) };
}

async function reindexCommand(options: ReindexCommandOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const to = options.to === undefined ? undefined : parseLayerName(options.to);
  if (to === undefined && options.snapshot !== undefined) {
    throw new InvalidArgumentError('an older snapshot is reindexed into a new layer', { expected: '--to' });
  }
  const sequence = await chosenSnapshot(store, options, signal);
  collectGarbageSeldom(options.memory);
  const startedMs = performance.now();
  const { manifest, tiles, segments, bytes } = await withProgress(options, (onProgress) =>
    reindexLayer(store, layer, {
      ...reindexOptions(options),
      ...(to !== undefined && { to, sequence }),
      stagingDirectory: stagingFolder(join(resolve(options.store), 'staging'), to ?? layer),
      signal,
      onProgress,
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const { layer: written, sequence: snapshot, keyIndex, tileShape, codec } = manifest;
  const curve = keyIndex.curve.name;
  printResult(
    { isJson: options.json === true },
    { layer: written, snapshot, curve, tileShape, codec, tiles, segments, bytes, seconds },
    () => [
      `reindexed ${layer}${to ? ` into ${to}` : ''} (snapshot ${snapshot}): ${curve}, ${tiles} tiles in ${segments} ` +
        `segments, ${formatByteSize(bytes)}, ${seconds.toFixed(1)} s`,
    ],
  );
}

function reindexOptions(options: ReindexCommandOptions): ReindexOptions {
  const { curve, temporalResolution, tileShape, codec, levels, segmentBytes, memory } = options;
  return {
    ...(curve !== undefined && { curve }),
    ...(temporalResolution !== undefined && {
      temporalResolution: temporalResolution === 'none' ? null : temporalResolution,
    }),
    ...(tileShape && { tileShape }),
    ...(codec !== undefined && { codec }),
    ...(levels !== undefined && { levels }),
    ...(segmentBytes !== undefined && { segmentBytes }),
    ...(memory !== undefined && { memoryBytes: memory }),
  };
}

async function compactCommand(options: CompactCommandOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const { segmentBytes } = options;
  const report = await withProgress(options, (onProgress) =>
    compactLayer(store, layer, { signal, onProgress, ...(segmentBytes !== undefined && { segmentBytes }) }),
  );
  const { segmentsRead, segmentsWritten, bytesWritten, snapshot, skipped } = report;
  printResult({ isJson: options.json === true }, report, () => [
    segmentsRead === 0
      ? `${layer}: nothing to compact`
      : `compacted ${layer} (snapshot ${snapshot}): ${segmentsRead} segments became ${segmentsWritten}, ` +
        `${formatByteSize(bytesWritten)} written`,
    ...(skipped > 0 ? [`${skipped} places were changed by another writer meanwhile and left alone`] : []),
  ]);
}

async function garbageCommand(options: GarbageCommandOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const report = await withProgress(options, (onProgress) =>
    collectGarbage(store, {
      ...(options.layer !== undefined && { layer: parseLayerName(options.layer) }),
      keep: options.keep,
      ...(options.grace !== undefined && { graceMs: options.grace }),
      isDryRun: options.dryRun === true,
      stagingDirectory: join(resolve(options.store), 'staging'),
      signal,
      onProgress,
    }),
  );
  const { segments, snapshots, files, bytes, temporaryFiles, staging } = report;
  const busy = report.layers.filter((garbage) => garbage.files.length > 0 || garbage.error !== undefined);
  printResult({ isJson: options.json === true }, report, () => [
    ...formatTable(
      busy.map(({ layer, files: gone, error, bytes: size }) => [
        layer,
        error === undefined ? `${gone.length} files, ${formatByteSize(size)}` : `error: ${error}`,
      ]),
    ),
    ...(report.isDryRun ? report.layers.flatMap((garbage) => garbage.files) : []),
    `${report.isDryRun ? 'would remove' : 'removed'} ${segments} segments and ${snapshots} snapshots ` +
      `(${files} files, ${formatByteSize(bytes)}), ${temporaryFiles} temporary files, ${staging.length} staging folders`,
  ]);
  if (report.layers.some(({ error }) => error !== undefined)) process.exitCode = 1;
}

async function rebuildCommand(options: RebuildCommandOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const report = await withProgress(options, (onProgress) =>
    rebuildLayer(store, layer, {
      isForced: options.force === true,
      isPartial: options.partial === true,
      sequence,
      signal,
      onProgress,
    }),
  );
  printResult({ isJson: options.json === true }, report, () => [
    `rebuilt ${layer} as snapshot ${report.snapshot} from the head of ${report.rebuilt}: ` +
      `${report.segments} segments, ${formatByteSize(report.bytes)} verified`,
    ...report.lost.map(({ path, fault }) => `lost ${path}: ${fault}`),
  ]);
}

/** Shows how far `work` is while it runs. */
async function withProgress<T>(
  options: ProgressOptions,
  work: (onProgress: ReturnType<typeof showProgress>['update']) => Promise<T>,
): Promise<T> {
  const progress = showProgress(options.progress);
  try {
    return await work(progress.update);
  } finally {
    progress.end();
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `0s`, `90m`, `24h`, `7d`, or an ISO 8601 duration. */
function parseGrace(text: string): number {
  const short = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (short) return Number(short[1]) * UNITS_MS[short[2]!]!;
  if (!text.startsWith('P')) {
    throw new InvalidArgumentError('not a time', { found: text, expected: '0s, 90m, 24h, 7d or PT24H' });
  }
  const { months, ms } = parseDuration(text);
  if (months === 0) return ms;
  throw new InvalidArgumentError('months have no fixed length', { found: text });
}

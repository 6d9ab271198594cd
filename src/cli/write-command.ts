import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { formatByteSize, parseByteSize } from '../bytes/index.js';
import { type LevelMethod, levelMethods } from '../catalog/index.js';
import { type CodecName, parseCodecName } from '../codec/index.js';
import { type CurveName, parseCurveName } from '../curve/index.js';
import { describeError, InvalidArgumentError } from '../errors/index.js';
import { parseLayerName, type TileShape } from '../grid/index.js';
import { stagingFolder, writeLayer } from '../layer/index.js';
import type { Source } from '../sources/index.js';
import { fileEvidence } from './file-evidence.js';
import {
  asOption,
  openLastingStore,
  parseCount,
  parseNames,
  type StoreOptions,
  withStore,
} from './layer-options.js';
import { printNote, printResult } from './output.js';
import { type ProgressMode, showProgress, withProgressOption } from './progress.js';
import { openCommandSource, type SourceOptions, withSource } from './source-options.js';

interface WriteCommandOptions extends StoreOptions, SourceOptions {
  readonly layer: string;
  readonly title?: string;
  readonly curve?: CurveName;
  readonly temporalResolution?: string;
  readonly tileShape?: Partial<TileShape>;
  readonly segmentBytes?: number;
  readonly codec?: CodecName;
  readonly levels: 'auto' | 1;
  readonly levelMethod?: LevelMethods;
  readonly overwrite?: boolean;
  readonly resume: boolean;
  readonly checkpointMs?: number;
  readonly progress: ProgressMode;
}

/** `tilecurve write <source> --store S --layer L`: a source becomes a layer. */
export function addWriteCommand(program: Command, signal: AbortSignal): void {
  withProgressOption(withSource(withStore(program.command('write'))))
    .description('write a source as a layer')
    .requiredOption('--layer <name>', 'name of the layer: [a-z0-9][a-z0-9_.-]{0,63}')
    .option('--title <text>', 'title for people; from the source when not given')
    .option('--curve <name>', 'hilbert, zorder or rowmajor (default: hilbert)', asOption(parseCurveName))
    .option(
      '--temporal-resolution <duration>',
      'time bins of the curve, e.g. PT6H (default: one per time tile)',
    )
    .option(
      '--tile-shape <sizes>',
      'cells per tile, e.g. t=24,row=64,col=64 (default: fits the grid)',
      asOption(parseTileShape),
    )
    .option('--segment-bytes <size>', 'largest segment file (default: 64MiB)', asOption(parseByteSize))
    .option('--codec <name>', 'raw, deflate, shuffle-deflate, zstd or shuffle-zstd', asOption(parseCodecName))
    .option(
      '--levels <which>',
      'auto: the native level and coarser ones for maps; 1: the native one only',
      asOption(parseLevels),
      'auto',
    )
    .option(
      '--level-method <methods>',
      'how cells make a coarser one: mean, nearest, mode, min, max, median; for one parameter name=method; repeat by commas',
      asOption(parseLevelMethods),
    )
    .option('--overwrite', 'replace the layer if it exists, in one step')
    .option('--no-resume', 'begin anew what an earlier, interrupted write of the same left')
    .addOption(
      new Option('--checkpoint-ms <ms>', 'work that a kill may cost (default: 5000)')
        .argParser(asOption(parseCount))
        .hideHelp(),
    )
    .action((source: string, options: WriteCommandOptions) => writeCommand(source, options, signal));
}

async function writeCommand(
  location: string,
  options: WriteCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const layer = parseLayerName(options.layer);
  const { memory: memoryBytes } = options;
  const store = openLastingStore(options.store);
  const source = await openCommandSource(location, options, signal);
  const progress = showProgress(options.progress);
  const stagingDirectory = stagingFolder(join(resolve(options.store), 'staging'), layer);
  try {
    const startedMs = performance.now();
    const result = await writeLayer(store, withEvidence(source, location), {
      layer,
      signal,
      onProgress: progress.update,
      onNote: (text) => {
        progress.end();
        printNote(`tilecurve: ${text}`);
      },
      stagingDirectory,
      ...(!options.resume && { isAnew: true }),
      ...(options.checkpointMs !== undefined && { checkpointMs: options.checkpointMs }),
      levels: options.levels,
      ...(options.title !== undefined && { title: options.title }),
      ...(options.curve !== undefined && { curve: options.curve }),
      ...(options.temporalResolution !== undefined && { temporalResolution: options.temporalResolution }),
      ...(options.tileShape && { tileShape: options.tileShape }),
      ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
      ...(options.codec !== undefined && { codec: options.codec }),
      ...(options.levelMethod && { levelMethods: methodsFor(source.parameters, options.levelMethod) }),
      ...(memoryBytes !== undefined && { memoryBytes }),
      ...(options.overwrite && { overwrite: true }),
    });
    progress.end();
    const { manifest, tiles, segments, bytes, resumed } = result;
    const seconds = (performance.now() - startedMs) / 1000;
    const parameters = manifest.parameters.map(({ id }) => id);
    printResult(
      { isJson: options.json === true },
      {
        layer,
        snapshot: manifest.sequence,
        parameters,
        tiles,
        segments,
        bytes,
        seconds,
        ...(resumed && { resumed }),
      },
      () => [
        `wrote ${layer} (snapshot ${manifest.sequence}): ${parameters.join(', ')}; ${tiles} tiles in ${segments} ` +
          `${segments === 1 ? 'segment' : 'segments'}, ${formatByteSize(bytes)}, ${seconds.toFixed(1)} s`,
        ...(resumed
          ? [`of these ${resumed.cells} cells and ${resumed.segments} segments by an earlier write`]
          : []),
      ],
    );
  } catch (error) {
    if (!signal.aborted || !existsSync(stagingDirectory)) throw error;
    throw new Error(`${describeError(error)}; the same command again goes on from here`, { cause: error });
  } finally {
    progress.end();
    await source.close();
  }
}

/** The source, telling when its files change if it cannot do so itself. */
function withEvidence(source: Source, location: string): Source {
  if (source.fingerprint) return source;
  return Object.assign(source, { fingerprint: (signal?: AbortSignal) => fileEvidence(location, signal) });
}

/** Which levels to write. */
export function parseLevels(text: string): 'auto' | 1 {
  if (text === 'auto') return text;
  if (text === '1') return 1;
  throw new InvalidArgumentError('levels are auto or 1', { found: text });
}

/** Cells per tile along some of t, z, row and col, such as `t=24,row=64`. */
export function parseTileShape(text: string): Partial<TileShape> {
  const shape: Partial<Record<keyof TileShape, number>> = {};
  for (const part of text.split(',')) {
    const [, axis, size] = /^(t|z|row|col)=(\d+)$/.exec(part) ?? [];
    if (axis === undefined || shape[axis as keyof TileShape] !== undefined) {
      throw new InvalidArgumentError('a tile shape gives t, z, row or col a size each', { found: part });
    }
    shape[axis as keyof TileShape] = parseCount(size!);
  }
  return shape;
}

/** By parameter; the one named '' is for all that are not named. */
type LevelMethods = ReadonlyMap<string, LevelMethod>;

function parseLevelMethods(text: string): LevelMethods {
  return new Map(
    parseNames(text).map((part) => {
      const at = part.lastIndexOf('=');
      const method = levelMethods.find((known) => known === part.slice(at + 1));
      if (method !== undefined) return [part.slice(0, Math.max(at, 0)), method];
      throw new InvalidArgumentError('unknown level method', { found: part, allowed: levelMethods });
    }),
  );
}

function methodsFor(
  parameters: readonly { readonly id: string }[],
  methods: LevelMethods,
): Record<string, LevelMethod> {
  const common = methods.get('');
  const named = [...methods].filter(([id]) => id !== '');
  return Object.fromEntries([...(common ? parameters.map(({ id }) => [id, common] as const) : []), ...named]);
}

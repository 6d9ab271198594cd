import { lstat, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { formatByteSize, parseByteSize } from '../../bytes/index.js';
import { ConflictError, InvalidArgumentError } from '../../errors/index.js';
import { parseLayerName } from '../../grid/index.js';
import { defaultMemoryBytes, LayerReader, UnpackedTiles } from '../../layer/index.js';
import {
  planTileSet,
  type Resampling,
  resamplings,
  type TileSetFormat,
  type TileSetRequest,
} from '../../maps/index.js';
import { collectAxis } from '../axis-options.js';
import { collectGarbageSeldom } from '../garbage.js';
import {
  asOption,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  parseCount,
  withLayer,
} from '../layer-options.js';
import { printResult } from '../output.js';
import { type ProgressMode, showProgress, withProgressOption } from '../progress.js';
import { parseBounds, parseColourRange, parseTileFormat, parseZooms } from './export-texts.js';
import { type ExportTarget, exportTiles } from './export-tiles.js';
import { shareWork } from './share-work.js';

const defaultMaxTiles = 1_000_000;
const maxWorkers = 64;

interface ExportOptions extends LayerOptions {
  readonly to: string;
  readonly parameter?: string;
  readonly datetime?: string;
  readonly z?: string;
  readonly axis: Readonly<Record<string, string>>;
  readonly style?: string;
  readonly range?: { readonly low: number; readonly high: number };
  readonly resampling?: Resampling;
  readonly format: TileSetFormat;
  readonly zooms?: TileSetRequest['zooms'];
  readonly bbox?: TileSetRequest['bbox'];
  readonly maxTiles: number;
  readonly memory: number;
  readonly workers: number;
  readonly overwrite: boolean;
  readonly resume: boolean;
  readonly progress: ProgressMode;
}

/** `tilecurve export`: map tiles or data tiles of a layer as files. */
export function addExportCommand(program: Command, signal: AbortSignal): void {
  withProgressOption(withLayer(program.command('export')))
    .description(
      'map tiles or data tiles of a layer as a PMTiles file or a z/x/y folder, for use without a server',
    )
    .requiredOption('--to <path>', 'file.pmtiles, or a folder with a / behind it')
    .option('--parameter <id>', 'the parameter (default: the first)')
    .option('--datetime <when>', 'an instant (default: the newest)')
    .option('--z <level>', 'a level (default: the first)')
    .option('--axis <name=value>', 'value on a custom axis (repeatable; default: the first)', collectAxis, {})
    .option('--style <style>', 'a colour ramp by name, or a style as JSON (default: viridis)')
    .option('--range <low,high>', 'values of the first and the last colour', asOption(parseColourRange))
    .addOption(
      new Option('--resampling <how>', 'how pixels take cells (default: nearest)').choices([...resamplings]),
    )
    .option('--format <form>', 'png, webp, jpg, f32, f16, q16 or q24', asOption(parseTileFormat), 'png')
    .option('--zooms <min-max>', 'default: 0 to where a pixel is as large as a cell', asOption(parseZooms))
    .option(
      '--bbox <w,s,e,n>',
      'degrees; w > e crosses the antimeridian (default: all)',
      asOption(parseBounds),
    )
    .option('--max-tiles <number>', 'largest number of tiles', asOption(parseCount), defaultMaxTiles)
    .addOption(
      new Option('--memory <size>', 'memory for tiles that are drawn')
        .argParser(asOption(parseByteSize))
        .default(defaultMemoryBytes, formatByteSize(defaultMemoryBytes)),
    )
    .option('--workers <number>', 'threads that draw; 1: none beside the main one', asOption(parseWorkers), 1)
    .option('--overwrite', 'replace the file if it exists', false)
    .option('--no-resume', 'begin anew what an earlier, interrupted export of the same left')
    .action((options: ExportOptions) => exportCommand(options, signal));
}

async function exportCommand(options: ExportOptions, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  collectGarbageSeldom(options.memory);
  await checkTarget(options);
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const shares = shareWork({ memoryBytes: options.memory, workers: options.workers });
  // Threads that draw keep unpacked tiles of their own.
  const unpacked = new UnpackedTiles(shares.threads === 1 ? shares.unpackedBytes : 0);
  const reader = await LayerReader.open(store, layer, { sequence, signal, unpacked });
  try {
    const plan = planTileSet(reader, tileSetRequest(options));
    const { to, format, overwrite, resume, progress } = options;
    const target: ExportTarget = {
      path: resolve(to),
      kind: isFolder(to) ? 'folder' : 'archive',
      isReplacing: overwrite,
    };
    const { tiles, contents, bytes, resumed } = await exportTiles(reader, plan, {
      target,
      location: options.store,
      shares,
      isAnew: !resume,
      progress: showProgress(progress),
      signal,
    });
    const { minZoom, maxZoom } = plan;
    const seconds = (performance.now() - startedMs) / 1000;
    const snapshot = reader.manifest.sequence;
    const counts = { tiles, empty: plan.tiles - tiles, contents, bytes, ...(resumed > 0 && { resumed }) };
    printResult(
      { isJson: options.json === true },
      { layer, snapshot, to, format, minZoom, maxZoom, ...counts, seconds },
      () => [
        `exported ${layer} (snapshot ${snapshot}) to ${to}: zooms ${minZoom} to ${maxZoom}, ${tiles} tiles ` +
          `(${contents} stored, ${counts.empty} without values), ${formatByteSize(bytes)}, ${seconds.toFixed(1)} s`,
        ...(resumed > 0 ? [`of these ${resumed} tiles by an earlier export`] : []),
      ],
    );
  } finally {
    await reader.close();
  }
}

function parseWorkers(text: string): number {
  const workers = parseCount(text);
  if (workers >= 1 && workers <= maxWorkers) return workers;
  throw new InvalidArgumentError('not a number of threads', {
    found: workers,
    expected: `1 to ${maxWorkers}`,
  });
}

/** Refuses early what would be refused at the end. */
async function checkTarget({ to, overwrite }: ExportOptions): Promise<void> {
  if (!isFolder(to) && !to.endsWith('.pmtiles')) {
    throw new InvalidArgumentError(
      'tiles go to a file that ends in .pmtiles, or to a folder that ends in /',
      {
        parameter: '--to',
        found: to,
      },
    );
  }
  if (isFolder(to) && overwrite) {
    throw new InvalidArgumentError('a folder is not replaced; remove it, or name another', {
      parameter: '--overwrite',
    });
  }
  if (isFolder(to)) {
    const entries = await readdir(to).catch(() => []);
    if (entries.length > 0) {
      throw new ConflictError('the folder is not empty; remove it, or name another', { folder: to });
    }
    return;
  }
  const isThere = (await lstat(to).catch(() => undefined)) !== undefined;
  if (isThere && !overwrite)
    throw new ConflictError('the file exists; --overwrite replaces it', { file: to });
}

function isFolder(to: string): boolean {
  return to.endsWith('/');
}

function tileSetRequest(options: ExportOptions): TileSetRequest {
  const {
    parameter,
    datetime,
    z,
    axis: custom,
    style,
    range,
    resampling,
    format,
    zooms,
    bbox,
    maxTiles,
  } = options;
  return {
    shown: {
      ...(parameter !== undefined && { parameter }),
      ...(datetime !== undefined && { datetime }),
      ...(z !== undefined && { z }),
      ...(style !== undefined && { style }),
      ...(range && { range }),
      ...(resampling && { resampling }),
      custom,
      format,
    },
    zooms,
    bbox,
    maxTiles,
  };
}

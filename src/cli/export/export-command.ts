import { lstat, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { formatByteSize, parseByteSize } from '../../bytes/index.js';
import { ConflictError, InvalidArgumentError, NotFoundError } from '../../errors/index.js';
import { parseLayerName } from '../../grid/index.js';
import { defaultMemoryBytes, LayerReader } from '../../layer/index.js';
import {
  centerOf,
  describeTileSet,
  drawTileSet,
  planTileSet,
  type Resampling,
  resamplings,
  type TileSetFormat,
  type TileSetPlan,
  type TileSetRequest,
  wrapped,
} from '../../maps/index.js';
import type { TileType } from '../../pmtiles/index.js';
import { collectAxis } from '../axis-options.js';
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
import { ArchiveOutput } from './archive-output.js';
import { parseBounds, parseColourRange, parseTileFormat, parseZooms } from './export-texts.js';
import { FolderOutput } from './folder-output.js';
import type { StoredTiles, TileOutput } from './tile-output.js';

const defaultMaxTiles = 1_000_000;
/** A slab of cells, what it was unpacked from, and the pixels of a tile. */
const bytesPerTile = 48 * 1024 * 1024;

const tileTypes: Readonly<Record<TileSetFormat, TileType>> = {
  png: 'png',
  webp: 'webp',
  jpg: 'jpg',
  f32: 'other',
  f16: 'other',
  q16: 'png',
  q24: 'png',
};

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
  readonly memory?: number;
  readonly overwrite?: boolean;
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
    .option('--memory <size>', 'memory for tiles that are drawn (default: 512MiB)', asOption(parseByteSize))
    .option('--overwrite', 'replace the file if it exists')
    .action((options: ExportOptions) => exportCommand(options, signal));
}

async function exportCommand(options: ExportOptions, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  await checkTarget(options);
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const reader = await LayerReader.open(store, layer, { sequence, signal });
  try {
    const plan = planTileSet(reader, tileSetRequest(options));
    const { tiles, contents, bytes } = await writeTiles(reader, plan, { options, signal });
    const { minZoom, maxZoom } = plan;
    const seconds = (performance.now() - startedMs) / 1000;
    const snapshot = reader.manifest.sequence;
    const counts = { tiles, empty: plan.tiles - tiles, contents, bytes };
    printResult(
      { isJson: options.json === true },
      { layer, snapshot, to: options.to, format: options.format, minZoom, maxZoom, ...counts, seconds },
      () => [
        `exported ${layer} (snapshot ${snapshot}) to ${options.to}: zooms ${minZoom} to ${maxZoom}, ${tiles} tiles ` +
          `(${contents} stored, ${counts.empty} without values), ${formatByteSize(bytes)}, ${seconds.toFixed(1)} s`,
      ],
    );
  } finally {
    await reader.close();
  }
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

async function writeTiles(
  reader: LayerReader,
  plan: TileSetPlan,
  { options, signal }: { readonly options: ExportOptions; readonly signal: AbortSignal },
): Promise<StoredTiles & { readonly tiles: number }> {
  const { memory = defaultMemoryBytes, to, format } = options;
  const parallel = Math.max(1, Math.min(2 * availableParallelism(), Math.floor(memory / bytesPerTile)));
  const progress = showProgress(options.progress);
  const output = await openOutput(options);
  try {
    let [tiles, done] = [0, 0];
    progress.update({ phase: 'drawing', done, total: plan.tiles, unit: 'tiles' });
    for await (const { tile, bytes } of drawTileSet(reader, plan, { parallel, signal })) {
      if (bytes !== undefined) {
        await output.put(tile, bytes);
        tiles++;
      }
      progress.update({ phase: 'drawing', done: ++done, total: plan.tiles, unit: 'tiles' });
    }
    if (tiles === 0) throw new NotFoundError('no tile has a value', { to, tiles: plan.tiles });
    const { minZoom, maxZoom, bounds } = plan;
    const facts = {
      type: tileTypes[format],
      minZoom,
      maxZoom,
      bounds: wrapped(bounds),
      center: centerOf(plan),
    };
    const stored = await output.finish({ facts, metadata: describeTileSet(reader, plan) });
    return { ...stored, tiles };
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    progress.end();
  }
}

async function openOutput({ to, format, overwrite = false }: ExportOptions): Promise<TileOutput> {
  return isFolder(to)
    ? FolderOutput.open(to, { extension: format })
    : ArchiveOutput.open(to, { isReplacing: overwrite });
}

import type { Command } from 'commander';
import { chooseCustomTile } from '../edr/index.js';
import { NotFoundError } from '../errors/index.js';
import { parseLayerName, type TileKey } from '../grid/index.js';
import { describeTile, LayerReader, newStats, type TileDocument } from '../layer/index.js';
import { collectAxis } from './axis-options.js';
import {
  asOption,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  parseCount,
  withLayer,
} from './layer-options.js';
import { printResult } from './output.js';

interface GetOptions extends LayerOptions {
  readonly parameter: string;
  readonly col: number;
  readonly row: number;
  readonly t: number;
  readonly z: number;
  readonly level: number;
  readonly axis: Readonly<Record<string, string>>;
}

/** `tilecurve get`: one stored tile by its key. */
export function addGetCommand(program: Command, signal: AbortSignal): void {
  withLayer(program.command('get'))
    .description('read one tile by its key; an absent tile exits with 1')
    .requiredOption('--parameter <id>', 'the parameter')
    .requiredOption('--col <n>', 'tile column, counted in tiles', asOption(parseCount))
    .requiredOption('--row <n>', 'tile row, counted in tiles', asOption(parseCount))
    .option('--t <n>', 'time tile', asOption(parseCount), 0)
    .option('--z <n>', 'level tile', asOption(parseCount), 0)
    .option('--level <n>', 'pyramid level', asOption(parseCount), 0)
    .option('--axis <name=value>', 'value on a custom axis (repeatable)', collectAxis, {})
    .action((options: GetOptions) => getCommand(options, signal));
}

async function getCommand(options: GetOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const reader = await LayerReader.open(store, layer, { sequence, signal });
  try {
    const parameter = reader.parameter(options.parameter);
    const { level, col, row, t, z } = options;
    const custom = chooseCustomTile(reader.manifest.grid, parameter, options.axis);
    const key: TileKey = { level, parameter: parameter.id, col, row, t, z, custom };
    const stats = newStats();
    const lookup = await reader.get(key, { signal, stats });
    if (lookup.kind !== 'found') {
      const reason =
        lookup.kind === 'hole' ? 'no tile is stored under this key' : 'key lies outside the layer';
      throw new NotFoundError(reason, { layer, key });
    }
    const tile = await describeTile(key, lookup.tile, { parameter, manifest: reader.manifest });
    printResult({ isJson: options.json === true }, { ...tile, stats }, () => describeForPeople(tile));
  } finally {
    await reader.close();
  }
}

function describeForPeople({ key, unit, type, kind, shape, summary }: TileDocument): string[] {
  const [steps, levels, rows, cols] = shape;
  return [
    `${key.parameter} [${unit ?? 'no unit'}], ${type} ${kind}, t=${steps} z=${levels} row=${rows} col=${cols}`,
    summary
      ? `${summary.valid} valid cells, ${summary.min} .. ${summary.max}, mean ${summary.sum / summary.valid}`
      : 'no valid cells',
  ];
}

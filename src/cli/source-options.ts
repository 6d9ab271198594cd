import type { Command } from 'commander';
import { parseByteSize } from '../bytes/index.js';
import { shareMemory } from '../layer/index.js';
import { openSource, type Source } from '../sources/index.js';
import { collectGarbageSeldom } from './garbage.js';
import { asOption, parseNames } from './layer-options.js';

/** Options of a command that reads a source. */
export interface SourceOptions {
  readonly parameters?: readonly string[];
  readonly timePattern?: string;
  readonly memory?: number;
}

/** Adds the argument `<source>`, `--parameters`, `--time-pattern` and `--memory`. */
export function withSource(command: Command): Command {
  return command
    .argument('<source>', 'a Zarr store, a NetCDF file, a GeoTIFF file or a directory of them')
    .option('--parameters <names>', 'only these parameters, separated by commas', asOption(parseNames))
    .option(
      '--time-pattern <pattern>',
      'where GeoTIFF files have their time: in their names, as in {yyyy}{MM}{dd}, in TIFFTAG_DATETIME, or none',
    )
    .option('--memory <size>', 'memory the command may use (default: 512MiB)', asOption(parseByteSize));
}

/** The source a command names; what its chunks decode to must fit in the memory. */
export async function openCommandSource(
  location: string,
  { parameters, timePattern, memory }: SourceOptions,
  signal: AbortSignal,
): Promise<Source> {
  collectGarbageSeldom(memory);
  return openSource(location, {
    maxChunkBytes: shareMemory(memory).chunkBytes,
    signal,
    ...(parameters && { parameters }),
    ...(timePattern !== undefined && { timePattern }),
  });
}

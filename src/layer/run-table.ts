import { layerFolder, type Manifest, type RunEntry } from '../catalog/index.js';
import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import { axisLength, encodeName, type Grid, partitionName } from '../grid/index.js';
import type { Parameter } from '../raster/index.js';
import { layoutOf } from './tile-layout.js';

/** More runs than this are a mistake in the grid's axes, not a layer. */
const MAX_RUNS = 1_000_000;

/** One run of a layer: what its tiles have in common. `number` orders it among all runs. */
export interface Run {
  readonly number: number;
  readonly level: number;
  readonly parameter: string;
  readonly z: number;
  readonly custom: readonly number[];
  readonly partition: string;
}

/** What tells a run from all others of its layer. */
export function runId(run: Omit<Run, 'number' | 'partition'>): string {
  return JSON.stringify([run.level, run.parameter, run.z, ...run.custom]);
}

/** Folder of a run's segments, with a trailing slash. */
export function runFolder(layer: string, run: Pick<RunEntry, 'level' | 'parameter' | 'partition'>): string {
  return `${layerFolder(layer)}tiles/${run.level}/${encodeName(run.parameter)}/${run.partition}/`;
}

/** All runs of a layer, in the order they are drained: by pyramid level, parameter, custom axes, then z. */
export class RunTable {
  readonly runs: readonly Run[];
  readonly #byId = new Map<string, Run>();

  constructor(
    { grid, parameters, tileShape }: Pick<Manifest, 'grid' | 'parameters' | 'tileShape'>,
    levels: number,
  ) {
    const runs: Run[] = [];
    for (let level = 0; level < levels; level++) {
      for (const parameter of parameters) {
        for (const place of partitions(grid, parameter, layoutOf(parameter, grid, tileShape).tiles.z)) {
          runs.push({ number: runs.length, level, parameter: parameter.id, ...place });
          if (runs.length > MAX_RUNS) throw tooManyRuns(parameter);
        }
      }
    }
    this.runs = runs;
    for (const run of runs) this.#byId.set(runId(run), run);
  }

  /** The run of a tile; every tile inside the grid has one. */
  runOf(tile: Omit<Run, 'number' | 'partition'>): Run {
    const run = this.#byId.get(runId(tile));
    if (run === undefined) throw new InvalidArgumentError('tile lies in no run', { run: runId(tile) });
    return run;
  }
}

function* partitions(
  grid: Grid,
  parameter: Parameter,
  zTiles: number,
): Generator<Pick<Run, 'z' | 'custom' | 'partition'>> {
  for (const custom of customIndexes(grid, parameter)) {
    for (let z = 0; z < zTiles; z++) yield { z, custom, partition: partitionName(z, custom, grid) };
  }
}

/** Every combination of indexes on the custom axes; 0 on an axis the parameter lacks. Last axis fastest. */
function customIndexes(grid: Grid, parameter: Parameter): number[][] {
  const counts = grid.custom.map((axis) => (parameter.axes.includes(axis.name) ? axisLength(axis) : 1));
  const total = counts.reduce((product, count) => product * count, 1);
  // Before the combinations are made: nothing else bounds an axis without coordinates.
  if (total > MAX_RUNS) throw tooManyRuns(parameter);
  let combinations: number[][] = [[]];
  for (const count of counts) {
    combinations = combinations.flatMap((head) => Array.from({ length: count }, (_, i) => [...head, i]));
  }
  return combinations;
}

function tooManyRuns(parameter: Parameter): UnsupportedError {
  return new UnsupportedError('the axes beside x, y and time have too many values', {
    parameter: parameter.id,
    allowed: MAX_RUNS,
  });
}

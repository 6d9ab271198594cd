import type { LevelMethod } from '../../catalog/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid, TileShape } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { gridTiles } from '../tile-layout.js';

/** Levels until one tile shows the whole grid. */
export function countLevels(grid: Grid, tileShape: TileShape): number {
  const { col, row } = gridTiles(grid, tileShape);
  return 1 + Math.ceil(Math.log2(Math.max(col, row)));
}

/**
 * The method of each parameter: the one asked for, else `mode` for classes (CF flags) and `mean` for quantities.
 *
 * Throws: InvalidArgumentError when a method is asked for a parameter that is not there.
 */
export function chooseLevelMethods(
  parameters: readonly Parameter[],
  asked: Readonly<Record<string, LevelMethod>> = {},
): Record<string, LevelMethod> {
  const known = parameters.map(({ id }) => id);
  const unknown = Object.keys(asked).find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new InvalidArgumentError('level method for an unknown parameter', { parameter: unknown, known });
  }
  return Object.fromEntries(
    parameters.map(({ id, attributes }) => [
      id,
      methodOf(asked, id) ?? (Object.hasOwn(attributes, 'flag_values') ? 'mode' : 'mean'),
    ]),
  );
}

/** The method of a parameter; its name may be that of a member all objects have. */
export function methodOf(
  methods: Readonly<Record<string, LevelMethod>>,
  parameter: string,
): LevelMethod | undefined {
  return Object.hasOwn(methods, parameter) ? methods[parameter] : undefined;
}

import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid } from '../../grid/index.js';
import type { CellArray } from '../../raster/index.js';
import type { JsonObject } from '../bounded-json.js';
import { AxisReader, type OpenArray } from '../cf/cf-axes.js';
import { CfStore } from '../cf/cf-dimensions.js';
import { textOf } from '../cf/cf-role.js';
import { describeParameter, type ZarrParameter } from '../cf/describe-parameter.js';
import { readGrid } from '../cf/read-grid.js';
import { readScalars } from '../cf/scalar-coordinates.js';
import { selectVariables } from '../cf/select-variables.js';
import type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from '../source.js';
import { StoreDirectory } from './store-directory.js';
import { ZarrArray } from './zarr-array.js';
import { readZarrGroup } from './zarr-group.js';
import { checkChunkBytes } from './zarr-metadata.js';

/**
 * Opens a Zarr group of version 2 or 3 that follows the CF conventions. Reads its metadata, the coordinates
 * of the chosen parameters' axes and the scalar ones, and no data.
 */
export async function openZarr(location: string, options: OpenSourceOptions): Promise<Source> {
  const { maxChunkBytes, signal } = options;
  const directory = await StoreDirectory.open(location);
  const store = new CfStore(await readZarrGroup(directory, signal));
  const openArray: OpenArray = (node) => {
    const metadata = node.metadata();
    checkChunkBytes(metadata, { name: node.name, maxChunkBytes });
    return new ZarrArray(directory, node.name, metadata);
  };
  const variables = selectVariables(store, options);
  // What cannot be read is refused before anything is read.
  const arrays = new Map(variables.map((variable) => [variable.node.name, openArray(variable.node)]));
  const grid = await readGrid(store, variables, {
    openArray,
    reader: new AxisReader(openArray, signal),
    signal,
  });
  const scalars = await readScalars(store, openArray, signal);
  const parameters = variables.map((variable) =>
    describeParameter(variable, { grid, format: store.group.format }),
  );
  return new ZarrSource({
    location,
    grid:
      grid.t === undefined && scalars.time !== undefined ? { ...grid, referenceTime: scalars.time } : grid,
    parameters,
    arrays,
    attributes: { ...scalars.attributes, ...store.group.attributes },
  });
}

interface ZarrSourceParts {
  readonly location: string;
  readonly grid: Grid;
  readonly parameters: readonly ZarrParameter[];
  readonly arrays: ReadonlyMap<string, ZarrArray>;
  readonly attributes: JsonObject;
}

class ZarrSource implements Source {
  readonly location: string;
  readonly title?: string;
  readonly grid: Grid;
  readonly parameters: readonly SourceParameter[];
  readonly attributes: JsonObject;
  private readonly aliases: ReadonlyMap<string, readonly number[]>;
  private readonly arrays: ReadonlyMap<string, ZarrArray>;

  constructor({ location, grid, parameters, arrays, attributes }: ZarrSourceParts) {
    this.location = location;
    this.grid = grid;
    this.parameters = parameters.map(({ parameter }) => parameter);
    this.aliases = new Map(parameters.map(({ parameter, aliases }) => [parameter.id, aliases]));
    this.arrays = arrays;
    this.attributes = attributes;
    const title = textOf(attributes.title);
    if (title) this.title = title;
  }

  async read(parameter: SourceParameter, window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const array = this.arrays.get(parameter.id);
    if (array === undefined)
      throw new InvalidArgumentError('parameter is not of this source', { found: parameter.id });
    checkWindow(window, array.metadata.shape);
    const cells = await array.readCells(window, signal);
    const noData = parameter.noData ?? Number.NaN;
    for (const alias of this.aliases.get(parameter.id) ?? []) replace(cells, alias, noData);
    return cells;
  }

  /** Holds nothing open between reads. */
  async close(): Promise<void> {}
}

function checkWindow({ start, end }: SourceWindow, shape: readonly number[]): void {
  const isInside = shape.every((length, i) => {
    const [from, to] = [start[i] ?? -1, end[i] ?? -1];
    return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to && to <= length;
  });
  if (!isInside || start.length !== shape.length || end.length !== shape.length)
    throw new InvalidArgumentError('window is not inside the parameter', { start, end, shape });
}

function replace({ cells }: CellArray, alias: number, noData: number): void {
  for (let at = cells.indexOf(alias); at >= 0; at = cells.indexOf(alias, at + 1)) cells[at] = noData;
}

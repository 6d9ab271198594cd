import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid } from '../../grid/index.js';
import type { CellArray } from '../../raster/index.js';
import type { JsonObject } from '../bounded-json.js';
import type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from '../source.js';
import { AxisReader } from './cf-axes.js';
import { CfStore } from './cf-dimensions.js';
import { textOf } from './cf-role.js';
import type { Dataset, VariableReader } from './dataset.js';
import { type CfParameter, describeParameter } from './describe-parameter.js';
import { readGrid } from './read-grid.js';
import { readScalars } from './scalar-coordinates.js';
import { selectVariables } from './select-variables.js';

/**
 * A source of what a data set holds by the CF conventions. Reads the coordinates of the chosen parameters'
 * axes and the scalar ones, and no data. The source closes the data set; so does an error here.
 */
export async function openCfSource(
  { location, dataset }: { readonly location: string; readonly dataset: Dataset },
  options: OpenSourceOptions,
): Promise<Source> {
  try {
    return await describeSource(location, dataset, options);
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

async function describeSource(
  location: string,
  dataset: Dataset,
  options: OpenSourceOptions,
): Promise<Source> {
  const { signal } = options;
  const store = new CfStore(dataset);
  const chosen = selectVariables(store, options);
  // What cannot be read is refused before anything is read.
  const readers = new Map(chosen.map(({ variable }) => [variable.name, variable.open()]));
  const grid = await readGrid(store, chosen, { reader: new AxisReader(signal), signal });
  const scalars = await readScalars(store, signal);
  return new CfSource({
    location,
    dataset,
    grid:
      grid.t === undefined && scalars.time !== undefined ? { ...grid, referenceTime: scalars.time } : grid,
    parameters: chosen.map((variable) => describeParameter(variable, grid)),
    readers,
    attributes: { ...scalars.attributes, ...dataset.attributes },
  });
}

interface CfSourceParts {
  readonly location: string;
  readonly dataset: Dataset;
  readonly grid: Grid;
  readonly parameters: readonly CfParameter[];
  readonly readers: ReadonlyMap<string, VariableReader>;
  readonly attributes: JsonObject;
}

class CfSource implements Source {
  readonly location: string;
  readonly title?: string;
  readonly grid: Grid;
  readonly parameters: readonly SourceParameter[];
  readonly attributes: JsonObject;
  private readonly aliases: ReadonlyMap<string, readonly number[]>;
  private readonly readers: ReadonlyMap<string, VariableReader>;
  private readonly dataset: Dataset;

  constructor({ location, dataset, grid, parameters, readers, attributes }: CfSourceParts) {
    this.location = location;
    this.grid = grid;
    this.parameters = parameters.map(({ parameter }) => parameter);
    this.aliases = new Map(parameters.map(({ parameter, aliases }) => [parameter.id, aliases]));
    this.readers = readers;
    this.dataset = dataset;
    this.attributes = attributes;
    const title = textOf(attributes.title);
    if (title) this.title = title;
  }

  async read(parameter: SourceParameter, window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const reader = this.readers.get(parameter.id);
    const known = this.parameters.find(({ id }) => id === parameter.id);
    if (reader === undefined || known === undefined)
      throw new InvalidArgumentError('parameter is not of this source', { found: parameter.id });
    checkWindow(window, known.shape);
    const cells = await reader.readCells(window, signal);
    const noData = parameter.noData ?? Number.NaN;
    for (const alias of this.aliases.get(parameter.id) ?? []) replace(cells, alias, noData);
    return cells;
  }

  close(): Promise<void> {
    return this.dataset.close();
  }
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

import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { type Axis, axisLength, type Grid } from '../../grid/index.js';
import type { AxisReader } from './cf-axes.js';
import { resolveCrs } from './cf-crs.js';
import type { CfStore, Dimension } from './cf-dimensions.js';
import { textOf } from './cf-role.js';
import { placeSampler } from './plane-samples.js';
import type { GriddedVariable } from './select-variables.js';

interface GridReading {
  readonly reader: AxisReader;
  readonly signal: AbortSignal | undefined;
}

const reservedNames: ReadonlySet<string> = new Set(['x', 'y', 'z', 't']);

/** Reads the axes that `variables` share, and finds out where they are on the earth. */
export async function readGrid(
  store: CfStore,
  variables: readonly GriddedVariable[],
  reading: GridReading,
): Promise<Grid> {
  const { reader } = reading;
  const { x: xDimension, y: yDimension } = variables[0]!.dimensions;
  if (xDimension.coordinate === undefined || yDimension.coordinate === undefined)
    refuseCurvilinear(store, [yDimension.name, xDimension.name]);
  const x = await reader.readSpatial(xDimension);
  const y = await reader.readSpatial(yDimension);
  const z = firstOf(variables, 'z');
  const t = firstOf(variables, 't');
  const axes = {
    x,
    y,
    ...(z === undefined ? {} : { z: await reader.readVertical(z) }),
    ...(t === undefined ? {} : { t: await reader.readTime(t) }),
    custom: await readCustomAxes(variables, reader),
  };
  for (const variable of variables) checkLengths(variable, [...axes.custom, axes.t, axes.z, y, x]);
  const crs = await resolveCrs({
    store,
    x,
    y,
    // readSpatial has refused dimensions without a coordinate.
    xVariable: xDimension.coordinate!,
    yVariable: yDimension.coordinate!,
    gridMapping: sharedMapping(variables),
    samplePlaces: placeSampler(store, { x: x.name, y: y.name }, reading.signal),
  });
  return { crs, ...axes };
}

function firstOf(variables: readonly GriddedVariable[], role: 'z' | 't'): Dimension | undefined {
  return variables.map(({ dimensions }) => dimensions[role]).find((dimension) => dimension !== undefined);
}

async function readCustomAxes(variables: readonly GriddedVariable[], reader: AxisReader): Promise<Axis[]> {
  const axes = new Map<string, Axis>();
  for (const { variable, dimensions } of variables) {
    for (const dimension of dimensions.custom) {
      if (axes.has(dimension.name)) continue;
      if (reservedNames.has(dimension.name))
        throw new UnsupportedError('dimension has a reserved name without its role', {
          parameter: variable.name,
          dimension: dimension.name,
        });
      const length = variable.layout().shape[variable.dims!.indexOf(dimension.name)]!;
      axes.set(dimension.name, await reader.readCustom(dimension, length));
    }
  }
  return [...axes.values()];
}

function checkLengths({ variable }: GriddedVariable, axes: readonly (Axis | undefined)[]): void {
  const { shape } = variable.layout();
  variable.dims!.forEach((dim, i) => {
    const axis = axes.find((candidate) => candidate?.name === dim);
    const expected = axis && axisLength(axis);
    if (expected !== shape[i])
      throw new CorruptionError('variable and coordinate differ in length', {
        array: variable.name,
        dimension: dim,
        found: shape[i],
        expected,
      });
  });
}

function sharedMapping(variables: readonly GriddedVariable[]): string | undefined {
  const mappings = new Set(variables.map(({ variable }) => textOf(variable.attributes.grid_mapping)));
  const [first] = mappings;
  if (mappings.size === 1) return first;
  throw new UnsupportedError('parameters have different grid mappings', {
    found: [...mappings].map((mapping) => mapping ?? 'none').join(', '),
  });
}

function refuseCurvilinear(store: CfStore, dims: readonly string[]): void {
  const plane = store.planeCoordinates(dims);
  if (plane !== undefined)
    throw new UnsupportedError(
      'curvilinear grid: latitude and longitude are two-dimensional, x and y have no values',
      {
        latitude: plane.latitude.name,
        longitude: plane.longitude.name,
      },
    );
}

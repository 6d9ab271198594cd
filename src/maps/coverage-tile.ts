import {
  type Coverage,
  type CoverageFormat,
  coverageFormats,
  type Domain,
  type DomainAxis,
  describeParameter,
  domainTimeAndLevel,
} from '../formats/index.js';
import { type Axis, coordinateAt, type Grid } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import { columnPlaces, type PixelFrame, rowPlaces } from './pixel-frame.js';

/** Forms of EDR answers in which tiles of values are sent, too: where their pixels are is in them. */
export type CoverageTileFormat = (typeof coverageTileFormats)[number];

export const coverageTileFormats = ['GeoTIFF', 'NetCDF', 'CoverageJSON'] as const;

export function isCoverageTileFormat(format: string): format is CoverageTileFormat {
  return coverageTileFormats.some((known) => known === format);
}

/** How a form is encoded, and its media types. */
export function coverageFormatOf(format: CoverageTileFormat): CoverageFormat {
  return coverageFormats.find(({ token }) => token === format)!;
}

/** A tile whose pixels have values: `slice` is what of the layer it shows. */
export interface CoverageTile {
  readonly grid: Grid;
  readonly parameter: Parameter;
  readonly slice: Pick<LayerQuery, 't' | 'z' | 'custom'>;
  readonly frame: PixelFrame;
  /** Row by row from the north-west, NaN for no data. */
  readonly values: Float32Array;
}

/** The bytes of a tile as a grid in the reference system of its tile matrix set, a cell for each pixel. */
export async function encodeCoverageTile(
  { grid, parameter, slice, frame, values }: CoverageTile,
  format: CoverageTileFormat,
): Promise<Uint8Array> {
  const { id } = parameter;
  const domain: Domain = {
    domainType: 'Grid',
    ...pixelAxes(frame),
    ...domainTimeAndLevel(grid, slice),
    crs: frame.world.matrixSet.crs,
  };
  const range = {
    parameter: id,
    axisNames: ['y', 'x'],
    shape: [frame.side, frame.side],
    values: async function* () {
      yield values;
    },
  };
  const coverage: Coverage = { domain, ranges: [range], members: membersOf(grid, slice) };
  const described = { ...describeParameter(parameter), dataType: 'float', precision: 'float32' } as const;
  const chunks: Uint8Array[] = [];
  const answer = { parameters: [described], coverages: [coverage], isCollection: false };
  for await (const chunk of coverageFormatOf(format).encode(answer)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pixelAxes(frame: PixelFrame): Required<Pick<Domain, 'x' | 'y'>> {
  const axisOf = (places: Float64Array): DomainAxis => ({
    kind: 'regular',
    start: places[0]!,
    stop: places.at(-1)!,
    count: places.length,
  });
  return { x: axisOf(columnPlaces(frame)), y: axisOf(rowPlaces(frame)) };
}

function membersOf(grid: Grid, { custom = {} }: CoverageTile['slice']): Record<string, number | string> {
  const chosen = grid.custom.filter(({ name }) => Object.hasOwn(custom, name));
  return Object.fromEntries(chosen.map((axis) => [axis.name, valueAt(axis, custom[axis.name]![0]!.start)]));
}

function valueAt(axis: Axis, index: number): number | string {
  const { coordinates } = axis;
  return coordinates.kind === 'labels' ? coordinates.values[index]! : coordinateAt(axis, index);
}

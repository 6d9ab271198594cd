import { describeLegend, type QuantisedFormat, quantisation } from '../../render/index.js';
import type { MapLayer } from '../map-tile.js';
import type { TileSetPlan } from './plan-tile-set.js';

/** Attributes of a layer that say whose it is, the first that is there. */
const attributionNames = ['attribution', 'institution', 'license', 'source'];

/** A set of tiles in the words of TileJSON 3.0, but for where they are; with a legend, or what the values of data tiles are. */
export function describeTileSet({ manifest }: MapLayer, plan: TileSetPlan): Record<string, unknown> {
  const { parameter, drawing } = plan.sample;
  const { datetime, z, custom, format } = plan.shown;
  const text = { title: parameter.title, ...(parameter.unit !== undefined && { unit: parameter.unit }) };
  const attribution = attributionNames.map((name) => manifest.attributes[name]).find(isText);
  return {
    name: `${manifest.title ?? manifest.layer}: ${parameter.title}`,
    type: 'overlay',
    version: `${manifest.sequence}.0.0`,
    ...(attribution !== undefined && { attribution }),
    format,
    scheme: 'xyz',
    minzoom: plan.minZoom,
    maxzoom: plan.maxZoom,
    bounds: wrapped(plan.bounds),
    center: centerOf(plan),
    layer: manifest.layer,
    snapshot: manifest.sequence,
    parameter: parameter.id,
    ...(parameter.unit !== undefined && { unit: parameter.unit }),
    ...(datetime !== undefined && { datetime }),
    ...(z !== undefined && { z }),
    ...(custom !== undefined && Object.keys(custom).length > 0 && { dimensions: custom }),
    ...(drawing.kind === 'picture' && { legend: describeLegend(drawing.style, drawing.range, text) }),
    ...(drawing.kind === 'values' && {
      encoding: { ...encodingOf(drawing), range: [drawing.range.low, drawing.range.high] },
    }),
  };
}

/** Where a map of the set begins: longitude, latitude and zoom. */
export function centerOf({
  bounds,
  minZoom,
}: TileSetPlan): [longitude: number, latitude: number, zoom: number] {
  const [west, south, east, north] = bounds;
  const middle = (west + (east < west ? east + 360 : east)) / 2;
  return [middle > 180 ? middle - 360 : middle, (south + north) / 2, minZoom];
}

/** Bounds that no client takes for a box of negative width. */
export function wrapped([west, south, east, north]: TileSetPlan['bounds']): TileSetPlan['bounds'] {
  return west <= east ? [west, south, east, north] : [-180, south, 180, north];
}

function encodingOf(drawing: TileSetPlan['sample']['drawing'] & { kind: 'values' }): Record<string, unknown> {
  const { format, range } = drawing;
  const size = { width: 256, height: 256 };
  if (format === 'f32') return { ...size, type: 'float32', byteOrder: 'little', noData: 'NaN' };
  if (format === 'f16') return { ...size, type: 'float16', byteOrder: 'little', noData: 'NaN' };
  return {
    ...size,
    formula: 'value = offset + scale * (65536 R + 256 G + B - 1), 0 is no data',
    ...quantisation(range, format satisfies QuantisedFormat),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

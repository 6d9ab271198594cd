import type { LayerReader } from '../../layer/index.js';
import { mapColours, type TileFormat, webMercatorQuad } from '../../maps/index.js';
import { describeLegend } from '../../render/index.js';
import type { QueryText } from '../http/query-text.js';
import { askedMap } from './asked-map.js';
import { mapDimensions, searchOf, tileExtent } from './layer-map.js';
import { extensionOf } from './tile-forms.js';

/** Tiles that a TileJSON describes. */
export interface DescribedTiles {
  /** Address of the service. */
  readonly url: string;
  readonly query: QueryText;
  readonly format: TileFormat;
  readonly scale: number;
}

/** TileJSON knows tiles of Web Mercator only, whose world ends here. */
const mercatorLatitude = webMercatorQuad.latitudeAt(0);

/**
 * TileJSON 3.0.0 of the tiles that a query asks for, with a legend and the values of time, level and dimensions.
 *
 * Throws: InvalidArgumentError and NotFoundError for what the layer does not have.
 */
export function tileJson(layer: LayerReader, { url, query, format, scale }: DescribedTiles) {
  const { layer: name, title: layerTitle } = layer.manifest;
  const { parameter, style, range } = mapColours(layer, askedMap(query));
  const { title = parameter.id, unit } = parameter;
  const { box, deepest } = tileExtent(layer, webMercatorQuad);
  const [west, south, east, north] = box;
  const bounds = [west, clampLatitude(south), east, clampLatitude(north)];
  const address = `${url}/tiles/${name}`;
  const size = scale === 1 ? '' : `@${scale}x`;
  const search = searchOf(query);
  return {
    tilejson: '3.0.0',
    name: `${layerTitle}: ${title}`,
    description: unit === undefined ? title : `${title} [${unit}]`,
    scheme: 'xyz',
    tiles: [`${address}/{z}/{x}/{y}${size}.${extensionOf(format)}${search}`],
    minzoom: 0,
    maxzoom: deepest,
    bounds,
    center: [(west + east) / 2, (bounds[1]! + bounds[3]!) / 2, 0],
    legend: {
      ...describeLegend(style, range, { title, ...(unit !== undefined && { unit }) }),
      png: `${address}/legend.png${search}`,
      svg: `${address}/legend.svg${search}`,
    },
    ...dimensionMembers(layer, parameter),
  };
}

function dimensionMembers(layer: LayerReader, parameter: Parameters<typeof mapDimensions>[1]) {
  const dimensions = mapDimensions(layer, parameter);
  const time = dimensions.find(({ parameter: name }) => name === 'datetime');
  const others = dimensions.filter((dimension) => dimension !== time);
  return { ...(time && { time }), ...(others.length > 0 && { dimensions: others }) };
}

function clampLatitude(latitude: number): number {
  return Math.min(mercatorLatitude, Math.max(-mercatorLatitude, latitude));
}

import type { LayerReader } from '../../layer/index.js';
import { type TileMatrixSet, tileMatrixSets } from '../../maps/index.js';
import type { Parameter } from '../../raster/index.js';
import { html, listStyles, type Markup } from '../../render/index.js';
import { tileExtent } from './layer-map.js';
import { matricesOf } from './matrix-set-document.js';
import type { TileOffer } from './tile-forms.js';
import { wmtsDimensions } from './wmts-dimensions.js';

/** What the capabilities of a WMTS tell of. */
export interface WmtsService {
  /** Address of the service. */
  readonly url: string;
  /** Where these capabilities are, below it. */
  readonly path: string;
  readonly layers: readonly LayerReader[];
  readonly offers: readonly TileOffer[];
}

/** Parameters of layers, each a layer of WMTS; further ones are left out. */
const maxLayers = 1000;
/** All layers together list as many styles, and each at least one. */
const maxStyles = 6000;
const defaultStyle = 'viridis';

const crsUrns: Readonly<Record<TileMatrixSet['id'], string>> = {
  WebMercatorQuad: 'urn:ogc:def:crs:EPSG::3857',
  WorldCRS84Quad: 'urn:ogc:def:crs:OGC:1.3:CRS84',
};

/** The capabilities of a WMTS 1.0.0 without KVP: every parameter of the layers, by templates of OGC API - Tiles. */
export function wmtsCapabilities(service: WmtsService): string {
  const { url, path, layers, offers } = service;
  const all = layers.flatMap((layer) => layer.manifest.parameters.map((parameter) => ({ layer, parameter })));
  const listed = all.slice(0, maxLayers);
  const styleCount = Math.max(1, Math.floor(maxStyles / Math.max(1, listed.length)));
  const styles = stylesFrom(defaultStyle).slice(0, styleCount);
  const left = all.length - listed.length;
  const { text } = html`<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
<ows:ServiceIdentification><ows:Title>tilecurve</ows:Title>
<ows:Abstract>Map tiles of gridded data${left > 0 ? `; ${left} more layers are not listed here` : ''}</ows:Abstract>
<ows:ServiceType>OGC WMTS</ows:ServiceType><ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>
<Contents>${listed.map((each) => layerElement({ ...each, url, offers, styles }))}${tileMatrixSets.map(matrixSetElement)}
</Contents><ServiceMetadataURL xlink:href="${url}${path}"/></Capabilities>
`;
  return text;
}

/** Ids and titles of styles, `first` ahead of the others. */
function stylesFrom(first: string) {
  const all = listStyles()
    // A layer here is one parameter.
    .filter(({ parameters }) => parameters === 1)
    .map(({ id, title }) => ({ id, title }));
  return [...all.filter(({ id }) => id === first), ...all.filter(({ id }) => id !== first)];
}

interface WmtsLayer extends Pick<WmtsService, 'url' | 'offers'> {
  readonly layer: LayerReader;
  readonly parameter: Parameter;
  readonly styles: ReturnType<typeof stylesFrom>;
}

function layerElement(wmtsLayer: WmtsLayer): Markup {
  const { layer, parameter, url, offers, styles } = wmtsLayer;
  const { layer: name, title } = layer.manifest;
  const [west, south, east, north] = tileExtent(layer, tileMatrixSets[0]!).box;
  const dimensions = wmtsDimensions(layer, parameter);
  const legend = (style: string) =>
    `${url}/tiles/${name}/legend.png?${new URLSearchParams({ parameter: parameter.id, style })}`;
  return html`
<Layer><ows:Title>${xmlText(`${title}: ${parameter.title}`)}</ows:Title>
<ows:WGS84BoundingBox><ows:LowerCorner>${west} ${south}</ows:LowerCorner><ows:UpperCorner>${east} ${north}</ows:UpperCorner></ows:WGS84BoundingBox>
<ows:Identifier>${xmlText(`${name}:${parameter.id}`)}</ows:Identifier>${styles.map(
    ({ id, title: styleTitle }) => html`
<Style${id === defaultStyle ? html` isDefault="true"` : undefined}><ows:Title>${styleTitle}</ows:Title><ows:Identifier>${id}</ows:Identifier><LegendURL format="image/png" xlink:href="${legend(id)}" width="320" height="56"/></Style>`,
  )}
${offers.map(({ mediaTypes }) => html`<Format>${mediaTypes[0]}</Format>`)}${dimensions.map(
  ({ id, default: first, values }) => html`
<Dimension><ows:Identifier>${id}</ows:Identifier><Default>${xmlText(first)}</Default>${values.map((value) => html`<Value>${xmlText(value)}</Value>`)}</Dimension>`,
)}${tileMatrixSets.map((set) => linkElement(layer, set))}${offers.map(
  (offer) => html`
<ResourceURL format="${offer.mediaTypes[0]}" resourceType="tile" template="${template(wmtsLayer, dimensions, offer)}"/>`,
)}
</Layer>`;
}

/** Braces stay as they are; everything else is escaped. */
function template(
  { url, layer, parameter }: WmtsLayer,
  dimensions: ReturnType<typeof wmtsDimensions>,
  { token }: TileOffer,
): string {
  const path = `/collections/${layer.manifest.layer}/styles/{Style}/map/tiles/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}`;
  const search = new URLSearchParams({ f: token, parameter: parameter.id });
  return `${url}${path}?${search}${dimensions.map(({ id, parameter: name }) => `&${name}={${id}}`).join('')}`;
}

function linkElement(layer: LayerReader, set: TileMatrixSet): Markup {
  const { limits } = tileExtent(layer, set);
  return html`
<TileMatrixSetLink><TileMatrixSet>${set.id}</TileMatrixSet><TileMatrixSetLimits>${limits.map(
    ({ zoom, minRow, maxRow, minCol, maxCol }) =>
      html`<TileMatrixLimits><TileMatrix>${zoom}</TileMatrix><MinTileRow>${minRow}</MinTileRow><MaxTileRow>${maxRow}</MaxTileRow><MinTileCol>${minCol}</MinTileCol><MaxTileCol>${maxCol}</MaxTileCol></TileMatrixLimits>`,
  )}</TileMatrixSetLimits></TileMatrixSetLink>`;
}

function matrixSetElement(set: TileMatrixSet): Markup {
  return html`
<TileMatrixSet><ows:Identifier>${set.id}</ows:Identifier><ows:SupportedCRS>${crsUrns[set.id]}</ows:SupportedCRS>${matricesOf(
    set,
  ).map(
    ({ id, scaleDenominator, pointOfOrigin, tileWidth, tileHeight, matrixWidth, matrixHeight }) => html`
<TileMatrix><ows:Identifier>${id}</ows:Identifier><ScaleDenominator>${scaleDenominator}</ScaleDenominator><TopLeftCorner>${pointOfOrigin.join(' ')}</TopLeftCorner><TileWidth>${tileWidth}</TileWidth><TileHeight>${tileHeight}</TileHeight><MatrixWidth>${matrixWidth}</MatrixWidth><MatrixHeight>${matrixHeight}</MatrixHeight></TileMatrix>`,
  )}
</TileMatrixSet>`;
}

/** Without what XML cannot hold; halves of pairs become U+FFFD with the bytes. */
function xmlText(text: string): string {
  return text.replace(/[\p{Cc}\ufffe\uffff]/gu, '\ufffd');
}

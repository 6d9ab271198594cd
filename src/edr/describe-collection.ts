import type { Manifest } from '../catalog/index.js';
import {
  type CoverageParameter,
  coverageFormats,
  coverageJson,
  describeParameter,
  sampleFormats,
  unitObject,
} from '../formats/index.js';
import { crsFromId, type Grid } from '../grid/index.js';
import type { CollectionDocument, QueryDescription } from './collection-document.js';
import { describeExtent } from './describe-extent.js';
import { type EdrQuery, edrQueries } from './queries.js';
import { crsTokens } from './query-crs.js';

const outputFormats = coverageFormats.map(({ token }) => token);
/** Most systems that are described in full. */
const MAX_DETAILS = 64;
const standardNames = 'http://vocab.nerc.ac.uk/standard_name/';
const longitudeLatitude =
  'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]';
const wgs84 = 'DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]]';
const grs80 = 'SPHEROID["GRS 1980",6378137,298.257222101]]';
/** Systems in degrees by their tokens; others are WGS 84. */
const geographicWkt: Readonly<Record<string, string>> = {
  CRS84: `GEOGCS["WGS 84 (CRS84)",${wgs84},${longitudeLatitude}`,
  'EPSG:4258': `GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",${grs80},${longitudeLatitude}`,
  'EPSG:4269': `GEOGCS["NAD83",DATUM["North_American_Datum_1983",${grs80},${longitudeLatitude}`,
};

/**
 * A collection as EDR describes it. `url` is its own address, without a trailing slash; `dimensionParameter` says
 * how queries address a custom axis. Nothing but the manifest is looked at.
 */
export function describeCollection(
  manifest: Manifest,
  url: string,
  dimensionParameter: (axis: string) => string = (axis) => axis,
): CollectionDocument {
  const { layer, title, grid, parameters, attributes } = manifest;
  return {
    id: layer,
    title: title || layer,
    description: textOf(attributes.summary ?? attributes.comment ?? attributes.title) ?? (title || layer),
    keywords: [...new Set(parameters.map((parameter) => parameter.standardName ?? parameter.id))],
    links: [
      { href: url, rel: 'self', type: 'application/json', title: title || layer },
      { href: `${url}?f=html`, rel: 'alternate', type: 'text/html', title: `${title || layer}, for people` },
      ...edrQueries.map(({ name }) => ({
        href: `${url}/${name}`,
        rel: 'data',
        type: coverageJson.mediaTypes[0]!,
        title: name,
      })),
    ],
    extent: describeExtent(manifest, dimensionParameter),
    data_queries: Object.fromEntries(
      edrQueries.map((query) => [query.name, { link: queryLink(query, { url, grid }) }]),
    ),
    crs: [...crsTokens(grid)],
    output_formats: outputFormats,
    parameter_names: Object.fromEntries(
      parameters.map(describeParameter).map((parameter) => [parameter.id, parameterName(parameter)]),
    ),
  };
}

function queryLink(
  { name, description, answersGrids, variables }: EdrQuery,
  { url, grid }: { readonly url: string; readonly grid: Grid },
): QueryDescription['link'] & Readonly<Record<string, unknown>> {
  return {
    href: `${url}/${name}`,
    rel: 'data',
    type: coverageJson.mediaTypes[0]!,
    hreflang: 'en',
    title: name,
    templated: false,
    variables: {
      title: `${name.charAt(0).toUpperCase()}${name.slice(1)} query`,
      description,
      query_type: name,
      output_formats: answersGrids ? outputFormats : sampleFormats.map(({ token }) => token),
      default_output_format: outputFormats[0],
      crs_details: describedTokens(grid).map((crs) => ({ crs, wkt: wktOf(crs, grid) })),
      ...variables?.(grid),
    },
  };
}

/** A layer around the world has two hundred zones; what those of UTM are is in their codes. */
function describedTokens(grid: Grid): readonly string[] {
  const tokens = crsTokens(grid);
  const isZone = (token: string) => token !== grid.crs.id && crsFromId(token).proj?.startsWith('+proj=utm');
  return tokens.length <= MAX_DETAILS ? tokens : tokens.filter((token) => !isZone(token));
}

/** Definition of a token; a projected CRS without WKT is known by its proj text. */
function wktOf(token: string, { crs }: Grid): string {
  const { wkt, proj, id, kind } = token === crs.id ? crs : crsFromId(token);
  if (wkt !== undefined) return wkt;
  if (kind === 'geographic' && !id.startsWith('local:')) return geographicWkt[token] ?? geographicWkt.CRS84!;
  return proj ?? id;
}

function parameterName(parameter: CoverageParameter): Record<string, unknown> {
  const { id, title, description, unit, standardName, dataType } = parameter;
  return {
    type: 'Parameter',
    id,
    label: title,
    description: description ?? title,
    dataType,
    ...(unit !== undefined && { unit: { ...unitObject(unit), label: unit } }),
    observedProperty: {
      ...(standardName !== undefined && { id: `${standardNames}${encodeURIComponent(standardName)}/` }),
      label: title,
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

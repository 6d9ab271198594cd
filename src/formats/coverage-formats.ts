import { arrow } from './arrow/arrow.js';
import { cbor } from './cbor.js';
import type { CoverageFormat } from './coverage-format.js';
import { coverageJson } from './coverage-json.js';
import { csv } from './csv.js';
import { geoJson } from './geojson.js';
import { geoTiff } from './geotiff/geotiff.js';
import { messagePack } from './message-pack.js';
import { netCdf } from './netcdf/netcdf.js';

/** Every form an answer can take; the first is sent when nobody asks for another. */
export const coverageFormats: readonly CoverageFormat[] = [
  coverageJson,
  geoJson,
  csv,
  netCdf,
  geoTiff,
  arrow,
  messagePack,
  cbor,
];

/** Forms of answers that are points or tracks, in the same order. */
export const sampleFormats: readonly CoverageFormat[] = coverageFormats.filter((one) => !one.holdsGridsOnly);

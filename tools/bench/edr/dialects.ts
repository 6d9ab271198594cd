import type { EdrRequest } from './queries.js';

/** How a server spells requests: the path and query of one, in CoverageJSON where `f` is absent. */
export type Dialect = (request: EdrRequest, f?: string) => string;

/** As the standard has it. */
export const tilecurveAddress: Dialect = ({ collection, path, parameters }, f = 'CoverageJSON') =>
  `/collections/${collection}/${path}?${queryText({ ...parameters, f })}`;

/** It calls CoverageJSON json. */
export const pygeoapiAddress: Dialect = ({ collection, path, parameters }, f = 'json') =>
  `/collections/${collection}/${path}?${queryText({ ...parameters, f })}`;

/** A data set for a collection, and times without the Z, with which version 0.11 fails. */
export const xpublishAddress: Dialect = ({ collection, path, parameters }, f = 'cf_covjson') => {
  const own = Object.entries(parameters).map(([name, value]) => [
    name,
    name === 'datetime' ? value.replaceAll('Z', '') : value,
  ]);
  return `/datasets/${collection}/edr/${path}?${queryText({ ...Object.fromEntries(own), f })}`;
};

function queryText(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import {
  type AxisProjection,
  CRS84,
  type Crs,
  crsFromId,
  crsIdsMeeting,
  crsUri,
  type Grid,
  gridBbox,
  type ProjectPoint,
  projectAxes,
  projectPoints,
} from '../grid/index.js';
import { shorten } from './number-text.js';

/** Which coordinates a query speaks, and the way between them and the layer's own. */
export interface QueryCrs {
  /** What x and y of the query mean. */
  readonly crs: Crs;
  /** Longitudes wrap at 360 degrees. */
  readonly isGeographic: boolean;
  /** The layer's own coordinates of a position of the query; NaN where there are none. */
  toLayer(x: number, y: number): readonly [number, number];
  fromLayer(x: number, y: number): readonly [number, number];
  /** False when both speak the same coordinates. */
  readonly isProjecting: boolean;
  /** True when the request names it, and so wants its answer in it; a query goes by degrees when it names none. */
  readonly isAsked: boolean;
  /** The way for x and y each on its own, where there is one and they are not the same. */
  readonly axes?: { readonly toLayer: AxisProjection; readonly fromLayer: AxisProjection };
}

/** Clients know it by this name. EDR prints coordinates longitude first whatever the authority says. */
const LONGITUDE_LATITUDE = 'CRS84';

const tokensOfGrids = new WeakMap<Grid, readonly string[]>();

/**
 * Tokens that `crs` takes for a layer: its own, those whose area of use it meets, and CRS84 last, since test suites take
 * the last one they know.
 */
export function crsTokens(grid: Grid): readonly string[] {
  const known = tokensOfGrids.get(grid);
  if (known !== undefined) return known;
  const own = isCrs84(grid.crs) ? [] : [grid.crs.id];
  const others = canReadLonLat(grid.crs) ? [...crsIdsMeeting(gridBbox(grid)), LONGITUDE_LATITUDE] : [];
  const tokens = [...new Set([...own, ...others])];
  tokensOfGrids.set(grid, tokens);
  return tokens;
}

/**
 * The CRS that `token` (or its absence, which is CRS84) chooses.
 *
 * Throws: InvalidArgumentError naming the allowed tokens; UnsupportedError when longitudes cannot be computed
 *         from the layer's coordinates.
 */
export function parseQueryCrs(token: string | undefined, grid: Grid): QueryCrs {
  if (token === undefined) return degreesOf(grid, false);
  const crs = crsOfToken(token, grid);
  // EPSG:4326 is answered as what it is here: longitude, latitude.
  if (isCrs84(crs) || crs.id === 'EPSG:4326') return degreesOf(grid, true);
  if (crs.id === grid.crs.id) return sameCrs(grid.crs, true);
  if (crs.kind === 'geographic' && grid.crs.kind === 'geographic') return sameCrs(crs, true);
  return otherCrs(crs, grid, true);
}

/** Tokens as messages list them: codes that count on are a range. */
export function tokensText(tokens: readonly string[]): string {
  const ranges: { first: string; last: string }[] = [];
  for (const token of tokens) {
    const range = ranges.at(-1);
    if (range !== undefined && codeOf(token) === codeOf(range.last) + 1) range.last = token;
    else ranges.push({ first: token, last: token });
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first} to ${codeOf(last)}`)).join(', ');
}

function crsOfToken(token: string, grid: Grid): Crs {
  const tokens = crsTokens(grid);
  const name = token.trim();
  if (isSame(name, grid.crs.id) || (!grid.crs.id.startsWith('local:') && isSame(name, crsUri(grid.crs))))
    return grid.crs;
  const crs = knownCrs(name);
  if (crs !== undefined && tokens.includes(isCrs84(crs) ? LONGITUDE_LATITUDE : crs.id)) return crs;
  throw new InvalidArgumentError('crs is not one of those of this collection', {
    parameter: 'crs',
    found: shorten(token),
    allowed: tokensText(tokens),
  });
}

function knownCrs(name: string): Crs | undefined {
  try {
    return isSame(name, 'CRS:84') ? CRS84 : crsFromId(name);
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

function degreesOf(grid: Grid, isAsked: boolean): QueryCrs {
  if (grid.crs.kind === 'geographic') return sameCrs(CRS84, isAsked);
  if (canReadLonLat(grid.crs)) return otherCrs(CRS84, grid, isAsked);
  throw new UnsupportedError('longitudes and latitudes of this layer are not known; give its own crs', {
    parameter: 'crs',
    allowed: tokensText(crsTokens(grid)),
  });
}

function sameCrs(crs: Crs, isAsked: boolean): QueryCrs {
  const same = (x: number, y: number): readonly [number, number] => [x, y];
  const isGeographic = crs.kind === 'geographic';
  return { crs, isGeographic, isProjecting: false, isAsked, toLayer: same, fromLayer: same };
}

function otherCrs(crs: Crs, grid: Grid, isAsked: boolean): QueryCrs {
  // Degrees of a layer are taken as those of WGS 84, as they are when it is asked in its own.
  const own = grid.crs.kind === 'geographic' ? CRS84 : grid.crs;
  const toLayer = projectAxes(crs, own);
  const fromLayer = projectAxes(own, crs);
  return {
    crs,
    isGeographic: crs.kind === 'geographic',
    isProjecting: true,
    isAsked,
    toLayer: projectPoints(crs, own),
    fromLayer: projectPoints(own, crs),
    ...(toLayer && fromLayer && { axes: { toLayer, fromLayer } }),
  };
}

/** Longitude and latitude of positions in a system; NaN where there are none. */
export function toLonLat(crs: Crs): ProjectPoint {
  return crs.kind === 'geographic' ? (x, y) => [x, y] : projectPoints(crs, CRS84);
}

function canReadLonLat(crs: Crs): boolean {
  return crs.kind === 'geographic' || crs.proj !== undefined;
}

function isCrs84({ id }: Crs): boolean {
  return id === CRS84.id;
}

function isSame(a: string, b: string): boolean {
  const plain = (uri: string) => uri.toLowerCase().replace(/^https:/, 'http:');
  return plain(a) === plain(b);
}

/** NaN for a token that is no number of an authority. */
function codeOf(token: string): number {
  return Number(/^EPSG:(\d+)$/.exec(token)?.[1] ?? Number.NaN);
}

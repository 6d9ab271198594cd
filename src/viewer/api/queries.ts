import type { Place } from '../state/place.js';
import { axisQuery, type Selection } from '../state/selection.js';
import { shapeWkt } from '../state/shape-text.js';
import { type Coverage, parseCoverages } from './coverage.js';
import { fields } from './fields.js';
import { fetchJson } from './request.js';

/** Values at one place: parameter id -> number, null where there is no data. */
export type PlaceValues = ReadonlyMap<string, number | null>;

/** Values of every parameter at a place; `undefined` when the layer has no cell there. */
export async function fetchPlace(
  selection: Selection,
  { longitude, latitude }: Place,
  signal: AbortSignal,
): Promise<PlaceValues | undefined> {
  const query = axisQuery(selection);
  query.set('lon', longitude.toFixed(5));
  query.set('lat', latitude.toFixed(5));
  const answer = await fetchJson(`layers/${encodeURIComponent(selection.layer.id)}/point?${query}`, signal);
  if (answer === undefined) return undefined;
  return new Map(Object.entries(fields(fields(answer).values) as Record<string, number | null>));
}

/** All times at the chosen level, or all levels at the chosen time (`t` or `z`), of a place; empty beside the layer. */
export async function fetchPosition(
  selection: Selection,
  { place, along }: { readonly place: Place; readonly along: 't' | 'z' },
  signal: AbortSignal,
): Promise<Coverage[]> {
  const coords = `POINT(${place.longitude.toFixed(5)} ${place.latitude.toFixed(5)})`;
  return fetchCoverages(selection, { name: 'position', coords, all: [along] }, signal);
}

/** Values along a line through these places, at every level where `isAllLevels`. */
export async function fetchTrajectory(
  selection: Selection,
  { places, isAllLevels }: { readonly places: readonly Place[]; readonly isAllLevels: boolean },
  signal: AbortSignal,
): Promise<Coverage[]> {
  const coords = shapeWkt({ kind: 'path', points: places });
  return fetchCoverages(selection, { name: 'trajectory', coords, all: isAllLevels ? ['z'] : [] }, signal);
}

async function fetchCoverages(
  selection: Selection,
  { name, coords, all }: { readonly name: string; readonly coords: string; readonly all: readonly string[] },
  signal: AbortSignal,
): Promise<Coverage[]> {
  const query = axisQuery(selection, { all });
  query.set('parameter-name', selection.parameter.id);
  query.set('coords', coords);
  query.set('f', 'CoverageJSON');
  const path = `collections/${encodeURIComponent(selection.layer.id)}/${name}?${query}`;
  const answer = await fetchJson(path, signal);
  return answer === undefined ? [] : parseCoverages(answer);
}

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { putLocations } from '../../src/catalog/index.js';
import { writeLayer } from '../../src/layer/index.js';
import { describeRealData, realPath } from '../cli/real-data.js';
import type { JsonCoverage } from '../edr/read-answer.js';
import { openReal } from '../sources/real-data.js';
import { expectAnswersOfXarray } from './expected-answers.js';
import type { ExpectedPlace } from './place-oracle.js';
import { locationsOf, type OwnValue, type Query, queries } from './place-queries.js';
import { type Layer, layers, type Place, places } from './real-places.js';
import { type RunningService, startService } from './running-service.js';
import { readSourceField, type SourceField, turnsApart } from './source-field.js';
import { type StatedValue, statedValues } from './stated-values.js';

/** Degrees, or metres of a projected grid: coordinates are told apart by far more. */
const PLACE_TOLERANCE = 1e-4;
const TURN = 360;

describeRealData('queries of real stores', () => {
  let service: RunningService;
  const fields = new Map<string, SourceField>();

  beforeAll(async () => {
    const store = createMemoryStore();
    for (const layer of [...Object.keys(layers), 'era5_uk_t2m']) {
      const source = await openReal(`zarr/${layer}.zarr`);
      await writeLayer(store, source, { layer, levels: 1 });
      await source.close();
    }
    for (const [layer, { variable }] of Object.entries(layers)) {
      fields.set(layer, await readSourceField(realPath(`zarr/${layer}.zarr`), variable));
      const there = places.filter((place) => place.layer === layer);
      await putLocations(store, { layer, locations: there.flatMap(locationsOf) });
    }
    service = await startService(store);
  });

  afterAll(() => service?.close());

  expectAnswersOfXarray(() => service);

  const rows = queries.flatMap((query) =>
    places.filter((place) => fits(query, place)).map((place) => ({ query, place })),
  );

  it.each(rows)(
    'have the values that the source has: $query.name at $place.name',
    async ({ query, place }) => {
      const layer = layers[place.layer]!;
      const field = fields.get(place.layer)!;
      const own = ownValues(layer, field, query);
      const text = query.path(place, own);
      const chosen = Object.entries(layer.choice).filter(([name]) => name !== query.instead);
      const choice = chosen.map((parameter) => parameter.join('=')).join('&');
      const path = `/collections/${place.layer}/${text}${text.includes('?') ? '&' : '?'}${choice}`;
      const response = await service.get(path);
      expect([path, response.status]).toEqual([path, 200]);
      const members = layer.chosen.map(({ role }) => role).filter((role) => role !== 't' && role !== 'z');
      const stated = statedValues((await response.json()) as JsonCoverage, layer.variable, members);
      const expected = query.expected(field, place, own);
      expect(expected.length).toBeGreaterThan(0);
      expectAll(stated, { layer, field, expected });
    },
  );
});

function fits({ onDegreesOnly, instead }: Query, { layer }: Place): boolean {
  if (onDegreesOnly && layer === 'innsbruck_lcc') return false;
  return instead === undefined || instead in layers[layer]!.choice;
}

/** What vertices may have of the axis that they choose on. */
function ownValues({ chosen, instant }: Layer, field: SourceField, { instead }: Query): OwnValue[] {
  const role = { z: 'z', datetime: 't', none: '' }[instead ?? 'none'];
  const d = chosen.findIndex((one) => one.role === role);
  return (chosen[d]?.indexes ?? []).map((index) => {
    const value = field.axes[d]!.values[index]!;
    return { index, value: role === 't' ? Math.round(instant!(value) / 1000) : value };
  });
}

/** Each expected place has its value once for each time, level and member; all other values are null. */
function expectAll(
  stated: readonly StatedValue[],
  { layer, field, expected }: { layer: Layer; field: SourceField; expected: readonly ExpectedPlace[] },
): void {
  const findPlaces = placeFinder(field, expected);
  const missed = new Map(expected.map((place) => [place, new Set(combinations(layer, place).map(String))]));
  const wrong: unknown[] = [];
  for (const { at, isCell, value } of stated) {
    const indexes = layer.chosen.map(({ role, indexes: chosen }, d) => {
      const { values } = field.axes[d]!;
      return chosen.find((index) => isSame(layer, role, values[index]!, at[role])) ?? Number.NaN;
    });
    const there = findPlaces(Number(at.x), Number(at.y)).filter((place) => isCell === (place.at === 'cell'));
    const wanted = there.length === 0 ? [null] : there.map((place) => meanOf(field, place, indexes));
    if (!wanted.some((one) => isClose(value, one))) wrong.push({ at, value, wanted });
    for (const place of there) missed.get(place)!.delete(String(indexes));
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect([...missed.values()].flatMap((left) => [...left])).toEqual([]);
}

function isClose(value: number | null, wanted: number | null): boolean {
  if (value === null || wanted === null) return value === wanted;
  return Math.abs(value - wanted) <= Math.max(1e-3, 1e-6 * Math.abs(wanted));
}

/** Every choice of an index on each axis that a place has a value for. */
function combinations(layer: Layer, place: ExpectedPlace): number[][] {
  return layer.chosen
    .reduce<number[][]>(
      (all, { indexes }) => all.flatMap((before) => indexes.map((index) => [...before, index])),
      [[]],
    )
    .filter((indexes) => isMeant(layer, place, indexes));
}

function isMeant({ chosen }: Layer, { only = {} }: ExpectedPlace, indexes: readonly number[]): boolean {
  return chosen.every(({ role }, d) => only[role] === undefined || only[role] === indexes[d]);
}

function isSame(
  { instant }: Layer,
  role: string,
  stored: number,
  said: number | string | undefined,
): boolean {
  if (role !== 't') return Math.abs(stored - Number(said)) < 1e-6 * Math.max(1, Math.abs(stored));
  return Math.abs(instant!(stored) - Date.parse(String(said))) < 1000;
}

/** A blend with a missing value is missing. */
function meanOf(field: SourceField, { shares }: ExpectedPlace, indexes: readonly number[]): number | null {
  let sum = 0;
  for (const { col, row, weight } of shares) {
    const value = field.at([...indexes, row, col]);
    if (value === null) return null;
    sum += weight * value;
  }
  return sum;
}

/** Finds the expected places that an answer states at some coordinates. */
function placeFinder(field: SourceField, expected: readonly ExpectedPlace[]) {
  const candidates = expected.map((place) => {
    const { col, row } = place.shares[0]!;
    const { at } = place;
    const [x, y] =
      at === 'cell' ? [field.xs[col]!, field.ys[row]!] : at === 'centre' ? field.lonLat(col, row) : at;
    return { place, x, y };
  });
  const boxes = new Map<string, typeof candidates>();
  const boxOf = (x: number, y: number) => `${Math.round(x + TURN) % TURN} ${Math.round(y)}`;
  for (const one of candidates) {
    const key = boxOf(one.x, one.y);
    boxes.set(key, [...(boxes.get(key) ?? []), one]);
  }
  const isProjected = Math.abs(field.ys[0]!) > 90;
  const apart = (a: number, b: number) => (isProjected ? Math.abs(a - b) : turnsApart(a, b));
  return (x: number, y: number) =>
    [-1, 0, 1]
      .flatMap((east) => [-1, 0, 1].flatMap((north) => boxes.get(boxOf(x + east, y + north)) ?? []))
      .filter((one) => Math.abs(one.y - y) < PLACE_TOLERANCE && apart(one.x, x) < PLACE_TOLERANCE)
      .map(({ place }) => place);
}

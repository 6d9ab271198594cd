import { PRESSURES } from '../../level-source.js';
import { type Random, randomBelow } from '../../random.js';

const START_MS = Date.UTC(2000, 0, 1);
const HOUR_MS = 3_600_000;
const VERTICES = 1000;
const POINTS = 100;
/** Instants of a cube. */
const CUBE_TIMES = 6;

/** One request, in no server's own spelling. */
export interface EdrRequest {
  /** `levels` (time, level, latitude, longitude) or `surface` (without levels). */
  readonly collection: string;
  /** Below the collection: the query, and what it is of. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A kind of question; `draw` asks another of them each time. */
export interface EdrQuestion {
  readonly name: string;
  readonly draw: (random: Random) => EdrRequest;
}

/** How many instants and places there are to ask for. */
export interface AskedData {
  readonly times: number;
  readonly places: number;
}

/** The questions, small ones first. Boxes are drawn anywhere between 70 degrees south and north. */
export function edrQuestions({ times, places }: AskedData) {
  const instant = (random: Random, after = 0) => hour(randomBelow(random, times - after));
  const level = (random: Random) => String(PRESSURES[randomBelow(random, PRESSURES.length)]);
  const ofLevels = (path: string, parameters: Record<string, string>): EdrRequest => ({
    collection: 'levels',
    path,
    parameters: { ...parameters, 'parameter-name': 'temperature' },
  });
  const oneMap = (random: Random) => ({ z: level(random), datetime: instant(random) });
  const cube = (degrees: number) => (random: Random) => {
    const first = randomBelow(random, times - CUBE_TIMES + 1);
    const datetime = `${hour(first)}/${hour(first + CUBE_TIMES - 1)}`;
    return ofLevels('cube', { bbox: boxAt(random, degrees).join(','), datetime });
  };
  return {
    series: {
      name: `position, ${times} times`,
      draw: (random) => ofLevels('position', { coords: `POINT(${pointAt(random)})`, z: level(random) }),
    },
    profile: {
      name: `position, ${PRESSURES.length} levels`,
      draw: (random) =>
        ofLevels('position', { coords: `POINT(${pointAt(random)})`, datetime: instant(random) }),
    },
    points: {
      name: `position, ${POINTS} points`,
      draw: (random) => {
        const points = Array.from({ length: POINTS }, () => pointAt(random)).join(',');
        return ofLevels('position', { coords: `MULTIPOINT(${points})`, ...oneMap(random) });
      },
    },
    location: {
      name: `locations, ${times} times`,
      draw: (random) => ofLevels(`locations/place-${randomBelow(random, places)}`, { z: level(random) }),
    },
    radius: {
      name: 'radius, 300 km',
      draw: (random) =>
        ofLevels('radius', {
          coords: `POINT(${pointAt(random)})`,
          within: '300',
          'within-units': 'km',
          ...oneMap(random),
        }),
    },
    area: {
      name: 'area, 10 x 10 degrees',
      draw: (random) => {
        const [west, south, east, north] = boxAt(random, 10);
        const ring = [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ];
        const coords = `POLYGON((${ring.map((corner) => corner.join(' ')).join(',')}))`;
        return ofLevels('area', { coords, ...oneMap(random) });
      },
    },
    trajectory: {
      name: `trajectory, ${VERTICES} vertices`,
      draw: (random) =>
        ofLevels('trajectory', { coords: `LINESTRING(${track(random, VERTICES)})`, ...oneMap(random) }),
    },
    trajectory4: {
      name: `trajectory, ${VERTICES} vertices, 4-D`,
      draw: (random) => {
        // Up through all levels, while all of the time passes.
        const above = (share: number) => {
          const z = PRESSURES[Math.floor(share * PRESSURES.length)]!;
          const m = (START_MS + Math.floor(share * times) * HOUR_MS) / 1000;
          return ` ${z} ${m}`;
        };
        return ofLevels('trajectory', { coords: `LINESTRINGZM(${track(random, VERTICES, above)})` });
      },
    },
    corridor: {
      name: 'corridor, 20 vertices, 200 km x 300 hPa',
      draw: (random) =>
        ofLevels('corridor', {
          coords: `LINESTRINGZ(${track(random, 20, () => ' 700')})`,
          'corridor-width': '200',
          'width-units': 'km',
          'corridor-height': '300',
          'height-units': 'hPa',
          datetime: instant(random),
        }),
    },
    cube: { name: `cube, 10 x 10 degrees x ${PRESSURES.length} x ${CUBE_TIMES}`, draw: cube(10) },
    largeCube: { name: `cube, 30 x 30 degrees x ${PRESSURES.length} x ${CUBE_TIMES}`, draw: cube(30) },
    surfaceSeries: {
      name: `no levels: position, ${times} times`,
      draw: (random) => ({
        collection: 'surface',
        path: 'position',
        parameters: { coords: `POINT(${pointAt(random)})` },
      }),
    },
    surfaceMap: {
      name: 'no levels: cube, 30 x 30 degrees',
      draw: (random) => ({
        collection: 'surface',
        path: 'cube',
        parameters: { bbox: boxAt(random, 30).join(','), datetime: instant(random) },
      }),
    },
  } satisfies Record<string, EdrQuestion>;
}

/** Points for `edrQuestions` to call by name, as the GeoJSON that `tilecurve locations import` takes. */
export function placesGeoJson(random: Random, count: number): unknown {
  const features = Array.from({ length: count }, (_, i) => ({
    type: 'Feature',
    id: `place-${i}`,
    geometry: { type: 'Point', coordinates: pointAt(random).split(' ').map(Number) },
    properties: { name: `Place ${i}` },
  }));
  return { type: 'FeatureCollection', features };
}

function hour(time: number): string {
  return new Date(START_MS + time * HOUR_MS).toISOString().replace('.000', '');
}

function pointAt(random: Random): string {
  return `${degreesWithin(random, 170)} ${degreesWithin(random, 70)}`;
}

/** West, south, east, north. */
function boxAt(random: Random, degrees: number): number[] {
  const west = degreesWithin(random, 175 - degrees);
  const south = -70 + Number((random() * (140 - degrees)).toFixed(4));
  return [west, south, west + degrees, south + degrees].map((value) => Number(value.toFixed(4)));
}

/** A gently bending line of 60 degrees from west to east. */
function track(random: Random, vertices: number, suffix: (share: number) => string = () => ''): string {
  const [west, bend, turn] = [degreesWithin(random, 110), degreesWithin(random, 50), random() * 6];
  return Array.from({ length: vertices }, (_, i) => {
    const share = i / vertices;
    const y = bend + 15 * Math.sin(turn + 4 * share);
    return `${(west + 60 * share).toFixed(4)} ${y.toFixed(4)}${suffix(share)}`;
  }).join(',');
}

function degreesWithin(random: Random, span: number): number {
  return Number(((random() * 2 - 1) * span).toFixed(4));
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type Ring = readonly (readonly [number, number])[];

interface LandTopology {
  readonly transform: { readonly scale: [number, number]; readonly translate: [number, number] };
  readonly arcs: [number, number][][];
  readonly objects: { readonly land: { readonly geometries: { readonly arcs: number[][][] }[] } };
}

/**
 * Share of land in each cell, 0..1, from 6 x 6 points a cell against the Natural Earth 1:110m coastline.
 *
 * Shape:  [row, col] of cells `step` degrees wide around the given centres.
 * Source: world-atlas land-110m (Natural Earth, public domain). Its rings cross the antimeridian and go
 *         round the south pole, so the even-odd rule counts coasts northwards: the north pole is sea.
 */
export function landFraction(
  latitudes: readonly number[],
  longitudes: readonly number[],
  step: number,
): Float64Array {
  const rings = landRings();
  const samples = 6;
  const offset = (k: number) => ((k + 0.5) / samples - 0.5) * step;
  const fraction = new Float64Array(latitudes.length * longitudes.length);
  longitudes.forEach((longitude, col) => {
    for (let j = 0; j < samples; j++) {
      const coasts = coastsAlong(rings, longitude + offset(j));
      latitudes.forEach((latitude, row) => {
        for (let i = 0; i < samples; i++) {
          if (isLand(coasts, latitude + offset(i)))
            fraction[row * longitudes.length + col]! += 1 / samples ** 2;
        }
      });
    }
  });
  return fraction;
}

/** Latitudes at which a meridian crosses a coast. */
function coastsAlong(rings: readonly Ring[], meridian: number): number[] {
  const coasts: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [from, to] = [ring[i - 1]!, ring[i]!];
      const x1 = fromMeridian(from[0], meridian);
      const x2 = fromMeridian(to[0], meridian);
      const isNear = Math.abs(x2 - x1) < 180;
      if (isNear && x1 > 0 !== x2 > 0) coasts.push(from[1] - (x1 / (x2 - x1)) * (to[1] - from[1]));
    }
  }
  return coasts;
}

function isLand(coasts: readonly number[], latitude: number): boolean {
  return coasts.filter((coast) => coast > latitude).length % 2 === 1;
}

/** Degrees east of the meridian, -180..180. */
function fromMeridian(longitude: number, meridian: number): number {
  const east = longitude - meridian;
  return east - 360 * Math.floor((east + 180) / 360);
}

function landRings(): Ring[] {
  const path = createRequire(import.meta.url).resolve('world-atlas/land-110m.json');
  const topology = JSON.parse(readFileSync(path, 'utf8')) as LandTopology;
  const arcs = topology.arcs.map((arc) => decodeArc(topology, arc));
  return topology.objects.land.geometries.flatMap((geometry) =>
    geometry.arcs.flat().map((ring) => ring.flatMap((index) => arcPoints(arcs, index))),
  );
}

/** TopoJSON arcs are quantised and delta-coded; a ring names a reversed arc by its one's complement. */
function decodeArc({ transform }: LandTopology, arc: readonly [number, number][]): Ring {
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [
      x * transform.scale[0] + transform.translate[0],
      y * transform.scale[1] + transform.translate[1],
    ] as const;
  });
}

function arcPoints(arcs: readonly Ring[], index: number): Ring {
  return index >= 0 ? arcs[index]! : arcs[-1 - index]!.toReversed();
}

import proj4 from 'proj4';
import { UnsupportedError } from '../errors/index.js';
import type { Crs } from './crs.js';

/** Maps one position, x before y; NaN twice where it cannot. */
export type ProjectPoint = (x: number, y: number) => [x: number, y: number];

/**
 * Maps positions of one system to another. The function never throws: NaN comes back where the projection has
 * no answer (a pole in Web Mercator, a position that is not finite, a system known by name only).
 */
export function projectPoints(from: Crs, to: Crs): ProjectPoint {
  if (from.proj === undefined || to.proj === undefined) return () => [Number.NaN, Number.NaN];
  // proj4 would fold longitudes into -180..180 even here.
  if (from.proj === to.proj) return (x, y) => [x, y];
  const converter = proj4(from.proj, to.proj);
  return (x, y) => {
    // proj4 throws for coordinates that are not finite.
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [Number.NaN, Number.NaN];
    const [u, v] = converter.forward([x, y]);
    return Number.isFinite(u) && Number.isFinite(v) ? [u!, v!] : [Number.NaN, Number.NaN];
  };
}

/**
 * A system known by its proj4 definition.
 *
 * Throws: UnsupportedError naming it when proj4 cannot read the definition, or it needs a datum grid.
 */
export function crsFromProj(proj: string, name: string): Crs {
  const definition = readDefinition(proj, name);
  const grids = /\+nadgrids=(?!@null)(\S+)/.exec(proj)?.[1];
  if (grids)
    throw new UnsupportedError('coordinate reference system needs a datum grid', { crs: name, grids });
  return { id: `local:${name}`, kind: definition.projName === 'longlat' ? 'geographic' : 'projected', proj };
}

function readDefinition(proj: string, name: string): { readonly projName: string } {
  try {
    const { projName } = new proj4.Proj(proj) as unknown as { projName: string };
    return { projName };
  } catch (error) {
    // proj4 throws undefined for names it does not know.
    const cause = error instanceof Error ? { cause: error } : undefined;
    throw new UnsupportedError('coordinate reference system is not supported', { crs: name, proj }, cause);
  }
}

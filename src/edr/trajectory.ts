import { nearestFinder } from '../grid/index.js';
import type { EdrPlan } from './answer-plan.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { instantOf, type Path, parsePath } from './path.js';
import { parseQueryCrs } from './query-crs.js';
import { siteFinder } from './site-finder.js';
import { planTracks } from './track-answer.js';
import type { Track } from './track-samples.js';

/**
 * Values at the vertices of a LINESTRING or MULTILINESTRING: those of the cells that hold them, at the nearest level
 * to Z and the nearest time to M (seconds since 1970), each at most half a step away. Vertices are stated as they were
 * asked for, so that a track keeps its shape; those outside the layer are null. Nothing is added between vertices.
 *
 * A line is a Trajectory: one with M; without M one per time step. Without Z, over several levels, it is a Section instead.
 *
 * Throws: InvalidArgumentError for whatever of the request is wrong, Z with `z` and M with `datetime` included.
 */
export function planTrajectory(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  const path = parsePath(request);
  const crs = parseQueryCrs(request.crs, grid);
  const choices = chooseAxes(grid, request);
  const groups = groupParameters(parameters, request.parameterNames);
  const findSite = siteFinder(grid, { crs, hasLevels: false, sampling: 'vertex' });
  const tracks = path.lines.map(
    (line): Track => ({ sites: line.map(findSite), ...(path.hasM && { moments: momentsOf(layer, line) }) }),
  );
  if (tracks.every(({ sites }) => sites.every(({ cell }) => cell === undefined))) return { kind: 'no-data' };
  return planTracks(layer, { tracks, isMulti: path.isMulti, groups, choices, crs });
}

function momentsOf({ manifest: { grid } }: QueryableLayer, line: Path['lines'][number]): Track['moments'] {
  const calendar = grid.t?.calendar ?? grid.referenceTime?.calendar ?? 'standard';
  const findTime = grid.t && nearestFinder(grid.t);
  return line.map(({ m }) => {
    const instant = instantOf(m!, calendar);
    const index = findTime?.(instant);
    return index === undefined ? { instant } : { instant, index };
  });
}

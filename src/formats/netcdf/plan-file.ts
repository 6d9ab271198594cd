import { cellCoordinates } from '../cell-coordinates.js';
import { cellsOf, checkAnswer, parameterOf, wrongCount } from '../check-answer.js';
import type { CoverageAnswer, Domain } from '../coverage.js';
import { floatTypeOf } from '../value-bytes.js';
import type { AnswerBlock } from './answer-blocks.js';
import { type BlockPlaces, type Planning, planGrid } from './block-places.js';
import { cellMethods, parameterAttributes } from './cf-attributes.js';
import type { ClassicFile } from './classic-layout.js';
import { FileParts, labels } from './file-parts.js';
import { gridMapping } from './grid-mapping.js';
import { planPolygons } from './polygon-places.js';
import { planSites, planTuples } from './sample-places.js';
import { planSections } from './section-places.js';

/**
 * The file that holds an answer: coordinates first, then a variable for each parameter. Axes are called `time`,
 * `vertical`, `lat` and `lon` (`y` and `x` when projected); a name that is taken already gets a number.
 *
 * Throws: InvalidArgumentError for a range that does not cover its domain.
 */
export function planFile(answer: CoverageAnswer, blocks: readonly AnswerBlock[]): ClassicFile {
  checkAnswer(answer);
  const parts = new FileParts();
  const places = blocks.map((block) => planPlaces(block, parts));
  for (const [index, block] of blocks.entries()) addParameters(block, places[index]!, { answer, parts });
  const types = new Set(places.map(({ featureType }) => featureType));
  const [featureType] = types;
  return {
    dimensions: parts.dimensions,
    variables: parts.variables,
    attributes: {
      Conventions: 'CF-1.8',
      ...(types.size === 1 && featureType !== undefined && { featureType }),
    },
  };
}

function planPlaces({ members, domains }: AnswerBlock, parts: FileParts): BlockPlaces {
  const [domain] = domains as [Domain];
  const dimensions = members.map(({ name, values }) => parts.axis(name, labels(values), { long_name: name }));
  const mapping = gridMapping(domain.crs);
  const mappingName = mapping && parts.attributes('crs', mapping.attributes);
  const inside = planInside(domains, { parts, unit: mapping?.unit, gridMapping: mappingName });
  return {
    dimensions: [...dimensions, ...inside.dimensions],
    auxiliary: inside.auxiliary,
    ...(inside.geometry !== undefined && { geometry: inside.geometry }),
    ...(mappingName !== undefined && { gridMapping: mappingName }),
    // The shapes of CF's feature types have no further dimensions.
    ...(members.length === 0 && inside.featureType !== undefined && { featureType: inside.featureType }),
  };
}

function planInside(domains: readonly Domain[], planning: Planning): BlockPlaces {
  const [domain] = domains as [Domain];
  if (domain.polygons !== undefined) return planPolygons(domains, planning);
  if (domain.domainType === 'Section') return planSections(domains, planning);
  if (domain.composite !== undefined) return planTuples(domains, planning);
  return domains.length > 1 ? planSites(domains, planning) : planGrid(domain, planning);
}

function addParameters(
  { coverages }: AnswerBlock,
  { dimensions, auxiliary, gridMapping, geometry }: BlockPlaces,
  { answer, parts }: { readonly answer: CoverageAnswer; readonly parts: FileParts },
): void {
  const counts = coverages.map(({ domain }) => cellCoordinates(domain).count);
  for (const [place, range] of coverages[0]!.ranges.entries()) {
    const parameter = parameterOf(answer, range);
    const ranges = coverages.map((coverage) => coverage.ranges[place]!);
    const wrong = ranges.find((one, index) => cellsOf(one) !== counts[index]);
    if (wrong !== undefined) throw wrongCount(wrong, cellsOf(wrong));
    parts.variable(parameter.id, {
      dimensions,
      content: { kind: 'ranges', type: floatTypeOf(parameter), ranges },
      attributes: {
        ...parameterAttributes(parameter),
        ...(auxiliary.length > 0 && { coordinates: auxiliary.join(' ') }),
        ...(geometry !== undefined && { geometry }),
        ...(gridMapping !== undefined && { grid_mapping: gridMapping }),
        ...cellMethods(parameter, coverages[0]!.domain),
      },
    });
  }
}

import { FORMAT_VERSION, type Manifest, type RunEntry, statisticsOf } from '../../catalog/index.js';
import type { Parameter } from '../../raster/index.js';
import type { SourceParameter } from '../../sources/index.js';
import type { WriteJob } from './write-job.js';
import { codecOf } from './write-options.js';

/** The manifest of what has been made so far. */
export function describeLayer(
  { source, plan, options }: WriteJob,
  made: { readonly uuid: string; readonly levels: number; readonly runs: readonly RunEntry[] },
): Manifest {
  return {
    formatVersion: FORMAT_VERSION,
    layer: plan.layer,
    uuid: made.uuid,
    sequence: plan.sequence,
    commitId: plan.commitId,
    createdAt: new Date().toISOString(),
    operation: plan.operation,
    title: options.title ?? source.title ?? plan.layer,
    attributes: source.attributes,
    grid: source.grid,
    parameters: source.parameters.map(describeParameter),
    scheme: 'floating',
    tileShape: plan.tileShape,
    keyIndex: plan.keyIndex,
    codec: codecOf(options),
    levels: made.levels,
    levelMethods: plan.levelMethods,
    statistics: statisticsOf(made.runs),
    runs: made.runs,
  };
}

/** A source's parameter without what only its source needs. */
export function describeParameter({ dims, shape, chunkShape, ...parameter }: SourceParameter): Parameter {
  return parameter;
}

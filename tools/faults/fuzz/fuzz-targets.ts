import { avroTarget } from './avro-target.js';
import { catalogTarget, manifestTarget } from './catalog-targets.js';
import type { FuzzTarget } from './fuzz-target.js';
import { segmentTarget } from './segment-target.js';
import { geotiffTarget, hdf5Target, netcdfTarget, zarr2Target, zarr3Target } from './source-targets.js';

/** Everything that reads bytes it has not written, or cannot be sure of. */
export const fuzzTargets: readonly FuzzTarget[] = [
  segmentTarget,
  manifestTarget,
  catalogTarget,
  avroTarget,
  zarr2Target,
  zarr3Target,
  geotiffTarget,
  netcdfTarget,
  hdf5Target,
];

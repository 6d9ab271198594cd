import { openCfSource } from '../cf/cf-source.js';
import type { OpenSourceOptions, Source } from '../source.js';
import { StoreDirectory } from './store-directory.js';
import { openZarrDataset } from './zarr-dataset.js';

/** Opens a Zarr group of version 2 or 3 that follows the CF conventions. */
export async function openZarr(location: string, options: OpenSourceOptions): Promise<Source> {
  const directory = await StoreDirectory.open(location);
  return openCfSource({ location, dataset: await openZarrDataset(directory, options) }, options);
}

import { openCfSource } from '../cf/cf-source.js';
import type { OpenSourceOptions, Source } from '../source.js';
import { openClassicDataset } from './classic-dataset.js';
import { openHdf5Dataset } from './hdf5-dataset.js';

/** Opens a file of the NetCDF classic formats (classic, 64-bit offset, 64-bit data) that follows the CF conventions. */
export async function openNetcdfClassic(location: string, options: OpenSourceOptions): Promise<Source> {
  return openCfSource({ location, dataset: await openClassicDataset(location, options) }, options);
}

/** Opens a NetCDF-4 or other HDF5 file that follows the CF conventions. */
export async function openNetcdf4(location: string, options: OpenSourceOptions): Promise<Source> {
  return openCfSource({ location, dataset: await openHdf5Dataset(location, options) }, options);
}

import type { BlobOptions } from '../../blob/index.js';

/** How far a long piece of work is. */
export interface MaintenanceProgress {
  readonly phase: 'linking' | 'compacting' | 'verifying' | 'comparing' | 'deleting';
  readonly done: number;
  readonly total: number;
}

/** What every piece of maintenance takes. */
export interface MaintenanceOptions extends BlobOptions {
  readonly onProgress?: (progress: MaintenanceProgress) => void;
}

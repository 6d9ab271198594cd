import { ConflictError, InvalidArgumentError } from '../errors/index.js';
import { destroyStaging } from './staging-database.js';

/**
 * Removes what a killed process left in a staging directory; `kept` when a living one has it, or it holds files
 * that are not of a staging.
 */
export async function removeStaleStaging(directory: string): Promise<'removed' | 'kept'> {
  try {
    await destroyStaging(directory);
    return 'removed';
  } catch (error) {
    if (error instanceof ConflictError || error instanceof InvalidArgumentError) return 'kept';
    throw error;
  }
}

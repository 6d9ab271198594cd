import { dirname } from 'node:path';
import { closeFile, makeDirectory, openFile, removeEmptyDirectory, syncFile } from './file-calls.js';
import { hasCode, isSystemError } from './file-errors.js';

const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Makes a directory and those above it, durable in the folders they are in. */
// Not mkdir's own `recursive`: on file systems like /proc it never returns.
export async function makeDirectories(directory: string): Promise<void> {
  try {
    await makeOneDirectory(directory);
  } catch (error) {
    const parent = dirname(directory);
    if (!hasCode(error, 'ENOENT') || parent === directory) throw error;
    await makeDirectories(parent);
    await makeOneDirectory(directory);
  }
}

async function makeOneDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  try {
    await syncDirectory(dirname(directory));
  } catch (error) {
    // A folder that is there would be taken for durable by the next sync that succeeds.
    await removeEmptyDirectory(directory).catch(() => undefined);
    throw error;
  }
}

/** Makes the names in a directory durable, and the removal of those that are gone. */
export async function syncDirectory(directory: string): Promise<void> {
  const fd = await openFile(directory, 'r');
  try {
    await syncFile(fd);
  } catch (error) {
    // Some file systems cannot sync a directory and need not.
    if (!isSystemError(error) || !NO_DIRECTORY_SYNC.has(error.code)) throw error;
  } finally {
    await closeFile(fd);
  }
}

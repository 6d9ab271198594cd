import { NotFoundError, UnavailableError } from '../errors/index.js';

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'disk full',
  EDQUOT: 'disk quota used up',
  EFBIG: 'file too large for the file system',
  EROFS: 'not writable (read-only file system)',
  EMFILE: 'too many open files in this process',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk failed',
  ENOTDIR: 'a file is where a folder is needed',
  EISDIR: 'a folder is where a file is needed',
  ENOENT: 'the folder cannot be created',
  ENAMETOOLONG: 'path too long for the file system',
  ELOOP: 'too many symbolic links',
  ESTALE: 'the network file system lost the file',
};

/** A failed call of the operating system, as opposed to an error of this code or an abort. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** Whether the error is a failed system call with just this code. */
export function hasCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

/** Whether the call failed because no such file, or no folder on the way to it, exists. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && MISSING.has(error.code);
}

/** What a failed read of `file` means to the caller; anything but a system error comes back untouched. */
export function readFailure(error: unknown, file: string): unknown {
  if (!isSystemError(error)) return error;
  if (isMissing(error)) return new NotFoundError('no such blob', { path: file }, { cause: error });
  return unavailable('read', error, file);
}

/** What a failed write of `file` means to the caller; anything but a system error comes back untouched. */
export function writeFailure(error: unknown, file: string): unknown {
  return isSystemError(error) ? unavailable('write', error, file) : error;
}

function unavailable(verb: 'read' | 'write', error: NodeJS.ErrnoException & { code: string }, file: string) {
  const denied = error.code === 'EACCES' || error.code === 'EPERM';
  const reason = denied ? `not ${verb === 'read' ? 'readable' : 'writable'}` : REASONS[error.code];
  return new UnavailableError(
    `cannot ${verb}: ${reason ?? error.message}`,
    { path: file, cause: error.code },
    { cause: error },
  );
}

import { InvalidArgumentError } from '../errors/index.js';

// The limits of common file systems (one name) and of S3 (the whole key).
const MAX_NAME_LENGTH = 255;
const MAX_PATH_LENGTH = 1024;
const NAME = /^[A-Za-z0-9._~=+,-]+$/;

/** Whether `name` may be one part of a blob's path. */
export function isBlobName(name: string): boolean {
  return NAME.test(name) && name !== '.' && name !== '..' && name.length <= MAX_NAME_LENGTH;
}

/** The path itself when it is one a store accepts; nothing that passes can point outside the store. */
export function parseBlobPath(path: string): string {
  if (path.length > MAX_PATH_LENGTH || !path.split('/').every(isBlobName)) {
    throw new InvalidArgumentError('not a blob path', {
      found: path.length > MAX_PATH_LENGTH ? `${path.slice(0, 80)}... (${path.length} characters)` : path,
      expected: 'names of [A-Za-z0-9._~=+,-] joined by /',
    });
  }
  return path;
}

/** A listing's prefix: '' or a folder path ending in `/`. */
export function parseFolderPrefix(prefix: string): string {
  if (prefix === '') return prefix;
  if (!prefix.endsWith('/')) {
    throw new InvalidArgumentError('not a folder prefix', {
      found: prefix,
      expected: "'' or a path ending in /",
    });
  }
  parseBlobPath(prefix.slice(0, -1));
  return prefix;
}

/** The prefix that stands for a folder named with or without its last `/`. */
export function folderPrefix(folder: string): string {
  return parseFolderPrefix(folder === '' || folder.endsWith('/') ? folder : `${folder}/`);
}

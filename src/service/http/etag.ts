import { hash } from 'node:crypto';

/** Raised when the bytes of answers change though data and query do not. */
const ANSWER_VERSION = 2;
const TAG_CHARACTERS = 22;

/** A strong entity tag, quoted, of what decides an answer's bytes: the snapshot, the query, the form. */
export function entityTag(parts: readonly string[]): string {
  const digest = hash('sha256', JSON.stringify([ANSWER_VERSION, ...parts]), 'base64url');
  return `"${digest.slice(0, TAG_CHARACTERS)}"`;
}

/** What If-None-Match says about a representation: `any` for `*`. */
export type TagMatch = 'any' | 'same' | 'none';

/** Compares weakly, as If-None-Match wants: W/ prefixes do not count. */
export function matchTag(header: string | undefined, tag: string): TagMatch {
  if (header === undefined) return 'none';
  if (header.trim() === '*') return 'any';
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((candidate) => candidate.replace(/^W\//, '') === tag) ? 'same' : 'none';
}

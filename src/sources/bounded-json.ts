import { CorruptionError, type ErrorFields, UnsupportedError } from '../errors/index.js';

/** A JSON object of which nothing but its being one is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

const maxDepth = 64;
const maxAttributeChars = 1024 * 1024;

/**
 * Parses a JSON document whose top is an object. Bare NaN, Infinity and -Infinity, which Python writes, become
 * strings of that name. Nesting is bounded, so that whatever walks the result may recurse.
 */
export function parseJsonObject(bytes: Uint8Array, file: string): JsonObject {
  const text = decodeText(bytes, file);
  const depth = nestingDepth(text);
  if (depth > maxDepth)
    throw new UnsupportedError('metadata is nested too deeply', { file, depth, allowed: maxDepth });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = parsePythonNumbers(text, file);
  }
  if (isJsonObject(document)) return document;
  throw new CorruptionError('metadata is not a JSON object', { file });
}

/** Whether `value` is an object with members, neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Attributes small enough to be kept and copied into manifests. */
export function checkAttributes(attributes: JsonObject, fields: ErrorFields): JsonObject {
  const chars = JSON.stringify(attributes).length;
  if (chars <= maxAttributeChars) return attributes;
  throw new UnsupportedError('attributes are too large', { ...fields, chars, allowed: maxAttributeChars });
}

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CorruptionError('metadata is not UTF-8 text', { file }, { cause });
  }
}

function parsePythonNumbers(text: string, file: string): unknown {
  const quoted = text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return JSON.parse(quoted);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 120) : String(cause);
    throw new CorruptionError('metadata is not JSON', { file, reason }, { cause });
  }
}

function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 92) i++;
      else if (char === 34) inString = false;
    } else if (char === 34) inString = true;
    else if (char === 91 || char === 123) deepest = Math.max(deepest, ++depth);
    else if (char === 93 || char === 125) depth--;
  }
  return deepest;
}

/** A value from a document in a message: short, and safe for objects that would not become text by themselves. */
export function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60);
}

import { CorruptionError } from '../errors/index.js';
import { FORMAT_VERSION } from './manifest.js';
import { requireKnownVersion } from './manifest-text.js';

const NEWLINE = 10;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The bytes of an identity file. */
export function formatIdentity({
  layer,
  uuid,
}: {
  readonly layer: string;
  readonly uuid: string;
}): Uint8Array {
  return Buffer.from(`${JSON.stringify({ formatVersion: FORMAT_VERSION, layer, uuid })}\n`);
}

/**
 * The uuid in the identity file of `layer`. The file has no checksum: whether it is the layer's is known once it is
 * compared with a manifest.
 *
 * Throws: CorruptionError; UnsupportedError for an unknown version.
 */
export function parseIdentity(bytes: Uint8Array, { path, layer }: { path: string; layer: string }): string {
  if (bytes.at(-1) !== NEWLINE) throw new CorruptionError('layer identity is cut short', { path });
  const value = parseJson(bytes, path);
  requireKnownVersion(value, { path, what: 'layer identity' });
  const { layer: found, uuid } = value as { layer?: unknown; uuid?: unknown };
  if (found !== layer) {
    throw new CorruptionError('layer identity belongs elsewhere', { path, expected: layer, found });
  }
  if (typeof uuid === 'string' && UUID.test(uuid)) return uuid;
  throw new CorruptionError('layer identity has no uuid', { path, found: uuid });
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CorruptionError('layer identity is not JSON', { path }, { cause });
  }
}

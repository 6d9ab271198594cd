import type { BlobOptions, BlobStore } from '../blob/index.js';
import { ConflictError, CorruptionError, InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { tagFolder, tagPath } from './layer-paths.js';
import { FORMAT_VERSION } from './manifest.js';
import { requireKnownVersion } from './manifest-text.js';
import { formatSealed, parseSealed } from './sealed-json.js';

/** A letter first, so that no tag reads as the number of a snapshot. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A name for one snapshot of a layer, which is kept as long as the tag is there. */
export interface Tag {
  readonly name: string;
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Throws: InvalidArgumentError unless `text` may be the name of a tag. */
export function parseTagName(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError('not the name of a tag', {
    found: text,
    expected: 'a letter, then at most 63 letters, digits, - or _',
  });
}

/** Throws: ConflictError when another snapshot has the tag. */
export async function putTag(
  store: BlobStore,
  { layer, name, sequence }: { layer: string; name: string; sequence: number },
  options: BlobOptions = {},
): Promise<void> {
  const path = tagPath(layer, parseTagName(name));
  const createdAt = new Date().toISOString();
  const tag = { formatVersion: FORMAT_VERSION, tag: name, snapshot: sequence, createdAt };
  if (await store.putIfAbsent(path, [formatSealed(tag)], options)) return;
  const existing = await readTag(store, { layer, name }, options);
  if (existing.sequence !== sequence) {
    throw new ConflictError('another snapshot has this tag; untag it first', {
      layer,
      tag: name,
      snapshot: existing.sequence,
    });
  }
}

/** Throws: NotFoundError when there is no such tag. */
export async function deleteTag(
  store: BlobStore,
  { layer, name }: { layer: string; name: string },
  options: BlobOptions = {},
): Promise<void> {
  const path = tagPath(layer, parseTagName(name));
  if ((await store.stat(path, options)) === undefined) {
    throw new NotFoundError('no such tag', { layer, tag: name });
  }
  // One that came back would name a snapshot whose segments may be gone by then.
  await store.delete(path, { ...options, isDurable: true });
}

/** Tags of a layer by name. Throws: CorruptionError for a damaged one. */
export async function listTags(store: BlobStore, layer: string, options: BlobOptions = {}): Promise<Tag[]> {
  const tags: Tag[] = [];
  for (const file of await store.listNames(tagFolder(layer), options)) {
    const name = file.replace(/\.json$/, '');
    if (name !== file && NAME.test(name)) tags.push(await readTag(store, { layer, name }, options));
  }
  return tags;
}

/** Throws: NotFoundError when there is no such tag; CorruptionError for a damaged one. */
export async function readTag(
  store: BlobStore,
  { layer, name }: { layer: string; name: string },
  options: BlobOptions = {},
): Promise<Tag> {
  const path = tagPath(layer, parseTagName(name));
  const bytes = await store.get(path, options).catch((cause: unknown) => {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new NotFoundError('no such tag', { layer, tag: name }, { cause });
  });
  const value = parseSealed(bytes, { path, what: 'tag' });
  requireKnownVersion(value, { path, what: 'tag' });
  const { tag, snapshot, createdAt } = value as Record<string, unknown>;
  const isTag = tag === name && Number.isSafeInteger(snapshot) && typeof createdAt === 'string';
  if (!isTag) throw new CorruptionError('tag contradicts itself', { path, found: { tag, snapshot } });
  return { name, sequence: snapshot as number, createdAt: createdAt as string };
}

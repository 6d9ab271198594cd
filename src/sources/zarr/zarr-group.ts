import { isDeepStrictEqual } from 'node:util';
import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import { checkAttributes, isJsonObject, type JsonObject, parseJsonObject } from '../bounded-json.js';
import { once } from '../once.js';
import type { StoreDirectory } from './store-directory.js';
import type { ArrayMetadata } from './zarr-metadata.js';
import { checkDimensionNames, checkRank, type ZarrGroup, type ZarrNode } from './zarr-node.js';
import { parseArrayV2 } from './zarr-v2.js';
import { parseArrayV3 } from './zarr-v3.js';

/** What the two versions do differently to describe the arrays of a group. */
interface RawArray {
  readonly name: string;
  readonly file: string;
  readonly document: JsonObject;
  /** The array's own document, where `document` comes from the group. */
  readonly own: JsonObject | undefined;
  readonly attributes: JsonObject;
}

const maxDocumentBytes = 64 * 1024 * 1024;
const maxArrays = 10_000;

/**
 * Metadata of the arrays directly in a group, of version 3 where there is a `zarr.json`, else of version 2;
 * from consolidated metadata where there is some, which then has to agree with the arrays' own.
 * Throws: UnsupportedError when the directory is no Zarr group.
 */
export async function readZarrGroup(directory: StoreDirectory, signal?: AbortSignal): Promise<ZarrGroup> {
  const read = documentReader(directory, signal);
  const v3 = await read('zarr.json');
  if (v3 !== undefined) return groupV3(v3, directory, signal);
  const consolidated = await read('.zmetadata');
  if (consolidated !== undefined || (await read('.zgroup')) !== undefined)
    return groupV2(consolidated, directory, signal);
  if ((await read('.zarray')) !== undefined) throw singleArray();
  throw new UnsupportedError('directory is not a Zarr store', {
    expected: 'zarr.json, .zmetadata or .zgroup in it',
  });
}

async function groupV3(
  root: JsonObject,
  directory: StoreDirectory,
  signal?: AbortSignal,
): Promise<ZarrGroup> {
  const read = documentReader(directory, signal);
  if (root.node_type === 'array') throw singleArray();
  if (root.zarr_format !== 3 || root.node_type !== 'group')
    throw new CorruptionError('metadata is not of a version 3 group', { file: 'zarr.json' });
  const consolidated = consolidatedV3(root);
  const raw: RawArray[] = [];
  for (const name of consolidated?.keys() ?? (await arrayFolders(directory, signal))) {
    const own = await read(`${name}/zarr.json`);
    const document = consolidated?.get(name) ?? own;
    if (document?.node_type !== 'array') continue;
    raw.push({
      name,
      file: `${name}/zarr.json`,
      document,
      own,
      attributes: attributesOf(document.attributes, name),
    });
  }
  const nodes = raw.map((array) => nodeOf(array, array.document.dimension_names, parseArrayV3));
  return { format: 3, attributes: attributesOf(root.attributes, '/'), nodes: nodeMap(nodes) };
}

async function groupV2(
  consolidated: JsonObject | undefined,
  directory: StoreDirectory,
  signal?: AbortSignal,
): Promise<ZarrGroup> {
  const read = documentReader(directory, signal);
  const known = consolidated && consolidatedV2(consolidated);
  const raw: RawArray[] = [];
  for (const name of known === undefined ? await arrayFolders(directory, signal) : arrayNames(known)) {
    const file = `${name}/.zarray`;
    const own = await read(file);
    const document = known?.get(file) ?? own;
    if (document === undefined) continue;
    const attributes = known === undefined ? await read(`${name}/.zattrs`) : known.get(`${name}/.zattrs`);
    raw.push({ name, file, document, own, attributes: attributesOf(attributes, name) });
  }
  const nodes = raw.map((array) => nodeOf(array, array.attributes._ARRAY_DIMENSIONS, parseArrayV2));
  const attributes = known === undefined ? await read('.zattrs') : known.get('.zattrs');
  return { format: 2, attributes: attributesOf(attributes, '/'), nodes: nodeMap(nodes) };
}

function nodeOf(
  raw: RawArray,
  dimensionNames: unknown,
  parse: (document: JsonObject, fields: ErrorFields) => ArrayMetadata,
): ZarrNode {
  const { name, attributes } = raw;
  const fields = { array: name, file: raw.file };
  const dims = checkDimensionNames(dimensionNames, fields);
  const metadata = once(() => {
    const array = parse(raw.document, fields);
    checkRank(dims, array, { array: name });
    checkAgreement(raw);
    return array;
  });
  return { name, attributes, dims, metadata };
}

function nodeMap(nodes: readonly ZarrNode[]): ReadonlyMap<string, ZarrNode> {
  return new Map(nodes.map((node) => [node.name, node]));
}

function documentReader(directory: StoreDirectory, signal?: AbortSignal) {
  return async (file: string): Promise<JsonObject | undefined> => {
    const bytes = await directory.read(file, { maxBytes: maxDocumentBytes, signal });
    return bytes && parseJsonObject(bytes, file);
  };
}

async function arrayFolders(directory: StoreDirectory, signal?: AbortSignal): Promise<string[]> {
  const names = (await directory.listDirectories(signal)).filter((name) => !name.startsWith('.'));
  return checkCount(names);
}

function arrayNames(known: ReadonlyMap<string, JsonObject>): string[] {
  const suffix = '/.zarray';
  const names = [...known.keys()]
    .filter((key) => key.endsWith(suffix))
    .map((key) => key.slice(0, -suffix.length));
  return checkCount(names.filter((name) => !name.includes('/')));
}

function consolidatedV2(document: JsonObject): ReadonlyMap<string, JsonObject> {
  const { metadata } = document;
  if (!isJsonObject(metadata) || document.zarr_consolidated_format !== 1)
    throw new CorruptionError('consolidated metadata is not of format 1', { file: '.zmetadata' });
  return documentMap(metadata, '.zmetadata');
}

function consolidatedV3(root: JsonObject): ReadonlyMap<string, JsonObject> | undefined {
  const consolidated = root.consolidated_metadata;
  if (consolidated === undefined || consolidated === null) return undefined;
  if (!isJsonObject(consolidated) || consolidated.kind !== 'inline' || !isJsonObject(consolidated.metadata))
    throw new CorruptionError('consolidated metadata is not inline', { file: 'zarr.json' });
  const documents = documentMap(consolidated.metadata, 'zarr.json');
  const direct = [...documents].filter(([name]) => !name.includes('/'));
  checkCount(direct.map(([name]) => name));
  return new Map(direct);
}

function documentMap(metadata: JsonObject, file: string): ReadonlyMap<string, JsonObject> {
  const documents = new Map<string, JsonObject>();
  for (const [key, document] of Object.entries(metadata)) {
    if (!isJsonObject(document))
      throw new CorruptionError('metadata member is not an object', { file, member: key.slice(0, 80) });
    documents.set(key, document);
  }
  return documents;
}

/** Attributes may have been edited since the metadata was consolidated; the layout of the bytes may not. */
function checkAgreement({ name, file, own, document }: RawArray): void {
  if (own === document) return;
  const fields = { array: name, file };
  if (own === undefined) throw new CorruptionError('array of the consolidated metadata is missing', fields);
  const members = new Set([...Object.keys(own), ...Object.keys(document)]);
  for (const member of members) {
    const isLayout = member !== 'attributes' && member !== 'consolidated_metadata';
    if (isLayout && !isDeepStrictEqual(own[member], document[member]))
      throw new CorruptionError('consolidated metadata and the array’s own differ', { ...fields, member });
  }
}

function attributesOf(value: unknown, array: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new CorruptionError('attributes are not an object', { array });
  return checkAttributes(value, { array });
}

function checkCount(names: string[]): string[] {
  if (names.length <= maxArrays) return names;
  throw new UnsupportedError('group has too many arrays', { found: names.length, allowed: maxArrays });
}

function singleArray(): UnsupportedError {
  return new UnsupportedError('location is a single Zarr array', {
    expected: 'the group with its coordinates',
  });
}

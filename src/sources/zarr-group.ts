import { isDeepStrictEqual } from 'node:util';
import { CorruptionError, UnsupportedError } from '../errors/index.js';
import { isJsonObject, type JsonObject, parseJsonObject } from './bounded-json.js';
import type { StoreDirectory } from './store-directory.js';
import {
  checkAttributes,
  checkDimensionNames,
  checkRank,
  once,
  type ZarrGroup,
  type ZarrNode,
} from './zarr-node.js';
import { parseArrayV2 } from './zarr-v2.js';
import { parseArrayV3 } from './zarr-v3.js';

/** What the two versions do differently to describe the arrays of a group. */
interface RawArray {
  readonly name: string;
  readonly file: string;
  readonly document: JsonObject;
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
    checkAgreement({ name, file: `${name}/zarr.json`, own, consolidated: consolidated && document });
    raw.push({
      name,
      file: `${name}/zarr.json`,
      document,
      attributes: attributesOf(document.attributes, name),
    });
  }
  const toNode = ({ name, file, document, attributes }: RawArray): ZarrNode => {
    const fields = { array: name, file };
    const dims = checkDimensionNames(document.dimension_names, fields);
    return nodeOf(name, attributes, dims, () => parseArrayV3(document, fields));
  };
  return { format: 3, attributes: attributesOf(root.attributes, '/'), nodes: nodeMap(raw.map(toNode)) };
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
    checkAgreement({ name, file, own, consolidated: known && document });
    const attributes = known === undefined ? await read(`${name}/.zattrs`) : known.get(`${name}/.zattrs`);
    raw.push({ name, file, document, attributes: attributesOf(attributes, name) });
  }
  const toNode = ({ name, file, document, attributes }: RawArray): ZarrNode => {
    const fields = { array: name, file };
    const dims = checkDimensionNames(attributes._ARRAY_DIMENSIONS, fields);
    return nodeOf(name, attributes, dims, () => parseArrayV2(document, fields));
  };
  const attributes = known === undefined ? await read('.zattrs') : known.get('.zattrs');
  return { format: 2, attributes: attributesOf(attributes, '/'), nodes: nodeMap(raw.map(toNode)) };
}

function nodeOf(
  name: string,
  attributes: JsonObject,
  dims: readonly string[] | undefined,
  parse: () => ReturnType<ZarrNode['metadata']>,
): ZarrNode {
  const metadata = once(() => {
    const array = parse();
    checkRank(dims, array, { array: name });
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

interface Agreement {
  readonly name: string;
  readonly file: string;
  readonly own: JsonObject | undefined;
  readonly consolidated: JsonObject | undefined;
}

/** Attributes may have been edited since; the layout of the bytes may not. */
function checkAgreement({ name, file, own, consolidated }: Agreement): void {
  if (consolidated === undefined) return;
  if (own === undefined)
    throw new CorruptionError('array of the consolidated metadata is missing', { array: name, file });
  const layout = ({ attributes: _, consolidated_metadata: __, ...rest }: JsonObject) => rest;
  if (!isDeepStrictEqual(layout(own), layout(consolidated)))
    throw new CorruptionError('consolidated metadata and the array’s own differ', { array: name, file });
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

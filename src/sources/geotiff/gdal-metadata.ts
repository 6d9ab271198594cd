import { UnsupportedError } from '../../errors/index.js';
import type { TiffDirectory } from './tiff-directory.js';

/** An item of GDAL's metadata; without `band` it is about the whole file, counted from 0 otherwise. */
export interface GdalItem {
  readonly name: string;
  readonly value: string;
  readonly band?: number;
  /** What the item is besides metadata: scale, offset, unittype, description, colorinterp. */
  readonly role?: string;
  readonly domain?: string;
}

const MAX_BYTES = 4 * 1024 * 1024;
const ITEM = /<Item\b([^<>]*)>([^<>]*)<\/Item>/g;
const ATTRIBUTE = /([a-z]+)="([^"<>]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads the GDAL_METADATA tag: a flat list of items in XML, its text escaped twice. */
export async function readGdalMetadata(directory: TiffDirectory): Promise<readonly GdalItem[]> {
  const text = await directory.text('GdalMetadata', MAX_BYTES);
  if (text === undefined) return [];
  if (/<!DOCTYPE/i.test(text))
    throw new UnsupportedError('GDAL metadata with a document type is not supported', {
      file: directory.file.path,
    });
  return [...text.matchAll(ITEM)].flatMap(([, attributes = '', value = '']) => {
    const known = new Map(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key, text]) => [key, unescapeXml(text!)]),
    );
    const name = known.get('name');
    if (name === undefined) return [];
    const sample = known.get('sample');
    const role = known.get('role');
    const domain = known.get('domain');
    return {
      name,
      value: unescapeXml(unescapeXml(value)),
      ...(sample === undefined ? {} : { band: Number(sample) }),
      ...(role ? { role } : {}),
      ...(domain ? { domain } : {}),
    };
  });
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|([a-z]{2,4}));/g, (entity, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

import { CorruptionError } from '../../errors/index.js';
import { isFloatType, storedNoData } from '../../raster/index.js';
import type { SourceParameter } from '../source.js';
import { type GdalItem, readGdalMetadata } from './gdal-metadata.js';
import type { ImageLayout } from './image-layout.js';
import type { TiffDirectory } from './tiff-directory.js';
import { TEXT_TAGS } from './tiff-tags.js';

/** A band as a parameter, but for how it lies on a grid. */
export type BandParameter = Omit<SourceParameter, 'dims' | 'shape' | 'chunkShape'>;

/** What a file says about its bands and about itself. */
export interface BandDescription {
  readonly parameters: readonly BandParameter[];
  /** What cells of blocks that were never written hold. */
  readonly sparseFill: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const MAX_NAME = 200;

/** Reads the bands' names, units, packing and no-data, and the text a file carries. */
export async function readBands(directory: TiffDirectory, layout: ImageLayout): Promise<BandDescription> {
  const items = await readGdalMetadata(directory);
  const noData = await readNoData(directory);
  const stored = noData === undefined ? undefined : storedNoData({ type: layout.type, noData });
  const ids = uniqueIds(
    Array.from(
      { length: layout.bands },
      (_, band) => roleOf(items, band, 'description') ?? `band${band + 1}`,
    ),
  );
  const isNaNFilled = Number.isNaN(noData) && isFloatType(layout.type);
  return {
    parameters: ids.map((id, band) => describeBand({ id, band, items, layout, noData: stored }, directory)),
    sparseFill: stored ?? (isNaNFilled ? Number.NaN : 0),
    attributes: await readAttributes(directory, items),
  };
}

interface Band {
  readonly id: string;
  readonly band: number;
  readonly items: readonly GdalItem[];
  readonly layout: ImageLayout;
  readonly noData: number | undefined;
}

function describeBand({ id, band, items, layout, noData }: Band, directory: TiffDirectory): BandParameter {
  const unit = roleOf(items, band, 'unittype') ?? gribUnit(items, band);
  const [scale, offset] = (['scale', 'offset'] as const).map((role) => packing(items, band, role));
  if (scale === 0 || !Number.isFinite(scale) || !Number.isFinite(offset))
    throw new CorruptionError('scale or offset of a band is not a usable number', {
      file: directory.file.path,
      parameter: id,
      scale,
      offset,
    });
  return {
    id,
    title: roleOf(items, band, 'description') ?? id,
    ...(unit === undefined ? {} : { unit }),
    type: layout.type,
    ...(noData === undefined ? {} : { noData }),
    scale: scale!,
    offset: offset!,
    axes: [],
    attributes: attributesOf(items.filter((item) => item.band === band)),
  };
}

function packing(items: readonly GdalItem[], band: number, role: 'scale' | 'offset'): number {
  const text = roleOf(items, band, role);
  if (text === undefined) return role === 'scale' ? 1 : 0;
  return text === '' ? Number.NaN : Number(text);
}

/** Text of an item with a role, one line; undefined when there is none. */
function roleOf(items: readonly GdalItem[], band: number, role: string): string | undefined {
  const text = items.find((item) => item.band === band && item.role === role)?.value;
  return (
    text
      ?.replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, MAX_NAME) || undefined
  );
}

/** GDAL's GRIB driver writes units in brackets among the metadata. */
function gribUnit(items: readonly GdalItem[], band: number): string | undefined {
  const text = items.find((item) => item.band === band && item.name === 'GRIB_UNIT' && !item.domain)?.value;
  return /^\[([^[\]]+)\]$/.exec(text ?? '')?.[1];
}

/** Commas separate names in lists of parameters, so no name may hold one; equal names get a number. */
function uniqueIds(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(',', ';');
    let id = plain;
    for (let k = 2; taken.has(id); k++) id = `${plain}_${k}`;
    taken.add(id);
    return id;
  });
}

/** GDAL writes no-data as text; undefined when there is none. */
async function readNoData(directory: TiffDirectory): Promise<number | undefined> {
  const text = (await directory.text('GdalNoData', 256))?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^[+-]?(nan|1\.#(qnan|ind))/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw directory.file.damage('no-data tag is not a number', { found: text.slice(0, 40) });
}

async function readAttributes(
  directory: TiffDirectory,
  items: readonly GdalItem[],
): Promise<Record<string, string>> {
  const attributes = attributesOf(items.filter((item) => item.band === undefined));
  for (const [tag, name] of TEXT_TAGS) {
    const text = (await directory.text(tag))?.trim();
    if (text) attributes[name] = text;
  }
  return attributes;
}

/** Items by name; those of another domain than the first with it before their name. */
function attributesOf(items: readonly GdalItem[]): Record<string, string> {
  return Object.fromEntries(
    items
      .filter(({ role }) => role === undefined)
      .map(({ name, value, domain }) => [domain === undefined ? name : `${domain}:${name}`, value]),
  );
}

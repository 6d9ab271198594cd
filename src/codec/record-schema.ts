import type { TileKey, TileShape } from '../grid/index.js';
import type { CellType } from '../raster/index.js';
import type { CodecName, TileSummary } from './stored-tile.js';

const int = (name: string) => ({ name, type: 'int' });
const double = (name: string) => ({ name, type: 'double' });

const key = {
  type: 'record',
  name: 'TileKey',
  fields: [
    int('level'),
    { name: 'parameter', type: 'string' },
    int('col'),
    int('row'),
    int('t'),
    int('z'),
    { name: 'custom', type: { type: 'array', items: 'int' } },
  ],
};

const shape = { type: 'record', name: 'TileShape', fields: [int('t'), int('z'), int('row'), int('col')] };

const summary = {
  type: 'record',
  name: 'TileSummary',
  fields: [{ name: 'valid', type: 'long' }, double('min'), double('max'), double('sum')],
};

const optionalSummary = (type: unknown) => ({ name: 'summary', type: ['null', type], default: null });

const constantTile = {
  type: 'record',
  name: 'ConstantTile',
  fields: [
    { name: 'type', type: 'string' },
    { name: 'shape', type: shape },
    optionalSummary(summary),
    double('value'),
  ],
};

const codedTile = {
  type: 'record',
  name: 'CodedTile',
  fields: [
    { name: 'type', type: 'string' },
    { name: 'shape', type: 'TileShape' },
    optionalSummary('TileSummary'),
    { name: 'codec', type: 'string' },
    { name: 'bytes', type: 'bytes' },
  ],
};

const pair = {
  type: 'record',
  name: 'TilePair',
  fields: [
    { name: 'key', type: key },
    { name: 'tile', type: [constantTile, codedTile] },
  ],
};

const record = {
  type: 'record',
  name: 'TileRecord',
  fields: [{ name: 'pairs', type: { type: 'array', items: pair } }],
};

/** The Avro schema, as JSON text, of what `encodeRecord` writes; a segment keeps it beside its records. */
export const recordSchema: string = JSON.stringify(record);

/** A record as avsc sees it: unions of records are wrapped by branch name. */
export interface AvroRecord {
  readonly pairs: readonly AvroPair[];
}

/** One element of a record's vector. */
export interface AvroPair {
  readonly key: TileKey;
  readonly tile: { readonly ConstantTile: AvroConstantTile } | { readonly CodedTile: AvroCodedTile };
}

interface AvroTile<Type> {
  readonly type: Type;
  readonly shape: TileShape;
  readonly summary: TileSummary | null;
}

/** Type and codec are plain text until checked. */
export interface AvroConstantTile<Type = CellType | string> extends AvroTile<Type> {
  readonly value: number;
}

/** Type and codec are plain text until checked. */
export interface AvroCodedTile<Type = CellType | string> extends AvroTile<Type> {
  readonly codec: CodecName | string;
  readonly bytes: Buffer;
}

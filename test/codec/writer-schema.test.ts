import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { createRecordDecoder, encodeRecord, recordSchema, type StoredPair } from '../../src/codec/index.js';
import { CorruptionError } from '../../src/errors/index.js';
import { codedTile, constantTile, sampleKey, samplePairs } from './sample-tiles.js';

interface Field {
  readonly name: string;
  readonly type: unknown;
}

interface Named {
  readonly type?: unknown;
  readonly name?: string;
  readonly fields?: Field[];
}

/** The current schema with the fields of its records changed, as text. */
function changedSchema(change: (fields: Field[], record: string) => Field[]): string {
  return JSON.stringify(JSON.parse(recordSchema), (_, value: unknown) => {
    const { fields, name } = (value ?? {}) as Named;
    return fields ? { ...(value as Named), fields: change(fields, name ?? '') } : value;
  });
}

/** What another version of the program would have written for `samplePairs`, by plain avsc. */
function writeWith(schema: string, extra: object = {}): Uint8Array {
  const tiles = [
    { ConstantTile: { ...constantTile, summary: null, ...extra } },
    {
      CodedTile: {
        ...codedTile,
        bytes: Buffer.from(codedTile.kind === 'coded' ? codedTile.bytes : []),
        ...extra,
      },
    },
  ];
  const pairs = samplePairs.map(({ key }, i) => ({ key: { ...key, ...extra }, tile: tiles[i] }));
  return avro.Type.forSchema(JSON.parse(schema)).toBuffer({ pairs, ...extra });
}

function read(schema: string, record: Uint8Array): unknown {
  return createRecordDecoder(schema)(record).map(({ key, tile }: StoredPair) => ({
    key: { ...key },
    tile: tile.kind === 'coded' ? { ...tile, bytes: [...tile.bytes] } : tile,
  }));
}

const expected = [
  { key: sampleKey, tile: constantTile },
  { key: { ...sampleKey, t: 6, custom: [] }, tile: { ...codedTile, bytes: [1, 0, 2, 0, 3, 0] } },
];

describe('a decoder for the schema of another version', () => {
  it('reads records of plain avsc, and plain avsc reads ours', () => {
    expect(read(recordSchema, writeWith(recordSchema))).toEqual(expected);
    expect(Buffer.from(encodeRecord(samplePairs))).toEqual(Buffer.from(writeWith(recordSchema)));
  });

  it('reads records without summaries', () => {
    const schema = changedSchema((fields) => fields.filter(({ name }) => name !== 'summary'));
    const { summary: _, ...bare } = expected[1]!.tile as { summary?: unknown };
    expect(read(schema, writeWith(schema))).toEqual([expected[0], { ...expected[1], tile: bare }]);
  });

  it('skips fields it does not know, bytes and arrays among them', () => {
    const unknown: Field[] = [
      { name: 'note', type: 'string' },
      { name: 'blob', type: 'bytes' },
      { name: 'list', type: { type: 'array', items: ['null', 'double'] } },
    ];
    const changed = ['TileRecord', 'TileKey', 'ConstantTile', 'CodedTile'];
    const schema = changedSchema((fields, record) =>
      changed.includes(record) ? [unknown[0]!, ...fields, unknown[1]!, unknown[2]!] : fields,
    );
    const extra = { note: 'new', blob: Buffer.of(1, 2, 3), list: [null, 1.5] };
    expect(read(schema, writeWith(schema, extra))).toEqual(expected);
  });

  it('reads fields in another order, with bytes still views', () => {
    const schema = changedSchema((fields, record) =>
      record === 'TileShape' ? [...fields].reverse() : fields,
    );
    const moved = changedSchema((fields, record) => (record === 'TileKey' ? [...fields].reverse() : fields));
    for (const other of [schema, moved]) {
      const record = writeWith(other);
      expect(read(other, record)).toEqual(expected);
      const [, pair] = createRecordDecoder(other)(record);
      expect(pair?.tile.kind === 'coded' && pair.tile.bytes.buffer === record.buffer).toBe(true);
    }
  });

  it('refuses damage in fields it skips', () => {
    const schema = changedSchema((fields, record) =>
      record === 'TileRecord' ? [{ name: 'list', type: { type: 'array', items: 'int' } }, ...fields] : fields,
    );
    const record = writeWith(schema, { list: [] });
    const decode = createRecordDecoder(schema);
    const damaged = [
      [0x80, 0x80, 0x80, 0x80, 0x10],
      // A block of one item and minus eight bytes would send a trusting reader round for ever.
      [0x01, 0x0f],
    ];
    for (const head of damaged) {
      expect(() => decode(Uint8Array.from([...head, ...record.subarray(1)]))).toThrow(CorruptionError);
    }
  });
});

const int = { name: 'pairs', type: 'int' };

describe('a writer schema that is not acceptable', () => {
  it.each<[string, unknown]>([
    ['text in place of JSON', '{'],
    ['null', null],
    ['a number', 7],
    ['an unknown type', 'map'],
    ['a map', { type: 'map', values: 'int' }],
    ['null outside a union', { type: 'array', items: 'null' }],
    ['an empty union', []],
    ['a record without fields', { type: 'record', name: 'TileRecord', fields: [] }],
    ['a name that is code', { type: 'record', name: 'A(){}; process.exit(); function B', fields: [int] }],
    [
      'a field name that is code',
      { type: 'record', name: 'A', fields: [{ name: 'a = 1; //', type: 'int' }] },
    ],
    ['a qualified name', { type: 'record', name: 'a.TileRecord', fields: [int] }],
    ['a namespace', { type: 'record', name: 'TileRecord', namespace: 'x', fields: [int] }],
    ['a name too long', { type: 'record', name: 'A'.repeat(65), fields: [int] }],
    ['a type that holds itself', { type: 'record', name: 'A', fields: [{ name: 'a', type: ['null', 'A'] }] }],
    [
      'a name defined twice',
      [
        { type: 'fixed', name: 'A', size: 1 },
        { type: 'fixed', name: 'A', size: 2 },
      ],
    ],
    ['an enum symbol that is code', { type: 'enum', name: 'E', symbols: ["a'"] }],
    ['a fixed type of no bytes', { type: 'fixed', name: 'F', size: 0 }],
    ['another record', { type: 'record', name: 'Other', fields: [int] }],
    ['the right record with a wrong field', { type: 'record', name: 'TileRecord', fields: [int] }],
    [
      'names of object methods',
      { type: 'record', name: 'constructor', fields: [{ name: '__proto__', type: 'int' }] },
    ],
    ['too many types', Array.from({ length: 2000 }, () => 'int')],
    ['a union of equal types', ['int', 'int']],
  ])('refuses %s', (_, schema) => {
    const text = schema === '{' ? schema : JSON.stringify(schema);
    expect(() => createRecordDecoder(text)).toThrow(CorruptionError);
  });

  it('refuses deep nesting and long text', () => {
    const deep = JSON.stringify(
      Array.from({ length: 40 }).reduce<unknown>((items) => ({ type: 'array', items }), 'int'),
    );
    expect(() => createRecordDecoder(deep)).toThrow(CorruptionError);
    expect(() => createRecordDecoder(recordSchema + ' '.repeat(100_000))).toThrow(CorruptionError);
  });

  it('leaves defaults and logical types of the file out', () => {
    const schema = changedSchema((fields) =>
      fields.map((field) => ({
        ...field,
        default: { toString: 'x' },
        doc: '*/',
        aliases: ['x y'],
        order: 7,
      })),
    );
    expect(read(schema, writeWith(recordSchema))).toEqual(expected);
  });
});

it('keeps compiled decoders, but only so many', () => {
  const schemas = Array.from({ length: 40 }, (_, i) => `${recordSchema}${' '.repeat(i)}`);
  const first = schemas.map(createRecordDecoder);
  expect(createRecordDecoder(schemas[39]!)).toBe(first[39]);
  expect(createRecordDecoder(schemas[0]!)).not.toBe(first[0]);
});

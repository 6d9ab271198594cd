import { CorruptionError, InvalidArgumentError, TilecurveError } from '../errors/index.js';
import { compileType } from './avro-types.js';
import { type AvroPair, type AvroRecord, recordSchema } from './record-schema.js';
import { checkPair } from './stored-pair-check.js';
import type { StoredPair } from './stored-tile.js';
import { parseWriterSchema } from './writer-schema.js';

/** Decoders kept compiled: one per schema in use; a store has as many as there were format changes. */
const maxDecoders = 16;

const recordType = compileType(parseReaderSchema());
const decoders = new Map<string, RecordDecoder>();

/** Reads the value of one record; CorruptionError when it is damaged. Coded bytes are views of `bytes`. */
export type RecordDecoder = (bytes: Uint8Array) => StoredPair[];

/** The value of one record: the Avro encoding, by `recordSchema`, of all pairs that share an index. */
export function encodeRecord(pairs: readonly StoredPair[]): Uint8Array {
  try {
    return recordType.toBuffer({ pairs: pairs.map(avroPair) } satisfies AvroRecord);
  } catch (cause) {
    throw new InvalidArgumentError('pairs that cannot be encoded', { key: pairs[0]?.key }, { cause });
  }
}

/**
 * A decoder of records written with `writerSchema` (JSON text), which need not be the current one.
 *
 * Compiled decoders are kept, so asking again is cheap.
 * Throws: CorruptionError when the schema is not acceptable or cannot be read as a tile record.
 */
export function createRecordDecoder(writerSchema: string): RecordDecoder {
  const known = decoders.get(writerSchema);
  const decoder = known ?? compileDecoder(writerSchema);
  // Deleted and set again, the map is in order of use and its first entry the one to drop.
  decoders.delete(writerSchema);
  decoders.set(writerSchema, decoder);
  const [oldest] = decoders.keys();
  if (decoders.size > maxDecoders && oldest !== undefined) decoders.delete(oldest);
  return decoder;
}

function compileDecoder(writerSchema: string): RecordDecoder {
  const resolver = createResolver(writerSchema);
  return (bytes) => {
    try {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const record: AvroRecord = recordType.fromBuffer(buffer, resolver);
      return record.pairs.map(checkPair);
    } catch (cause) {
      if (cause instanceof TilecurveError) throw cause;
      throw new CorruptionError('record cannot be decoded', { bytes: bytes.length }, { cause });
    }
  };
}

function createResolver(writerSchema: string) {
  const schema = parseWriterSchema(writerSchema);
  try {
    return recordType.createResolver(compileType(schema));
  } catch (cause) {
    throw new CorruptionError('writer schema cannot be read as a tile record', {}, { cause });
  }
}

/** The reader's schema keeps its defaults: they stand in for fields an old writer did not have. */
function parseReaderSchema() {
  return JSON.parse(recordSchema);
}

function avroPair({ key, tile }: StoredPair): AvroPair {
  const { type, shape, summary = null } = tile;
  if (tile.kind === 'constant')
    return { key, tile: { ConstantTile: { type, shape, summary, value: tile.value } } };
  const { codec, bytes } = tile;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { key, tile: { CodedTile: { type, shape, summary, codec, bytes: buffer } } };
}

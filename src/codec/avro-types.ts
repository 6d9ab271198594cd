import avro from 'avsc';
import type { AvroSchema } from './writer-schema.js';

/** avsc's cursor over a buffer; not part of its declared types. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  isValid(): boolean;
}

interface Item {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

/** avsc's `bytes` copies; this one gives a view of the buffer that is read. */
class BytesViewType extends avro.types.BytesType {
  _read(tap: Tap): Buffer {
    const length = readLength(tap);
    const start = tap.pos;
    tap.pos += length;
    return tap.buf.subarray(start, tap.pos);
  }

  _skip(tap: Tap): void {
    tap.pos += readLength(tap);
  }
}

/**
 * avsc's `array` believes its item count: a damaged one allocates or spins for billions of items. This one
 * never goes on past the end of the buffer (every item takes at least one byte).
 */
class BoundedArrayType extends avro.types.ArrayType {
  _read(this: { readonly itemsType: Item }, tap: Tap): unknown[] {
    const items: unknown[] = [];
    forEachItem(tap, () => items.push(this.itemsType._read(tap)));
    return items;
  }

  _skip(this: { readonly itemsType: Item }, tap: Tap): void {
    forEachItem(tap, () => this.itemsType._skip(tap));
  }
}

/** Compiles a checked schema to an avsc type whose reading is bounded and copies no bytes. */
export function compileType(schema: AvroSchema): avro.Type {
  // Typed with `any` by avsc: subclasses as drop-in replacements are outside its declarations.
  const typeHook = (part: unknown, options: unknown): avro.Type | undefined => {
    if (part === 'bytes' || isKind(part, 'bytes')) return new BytesViewType();
    if (isKind(part, 'array')) return new BoundedArrayType(part as avro.Schema, options);
    return undefined;
  };
  return avro.Type.forSchema(schema as avro.Schema, { typeHook });
}

function forEachItem(tap: Tap, visit: () => void): void {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    // A negative count is followed by the block's length in bytes.
    if (count < 0) tap.readLong();
    const items = Math.abs(count);
    requireBytes(tap, items);
    for (let i = 0; i < items; i++) {
      visit();
      if (!tap.isValid()) throw new Error('truncated buffer');
    }
  }
}

function readLength(tap: Tap): number {
  const length = tap.readLong();
  requireBytes(tap, length);
  return length;
}

function requireBytes(tap: Tap, length: number): void {
  // Written so that NaN, which an over-long varint gives, fails too.
  if (!(length >= 0 && length <= tap.buf.length - tap.pos)) throw new Error('length beyond the buffer');
}

function isKind(schema: unknown, kind: string): boolean {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === kind;
}

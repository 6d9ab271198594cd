import { CorruptionError } from '../errors/index.js';

const maxTextLength = 65_536;
const maxDepth = 16;
const maxNodes = 1_024;
const maxFixedBytes = 65_536;
const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const primitives = new Set(['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

/** A checked Avro schema: only what decides how bytes are read. */
export type AvroSchema =
  | string
  | AvroSchema[]
  | { type: 'array'; items: AvroSchema }
  | { type: 'enum'; name: string; symbols: string[] }
  | { type: 'fixed'; name: string; size: number }
  | { type: 'record'; name: string; fields: { name: string; type: AvroSchema }[] };

interface Walk {
  readonly depth: number;
  /** Names of the types defined so far, shared by the whole walk. */
  readonly names: Set<string>;
  readonly nodes: { count: number };
}

/**
 * The schema a segment was written with, rebuilt from known parts only.
 *
 * avsc compiles schemas to source text, and a schema in a file is input: names are plain identifiers,
 * depth and size are bounded, and defaults, aliases, docs and logical types are left out (the reader's own
 * schema has the defaults). Types may not contain themselves, and everything takes at least one byte
 * (`null` only inside a union), so that the work of reading is bounded by the bytes read.
 * Throws: CorruptionError.
 */
export function parseWriterSchema(text: string): AvroSchema {
  if (text.length > maxTextLength) throw invalid('too long', text.length);
  return checkType(parseJson(text), { depth: 0, names: new Set(), nodes: { count: 0 } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CorruptionError('writer schema is not JSON', {}, { cause });
  }
}

function checkType(schema: unknown, walk: Walk): AvroSchema {
  if (walk.depth > maxDepth) throw invalid('nested too deeply', maxDepth);
  if (++walk.nodes.count > maxNodes) throw invalid('too many types', maxNodes);
  if (typeof schema === 'string') {
    if (primitives.has(schema) || walk.names.has(schema)) return schema;
    throw invalid('unknown type', schema);
  }
  const inner = { ...walk, depth: walk.depth + 1 };
  if (Array.isArray(schema)) return checkUnion(schema, inner);
  if (!isObject(schema)) throw invalid('not a type', schema);
  switch (schema.type) {
    case 'array':
      return { type: 'array', items: checkType(schema.items, inner) };
    case 'enum':
      return { type: 'enum', symbols: checkSymbols(schema.symbols), name: defineName(schema, walk) };
    case 'fixed':
      return { type: 'fixed', size: checkSize(schema.size), name: defineName(schema, walk) };
    case 'record':
      return checkRecord(schema, inner);
    default:
      return checkType(schema.type, inner);
  }
}

function checkUnion(branches: readonly unknown[], walk: Walk): AvroSchema[] {
  if (branches.length === 0) throw invalid('empty union', branches);
  return branches.map((branch) => (branch === 'null' ? 'null' : checkType(branch, walk)));
}

function checkRecord(schema: Record<string, unknown>, walk: Walk): AvroSchema {
  const { fields } = schema;
  if (!Array.isArray(fields) || fields.length === 0) throw invalid('record without fields', schema.name);
  const checked = fields.map((field: unknown) => {
    if (!isObject(field)) throw invalid('not a field', field);
    return { name: checkName(field.name), type: checkType(field.type, walk) };
  });
  // The name counts from here on: a type cannot hold itself.
  return { type: 'record', fields: checked, name: defineName(schema, walk) };
}

function checkSymbols(symbols: unknown): string[] {
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.length > maxNodes) {
    throw invalid('enum without symbols', symbols);
  }
  return symbols.map(checkName);
}

function checkSize(size: unknown): number {
  if (typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= maxFixedBytes) return size;
  throw invalid('size of a fixed type', size);
}

function defineName(schema: Record<string, unknown>, { names }: Walk): string {
  // A namespace would change what the name means to other readers.
  if (schema.namespace !== undefined) throw invalid('namespace', schema.namespace);
  const name = checkName(schema.name);
  if (primitives.has(name) || names.has(name)) throw invalid('name defined twice', name);
  names.add(name);
  return name;
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && namePattern.test(name)) return name;
  throw invalid('not a name', name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problem: string, found: unknown): CorruptionError {
  const text = (JSON.stringify(found) ?? String(found)).slice(0, 80);
  return new CorruptionError('writer schema is not acceptable', { problem, found: text });
}

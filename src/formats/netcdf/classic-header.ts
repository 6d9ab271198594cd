import {
  type Attributes,
  type AttributeValue,
  type ClassicFile,
  type ClassicVariable,
  classicTypes,
  paddingOf,
  sizeOf,
  typeOf,
} from './classic-layout.js';

const tags = { dimension: 10, variable: 11, attribute: 12 } as const;
/** A 64-bit offset file says the size of a variable in 32 bits. */
const maxShortSize = 2 ** 32 - 4;

/**
 * The bytes before the values of a file: 64-bit offset (version 2), or 64-bit data (version 5) when a size needs it.
 * The values of each variable follow in order, each padded to four bytes.
 *
 * Source: the NetCDF classic format specification, "CDF-2" and "CDF-5".
 */
export function classicHeader(file: ClassicFile): Uint8Array {
  const isLong = file.variables.some((variable) => sizeOf(variable) > maxShortSize);
  const form = isLong ? longForm : shortForm;
  // Where the values begin does not change how long the header is.
  const { length } = headerBytes(file, form, 0);
  return headerBytes(file, form, length);
}

interface HeaderForm {
  readonly version: 2 | 5;
  /** Lengths, counts and ids of dimensions. */
  count(value: number): Buffer;
}

const shortForm: HeaderForm = { version: 2, count: int32 };
const longForm: HeaderForm = { version: 5, count: int64 };

function headerBytes(file: ClassicFile, form: HeaderForm, valuesBegin: number): Buffer {
  const { dimensions, attributes, variables } = file;
  let begin = valuesBegin;
  const entries = variables.map((variable) => {
    const entry = variableEntry(variable, { file, form, begin });
    begin += sizeOf(variable) + paddingOf(sizeOf(variable));
    return entry;
  });
  return Buffer.concat([
    Buffer.from(`CDF${String.fromCharCode(form.version)}`),
    form.count(0),
    list(
      tags.dimension,
      dimensions.map(({ name, length }) => Buffer.concat([named(name, form), form.count(length)])),
      form,
    ),
    attributeList(attributes, form),
    list(tags.variable, entries, form),
  ]);
}

function variableEntry(
  variable: ClassicVariable,
  { file, form, begin }: { file: ClassicFile; form: HeaderForm; begin: number },
): Buffer {
  const { name, dimensions, attributes } = variable;
  const size = sizeOf(variable);
  return Buffer.concat([
    named(name, form),
    form.count(dimensions.length),
    ...dimensions.map((dimension) => form.count(file.dimensions.indexOf(dimension))),
    attributeList(attributes, form),
    int32(classicTypes[typeOf(variable)].code),
    form.count(size + paddingOf(size)),
    int64(begin),
  ]);
}

function attributeList(attributes: Attributes, form: HeaderForm): Buffer {
  const entries = Object.entries(attributes).map(([name, value]) =>
    Buffer.concat([named(name, form), attributeBytes(value, form)]),
  );
  return list(tags.attribute, entries, form);
}

function attributeBytes(value: AttributeValue, form: HeaderForm): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([int32(classicTypes.char.code), form.count(bytes.length), padded(bytes)]);
  }
  const { code, bytes: size } = classicTypes[value.type];
  const bytes = Buffer.alloc(value.values.length * size);
  for (const [i, number] of value.values.entries()) {
    if (value.type === 'int') bytes.writeInt32BE(number, i * size);
    else if (value.type === 'float32') bytes.writeFloatBE(number, i * size);
    else bytes.writeDoubleBE(number, i * size);
  }
  return Buffer.concat([int32(code), form.count(value.values.length), bytes]);
}

function list(tag: number, entries: readonly Buffer[], form: HeaderForm): Buffer {
  const head = entries.length === 0 ? int32(0) : int32(tag);
  return Buffer.concat([head, form.count(entries.length), ...entries]);
}

function named(name: string, form: HeaderForm): Buffer {
  const bytes = Buffer.from(name);
  return Buffer.concat([form.count(bytes.length), padded(bytes)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(paddingOf(bytes.length))]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

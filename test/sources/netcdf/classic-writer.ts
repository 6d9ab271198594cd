/** A variable of a hand-made classic file; `begin` and `statedBytes` are written as given. */
export interface VariablePlan {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: number;
  readonly units?: string;
  readonly statedBytes: number;
  readonly begin: number;
}

/** A hand-made header of a classic file. */
export interface HeaderPlan {
  readonly version: 1 | 2 | 5;
  readonly records?: number;
  readonly dims: readonly (readonly [name: string, length: number])[];
  readonly variables: readonly VariablePlan[];
}

/** The bytes of a header by the grammar of the NetCDF classic format. */
export function headerBytes({ version, records = 0, dims, variables }: HeaderPlan): Buffer {
  const size = (value: number) => (version === 5 ? int64(value) : int32(value));
  const name = (text: string) => Buffer.concat([size(text.length), padded(Buffer.from(text))]);
  const list = (tag: number, entries: readonly Buffer[]) =>
    Buffer.concat([int32(entries.length === 0 ? 0 : tag), size(entries.length), ...entries]);
  const attributes = (units: string | undefined) =>
    list(
      12,
      units === undefined
        ? []
        : [Buffer.concat([name('units'), int32(2), size(units.length), padded(Buffer.from(units))])],
    );
  return Buffer.concat([
    Buffer.from('CDF'),
    Buffer.from([version]),
    size(records),
    list(
      10,
      dims.map(([text, length]) => Buffer.concat([name(text), size(length)])),
    ),
    list(12, []),
    list(
      11,
      variables.map((plan) =>
        Buffer.concat([
          name(plan.name),
          size(plan.dims.length),
          ...plan.dims.map(size),
          attributes(plan.units),
          int32(plan.type),
          size(plan.statedBytes),
          version === 1 ? int32(plan.begin) : int64(plan.begin),
        ]),
      ),
    ),
  ]);
}

/** Big-endian float64 cells. */
export function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => void bytes.writeDoubleBE(value, i * 8));
  return bytes;
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

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

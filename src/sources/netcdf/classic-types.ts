import type { ElementType } from '../cf/dataset.js';

/** A type of a classic file: bytes of one element, what it is here, how one is read. */
export interface ClassicType {
  readonly bytes: number;
  readonly element: ElementType;
  /** Reads one big-endian number; text has none. */
  readonly get?: (view: DataView, at: number) => number | bigint;
}

/** Types by their code in the header. Codes above 6 are of version 5. */
export const classicTypes: Readonly<Record<number, ClassicType>> = {
  1: { bytes: 1, element: { kind: 'cell', type: 'int8' }, get: (view, at) => view.getInt8(at) },
  2: { bytes: 1, element: { kind: 'text' } },
  3: { bytes: 2, element: { kind: 'cell', type: 'int16' }, get: (view, at) => view.getInt16(at) },
  4: { bytes: 4, element: { kind: 'cell', type: 'int32' }, get: (view, at) => view.getInt32(at) },
  5: { bytes: 4, element: { kind: 'cell', type: 'float32' }, get: (view, at) => view.getFloat32(at) },
  6: { bytes: 8, element: { kind: 'cell', type: 'float64' }, get: (view, at) => view.getFloat64(at) },
  7: { bytes: 1, element: { kind: 'cell', type: 'uint8' }, get: (view, at) => view.getUint8(at) },
  8: { bytes: 2, element: { kind: 'cell', type: 'uint16' }, get: (view, at) => view.getUint16(at) },
  9: { bytes: 4, element: { kind: 'cell', type: 'uint32' }, get: (view, at) => view.getUint32(at) },
  10: { bytes: 8, element: { kind: 'big', type: 'int64' }, get: (view, at) => view.getBigInt64(at) },
  11: { bytes: 8, element: { kind: 'big', type: 'uint64' }, get: (view, at) => view.getBigUint64(at) },
};

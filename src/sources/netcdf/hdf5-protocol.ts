import type { ElementType } from '../cf/dataset.js';

/** What a worker is started with. */
export interface Hdf5Setup {
  /** The only file the worker may open. */
  readonly path: string;
  /** The memory of the HDF5 library does not grow beyond this. */
  readonly maxHeapBytes: number;
}

/** What a worker can be asked for, one thing at a time. */
export type Hdf5Request =
  | { readonly kind: 'contents' }
  | {
      readonly kind: 'bytes';
      readonly name: string;
      /** Both empty for a scalar. */
      readonly start: readonly number[];
      readonly count: readonly number[];
      readonly elementBytes: number;
    }
  /** All of a text variable: of `width` bytes each, or of any length. */
  | { readonly kind: 'texts'; readonly name: string; readonly width: number | undefined };

/** The answer to each kind of request. */
export interface Hdf5Answers {
  readonly contents: Hdf5Contents;
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
  readonly texts: readonly string[];
}

/** An answer, or why there is none. */
export type Hdf5Reply =
  | { readonly kind: 'answer'; readonly answer: Hdf5Answers[Hdf5Request['kind']] }
  | { readonly kind: 'refused'; readonly isDamage: boolean; readonly reason: string };

/** Attributes of the types that JSON knows; others are left out. */
export type Hdf5Attributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** What is in the root group. */
export interface Hdf5Contents {
  readonly attributes: Hdf5Attributes;
  readonly entries: readonly Hdf5Entry[];
  readonly groups: readonly string[];
}

/** Type of an HDF5 data set; `bytes` of one element. */
export type Hdf5Type =
  | {
      readonly kind: 'known';
      readonly element: ElementType;
      readonly bytes: number;
      readonly isVariable: boolean;
    }
  | { readonly kind: 'other'; readonly name: string };

/** A data set of the root group. */
export interface Hdf5Entry {
  readonly name: string;
  readonly type: Hdf5Type;
  /** Undefined for a data set without a data space. */
  readonly shape: readonly number[] | undefined;
  /** Whether each dimension may grow. */
  readonly isUnlimited: readonly boolean[];
  readonly chunks: readonly number[] | undefined;
  readonly filters: readonly { readonly id: number; readonly name: string }[];
  readonly attributes: Hdf5Attributes;
  /** Paths of the dimension scales attached to each dimension. */
  readonly scales: readonly (readonly string[])[];
  /** Whether its cells are in other data sets, perhaps of other files. */
  readonly isVirtual: boolean;
}

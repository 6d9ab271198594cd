/** What h5wasm tells of a data set or attribute. */
export interface Hdf5Metadata {
  /** Class of the type, a number of HDF5's own. */
  readonly type: number;
  /** Bytes of one element; of a pointer for text of any length. */
  readonly size: number;
  readonly signed: boolean;
  /** Text of any length. */
  readonly vlen: boolean;
  /** Null without a data space. */
  readonly shape: readonly number[] | null;
  readonly maxshape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly total_size: number;
  readonly virtual_sources?: readonly unknown[];
}

/**
 * The functions of h5wasm's compiled module that are used here. Its own declarations do not resolve under
 * nodenext, and its classes read attributes without a bound and text as Windows-1252.
 */
export interface Hdf5Module {
  readonly H5F_ACC_RDONLY: number;
  readonly H5G_GROUP: number;
  readonly H5G_DATASET: number;
  /** Replaced when the memory grows: read it anew each time. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  open(path: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_dataset_metadata(file: bigint, path: string): Hdf5Metadata;
  get_dataset_filters(file: bigint, path: string): { readonly id: number; readonly name: string }[];
  get_attached_scales(file: bigint, path: string, dimension: number): string[];
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): Hdf5Metadata;
  get_attribute_data(file: bigint, path: string, name: string, at: bigint): number;
  get_dataset_data(
    file: bigint,
    path: string,
    count: bigint[] | null,
    start: bigint[] | null,
    strides: bigint[] | null,
    at: bigint,
  ): number;
  /** Has errors printed again, which some calls that fail leave switched off. */
  deactivate_throwing_error_handler(): number;
  reclaim_vlen_memory(file: bigint, path: string, attribute: string, at: bigint): number;
}

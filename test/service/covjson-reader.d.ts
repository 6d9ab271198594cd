// As much of covjson-reader as tests use; the package has no types of its own.
declare module 'covjson-reader' {
  export interface LoadedAxis {
    readonly key: string;
    /** Of a composite axis: names of what its tuples hold. */
    readonly coordinates?: readonly string[];
    readonly values: ArrayLike<unknown>;
  }

  export interface LoadedCoverage {
    readonly type: string;
    readonly domainType: string;
    readonly coverages: readonly LoadedCoverage[];
    loadDomain(): Promise<{ readonly axes: ReadonlyMap<string, LoadedAxis> }>;
    /** Values by the indexes of axes; null where there is none. */
    loadRanges(): Promise<ReadonlyMap<string, { get(at: Readonly<Record<string, number>>): number | null }>>;
  }

  /** Takes over the document and changes it. */
  export function read(document: unknown): Promise<LoadedCoverage>;
}

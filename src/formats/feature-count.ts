/** What the values of a coverage are spread over. */
export interface CoverageLengths {
  /** Positions or polygons. */
  readonly places: number;
  readonly times: number;
  readonly levels: number;
}

/** One place, and values that are a list over one of time and level at most: a feature has them all. */
export function isOneFeature({ places, times, levels }: CoverageLengths): boolean {
  return places === 1 && (times === 1 || levels === 1);
}

/** Features of a coverage: one, or one for each of its values. */
export function countFeatures(lengths: CoverageLengths): number {
  return isOneFeature(lengths) ? 1 : lengths.places * lengths.times * lengths.levels;
}

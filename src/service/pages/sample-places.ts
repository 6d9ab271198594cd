/** The box that forms begin with is so much of the whole, to each side of its middle. */
const SHARE = 1 / 20;
const DECIMALS = 6;

/** Coordinates of the kind that a query takes, around the middle of a box. */
export function sampleCoords(query: string, bbox: readonly number[] | undefined): string {
  const [west, south, east, north] = sampleBox(bbox);
  if (query === 'area')
    return `POLYGON((${west} ${south},${east} ${south},${east} ${north},${west} ${north},${west} ${south}))`;
  if (query === 'trajectory' || query === 'corridor') return `LINESTRING(${west} ${south},${east} ${north})`;
  return `POINT(${(west + east) / 2} ${(south + north) / 2})`;
}

/** A box around the middle of another that may cross the antimeridian. */
export function sampleBox(
  [west, south, east, north]: readonly number[] = [-180, -90, 180, 90],
): [number, number, number, number] {
  const width = east! < west! ? east! + 360 - west! : east! - west!;
  const height = north! - south!;
  const at = (start: number, length: number, share: number) =>
    Number((start + length * share).toFixed(DECIMALS));
  return [
    at(west!, width, 0.5 - SHARE),
    at(south!, height, 0.5 - SHARE),
    at(west!, width, 0.5 + SHARE),
    at(south!, height, 0.5 + SHARE),
  ];
}

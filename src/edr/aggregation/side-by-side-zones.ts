/**
 * The values of several zones as one range has them: those of all zones at one time, then at the next. A zone without
 * cells has the same value at all times.
 *
 * Cost:   the values of all zones are held.
 */
export async function* sideBySideZones(
  zones: readonly (AsyncIterable<Float64Array> | undefined)[],
  { count, missing }: { readonly count: number; readonly missing: number },
): AsyncGenerator<Float64Array> {
  const values = new Float64Array(count * zones.length).fill(missing);
  for (const [place, zone] of zones.entries()) {
    if (zone === undefined) continue;
    let at = 0;
    for await (const block of zone) for (const value of block) values[at++ * zones.length + place] = value;
  }
  yield values;
}

/** Values of a CoverageJSON answer by where they are: latitude, longitude, level, time. */
export type CoverageCells = ReadonlyMap<string, number>;

interface Coverage {
  readonly domain: { readonly axes: Readonly<Record<string, Axis>> };
  readonly ranges: Readonly<Record<string, Range>>;
}

interface Axis {
  readonly values?: readonly unknown[];
  readonly coordinates?: readonly string[];
  readonly start?: number;
  readonly stop?: number;
  readonly num?: number;
}

interface Range {
  readonly axisNames?: readonly string[];
  readonly shape?: readonly number[];
  readonly values: readonly (number | null)[];
}

/** How many cells an answer states, missing ones too. */
export function countCells(text: string): number {
  const ranges = coveragesIn(text).flatMap((coverage) => Object.values(coverage.ranges));
  return ranges.reduce((sum, { values }) => sum + values.length, 0);
}

/**
 * The values of an answer of one parameter that are not missing, rounded to float32, as any server states them;
 * `level` is the one asked for, for servers that leave it out.
 *
 * Throws: an Error when axes and shapes do not fit.
 */
export function readCells(text: string, level: string | undefined): CoverageCells {
  const cells = new Map<string, number>();
  for (const { domain, ranges } of coveragesIn(text)) {
    const asked: Readonly<Record<string, Axis>> = level === undefined ? {} : { z: { values: [level] } };
    for (const range of Object.values(ranges)) addCells(cells, { ...asked, ...domain.axes }, range);
  }
  return cells;
}

/** Why two answers differ, in a few words; undefined when places and values are the same. */
export function differenceOf(ours: CoverageCells, theirs: CoverageCells): string | undefined {
  if (ours.size !== theirs.size) return `${theirs.size} values where there are ${ours.size}`;
  for (const [place, value] of ours) {
    const other = theirs.get(place);
    if (other === undefined) return `no value at ${place}`;
    if (other !== value) return `wrong values: ${other} at ${place}, where there is ${value}`;
  }
  return undefined;
}

function coveragesIn(text: string): readonly Coverage[] {
  const document = JSON.parse(text) as Coverage & { coverages?: readonly Coverage[] };
  return document.coverages ?? [document];
}

function addCells(cells: Map<string, number>, axes: Coverage['domain']['axes'], range: Range): void {
  const { axisNames = [], shape = [], values } = range;
  if (shape.reduce((product, length) => product * length, 1) !== values.length) {
    throw new Error(`${values.length} values in the shape ${shape.join(' x ')}`);
  }
  const single = Object.keys(axes).filter((name) => axisLength(axes[name]!) === 1);
  const at = shape.map(() => 0);
  for (const value of values) {
    const place = new Map<string, unknown>();
    for (const name of single) put(place, axes, { name, index: 0 });
    axisNames.forEach((name, d) => {
      put(place, axes, { name, index: at[d]! });
    });
    if (value !== null) cells.set(placeText(place), Math.fround(value));
    for (let d = shape.length - 1; d >= 0 && ++at[d]! === shape[d]; d--) at[d] = 0;
  }
}

/** What one index along a dimension says of a place. */
function put(
  place: Map<string, unknown>,
  axes: Coverage['domain']['axes'],
  { name, index }: { name: string; index: number },
): void {
  // xpublish-edr lists points along `pts`, which is no axis; x and y are as long.
  if (name === 'pts') {
    for (const axis of ['x', 'y']) place.set(axis, axes[axis]!.values![index]);
    return;
  }
  const { coordinates, values, start, stop, num } = axes[name]!;
  if (values === undefined) place.set(name, start! + ((stop! - start!) * index) / Math.max(1, num! - 1));
  else if (coordinates === undefined) place.set(name, values[index]);
  else {
    coordinates.forEach((coordinate, i) => {
      place.set(coordinate, (values[index] as unknown[])[i]);
    });
  }
}

function axisLength({ values, num }: Axis): number {
  return values?.length ?? num!;
}

/** Times to the second, UTC where nothing is said, and coordinates to a millionth. */
function placeText(place: ReadonlyMap<string, unknown>): string {
  const numbers = ['y', 'x', 'z'].filter((name) => place.has(name));
  const texts = numbers.map((name) => Number(place.get(name)).toFixed(6));
  return [...texts, String(place.get('t') ?? '').slice(0, 19)].join(' ');
}

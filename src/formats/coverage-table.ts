import { checkAnswer, parameterOf } from './check-answer.js';
import type { Coverage, CoverageAnswer, CoverageParameter } from './coverage.js';
import { NamePool } from './name-pool.js';
import { type CellRun, sideBySide } from './side-by-side.js';

/** Axes that have a column. */
export type TableAxis = 't' | 'z' | 'x' | 'y' | 'polygon';

/** The columns of an answer as one long table, a row for each cell of each coverage. */
export interface TableLayout {
  /** Custom axes: a column for each, constant within a coverage. */
  readonly members: readonly { readonly axis: string; readonly column: string }[];
  /** Columns of coordinates in their order; `t` and `z` are there when a coverage has such. */
  readonly coordinates: readonly { readonly axis: TableAxis; readonly column: string }[];
  readonly parameters: readonly { readonly parameter: CoverageParameter; readonly column: string }[];
}

/** Values at consecutive rows of one coverage; a parameter that it lacks has no values. */
export interface RowRun extends Omit<CellRun, 'columns'> {
  readonly columns: readonly (CellRun['columns'][number] | undefined)[];
}

/**
 * The columns of an answer: custom axes, `time`, `vertical`, `lon` and `lat` (`x` and `y` when projected), or the number
 * of a `polygon`, then the parameters under their ids. A name that is taken already gets a number.
 *
 * Throws: InvalidArgumentError for an answer without coverages.
 */
export function tableLayout(answer: CoverageAnswer): TableLayout {
  checkAnswer(answer);
  const { coverages, parameters } = answer;
  const names = new NamePool();
  const isProjected = coverages[0]!.domain.crs.kind === 'projected';
  const axes = [
    ...(coverages.some(({ domain }) => hasCoordinate(domain, 't')) ? [['t', 'time'] as const] : []),
    ...(coverages.some(({ domain }) => hasCoordinate(domain, 'z')) ? [['z', 'vertical'] as const] : []),
    ...(coverages.some(({ domain }) => domain.polygons === undefined)
      ? [['x', isProjected ? 'x' : 'lon'] as const, ['y', isProjected ? 'y' : 'lat'] as const]
      : []),
    ...(coverages.some(({ domain }) => domain.polygons !== undefined)
      ? [['polygon', 'polygon'] as const]
      : []),
  ];
  const coordinates = axes.map(([axis, name]) => ({ axis, column: names.take(name) }));
  const members = memberAxes(coverages).map((axis) => ({ axis, column: names.take(axis) }));
  return {
    members,
    coordinates,
    parameters: parameters.map((parameter) => ({ parameter, column: names.take(parameter.id) })),
  };
}

/** The values of one coverage in the order of the layout's parameters. Throws: as `sideBySide`. */
export async function* rowRuns(
  coverage: Coverage,
  about: { readonly answer: CoverageAnswer; readonly layout: TableLayout; readonly cells: number },
  signal?: AbortSignal,
): AsyncGenerator<RowRun> {
  const lanes = coverage.ranges.map((range) => parameterOf(about.answer, range));
  const places = about.layout.parameters.map(({ parameter }) => lanes.indexOf(parameter));
  for await (const run of sideBySide(coverage.ranges, about.cells, signal)) {
    yield { ...run, columns: places.map((place) => (place < 0 ? undefined : run.columns[place])) };
  }
}

function hasCoordinate({ composite, ...axes }: Coverage['domain'], name: 't' | 'z'): boolean {
  return axes[name] !== undefined || (composite?.coordinates.includes(name) ?? false);
}

/** Names of custom axes in the order in which coverages first have them. */
function memberAxes(coverages: readonly Coverage[]): string[] {
  return [...new Set(coverages.flatMap(({ members = {} }) => Object.keys(members)))];
}

import { html, type Markup } from '../../render/index.js';
import type { CoverageAnswer, DomainType } from '../coverage.js';
import type { EncodeOptions } from '../coverage-format.js';
import { type TableLayout, tableLayout } from '../coverage-table.js';
import type { ParameterCoverages } from './figure.js';
import { pathFigure, profileFigure, timeFigure } from './line-figures.js';
import { atOtherPlaces, gridFigure, placeFigure, pointsFigure, tracksFigure } from './map-figures.js';
import { type ReadCoverage, readCoverage } from './read-coverage.js';
import { sectionFigure } from './section-figure.js';
import { valueTable } from './value-table.js';

/** Pictures of one answer. */
const MAX_FIGURES = 12;

/** How coverages of each kind are shown. */
const figuresOf: Readonly<Record<DomainType, (shown: ParameterCoverages) => Promise<Markup> | Markup>> = {
  Grid: gridFigure,
  PointSeries: timeFigure,
  VerticalProfile: profileFigure,
  Point: pointsFigure,
  MultiPoint: pointsFigure,
  Polygon: notDrawn,
  PolygonSeries: notDrawn,
  MultiPolygon: notDrawn,
  MultiPolygonSeries: notDrawn,
  Section: sectionFigure,
  Trajectory: (shown) => html`${pathFigure(shown)}${pointsFigure(shown, { hasTracks: true })}`,
};

/**
 * An answer for people: a chart or maps of each parameter, and a table of the first values. What is not drawn is said.
 *
 * Cost:   all values of the answer are held.
 * Throws: InvalidArgumentError as `encodeCoverageJson`; the signal's reason when it aborts.
 */
export async function showAnswer(answer: CoverageAnswer, { signal }: EncodeOptions = {}): Promise<Markup> {
  if (answer.coverages.some(({ domain }) => domain.polygons !== undefined)) return notDrawn();
  const layout = tableLayout(answer);
  const coverages: ReadCoverage[] = [];
  for (const coverage of answer.coverages) {
    coverages.push(await readCoverage(coverage, { answer, layout }, signal));
  }
  const place = onlyPlace(coverages);
  const wanted = shownTogether(coverages, layout).filter(
    ({ domainType }) => domainType !== 'Point' || place === undefined,
  );
  const sections = atOtherPlaces(
    coverages.filter(({ coverage }) => coverage.domain.domainType === 'Section'),
  );
  const figures: Markup[] = [
    ...(place === undefined ? [] : [placeFigure(place)]),
    ...(sections.length === 0 ? [] : [tracksFigure(sections)]),
  ];
  for (const { domainType, shown } of wanted.slice(0, MAX_FIGURES)) {
    signal?.throwIfAborted();
    figures.push(await figuresOf[domainType](shown));
  }
  const note =
    wanted.length > MAX_FIGURES
      ? html`<p class="note">Pictures 1 to ${MAX_FIGURES} of ${wanted.length} are drawn: ask for fewer parameters to see others.</p>`
      : undefined;
  return html`${figures}${note}<h2>Values</h2>${valueTable(coverages, layout)}`;
}

function notDrawn(): Markup {
  return html`<p class="note">Values of polygons are not drawn: ask for CSV, GeoJSON or CoverageJSON.</p>`;
}

/** One of the points of an answer when all are at one place: a map for each parameter would be the same map. */
function onlyPlace(coverages: readonly ReadCoverage[]): ReadCoverage | undefined {
  const points = coverages.filter(({ coverage }) => coverage.domain.domainType === 'Point');
  const places = points.map(({ cells: { x, y } }) => `${x.values[0]} ${y.values[0]}`);
  return new Set(places).size === 1 ? points[0] : undefined;
}

/** What goes into one picture: the coverages of one kind that have a parameter. */
function shownTogether(
  coverages: readonly ReadCoverage[],
  { parameters }: TableLayout,
): { readonly domainType: DomainType; readonly shown: ParameterCoverages }[] {
  const types = [...new Set(coverages.map(({ coverage }) => coverage.domain.domainType))];
  return types.flatMap((domainType) =>
    parameters.flatMap(({ parameter }, column) => {
      const having = coverages.filter(
        ({ coverage, columns }) => coverage.domain.domainType === domainType && columns[column] !== undefined,
      );
      return having.length === 0 ? [] : [{ domainType, shown: { parameter, column, coverages: having } }];
    }),
  );
}

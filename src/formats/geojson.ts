import { checkAnswer, parameterOf } from './check-answer.js';
import type { Coverage, CoverageAnswer } from './coverage.js';
import type { CoverageFormat, EncodeOptions, FeaturePage } from './coverage-format.js';
import { parameterObject } from './coverage-json-domain.js';
import { type CoverageLengths, countFeatures, isOneFeature } from './feature-count.js';
import { FeatureHeads, type PropertyNames, propertyNames } from './geojson-feature.js';
import { longestNumber, numberPrinter } from './number-text.js';
import { OutChunks } from './out-chunks.js';
import { printValues } from './printed-values.js';
import { sideBySide } from './side-by-side.js';

/** Places as features, their values as properties. */
export const geoJson: CoverageFormat = {
  token: 'GeoJSON',
  mediaTypes: ['application/geo+json'],
  aliases: [],
  isText: true,
  statesAddress: true,
  refuse: refuseProjected,
  encode: encodeGeoJson,
};

interface Writing {
  readonly answer: CoverageAnswer;
  readonly names: PropertyNames;
  readonly out: OutChunks;
  readonly options: EncodeOptions;
  /** Which of all features is begun next, counted from 1, which is the id of those that have no name. */
  number: number;
  isFirst: boolean;
}

/** Features of one coverage, counted from its first. */
interface FeatureSpan {
  readonly start: number;
  readonly end: number;
}

/** A number, and what printers write over beyond it. */
const valueBytes = longestNumber + 8;
const everything: FeaturePage = { offset: 0, limit: Number.POSITIVE_INFINITY, skipped: 0 };

/**
 * The answer as a FeatureCollection: a feature with lists of values for a coverage at one place over times or over
 * levels; else a feature for each cell, which has the value of each parameter, null for a missing one. So values are
 * written in the order in which they are read, whatever the size of a grid.
 *
 * Of a page, coverages before and behind it are not read, nor is what follows in its last one.
 *
 * Cost:   a block of each parameter and one chunk are held.
 * Throws: InvalidArgumentError as `encodeCoverageJson`; the signal's reason when it aborts.
 * Source: RFC 7946; the properties of OGC 19-086r6, EDR GeoJSON.
 */
export async function* encodeGeoJson(
  answer: CoverageAnswer,
  options: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  checkAnswer(answer);
  const out = new OutChunks();
  const { page = everything, signal } = options;
  const writing: Writing = {
    answer,
    names: propertyNames(answer),
    out,
    options,
    number: page.offset + 1,
    isFirst: true,
  };
  const parameters = JSON.stringify(answer.parameters.map(parameterObject));
  out.text(`{"type":"FeatureCollection","parameters":${parameters},"features":[`);
  let before = 0;
  for (const coverage of answer.coverages) {
    signal?.throwIfAborted();
    const heads = new FeatureHeads(coverage, writing.names, options.address);
    const count = countFeatures(lengthsOf(heads));
    const start = Math.max(0, page.skipped - before);
    const end = Math.min(count, page.skipped + page.limit - before);
    before += count;
    if (start >= end) continue;
    if (isOneFeature(lengthsOf(heads))) yield* writePlace(coverage, heads, writing);
    else yield* writeCells(coverage, heads, { writing, span: { start, end } });
    yield* out.takeFull();
  }
  out.text(`]${options.page === undefined ? '' : pageMembers(options.page, { writing, all: before })}}`);
  yield* out.takeRest();
}

/** Said behind the features, as programs that read as it comes have no need of it before. */
function pageMembers(
  { offset, matched, next }: FeaturePage,
  { writing, all }: { readonly writing: Writing; readonly all: number },
): string {
  const numberReturned = writing.number - 1 - offset;
  const numberMatched = matched ?? all;
  const hasNext = next !== undefined && numberReturned > 0 && offset + numberReturned < numberMatched;
  const links = hasNext ? [{ href: next, rel: 'next', type: 'application/geo+json' }] : [];
  return `,${JSON.stringify({ links, numberMatched, numberReturned }).slice(1, -1)}`;
}

function lengthsOf({ cells: { x, y, polygon, z, t, count } }: FeatureHeads): CoverageLengths {
  const [levels, times] = [z?.values.length ?? 1, t?.values.length ?? 1];
  const isPosition = [x, y, polygon].every((axis) => axis === undefined || axis.values.length === 1);
  // Tuples have times and levels of their own.
  return isPosition ? { places: 1, times, levels } : { places: count, times: 1, levels: 1 };
}

async function* writePlace(
  { ranges }: Coverage,
  heads: FeatureHeads,
  writing: Writing,
): AsyncGenerator<Uint8Array> {
  const { answer, names, out, options } = writing;
  const [opening, closing] = heads.cells.count > 1 ? ['[', ']'] : ['', ''];
  out.text(beginFeature(writing, (number) => heads.ofPlace(number)));
  for (const range of ranges) {
    const parameter = parameterOf(answer, range);
    out.text(`,${JSON.stringify(names.parameters.get(parameter.id))}:${opening}`);
    yield* printValues({ range, parameter }, out, options.signal);
    out.text(closing);
  }
  out.text('}}');
}

async function* writeCells(
  { ranges }: Coverage,
  heads: FeatureHeads,
  { writing, span }: { readonly writing: Writing; readonly span: FeatureSpan },
): AsyncGenerator<Uint8Array> {
  const { answer, names, out, options } = writing;
  const columns = ranges.map((range) => {
    const { id, precision } = parameterOf(answer, range);
    const key = Buffer.from(`,${JSON.stringify(names.parameters.get(id))}:`);
    return { key, print: numberPrinter(precision) };
  });
  for await (const run of sideBySide(ranges, heads.cells.count, options.signal)) {
    const end = Math.min(run.length, span.end - run.start);
    for (let row = Math.max(0, span.start - run.start); row < end; row++) {
      out.text(beginFeature(writing, (number) => heads.ofCell(run.start + row, number)));
      for (const [p, { key, print }] of columns.entries()) {
        out.bytes(key);
        const to = out.room(valueBytes);
        // Ends after one number: the second would begin behind the end.
        print(run.columns[p]!, { start: row, isFirst: true, to, end: to.at + 1 });
      }
      out.text('}}');
      if (out.hasFull) yield* out.takeFull();
    }
    options.signal?.throwIfAborted();
    const isBehind = run.start + run.length >= span.end;
    if (isBehind && span.end < heads.cells.count) return;
  }
}

function beginFeature(writing: Writing, head: (number: number) => string): string {
  const comma = writing.isFirst ? '' : ',';
  writing.isFirst = false;
  return comma + head(writing.number++);
}

function refuseProjected({ coverages }: CoverageAnswer): string | undefined {
  const projected = coverages.find(({ domain }) => domain.crs.kind === 'projected');
  if (projected === undefined) return undefined;
  const { id } = projected.domain.crs;
  return `GeoJSON has longitudes and latitudes only (RFC 7946) and this answer is in ${id}; ask for it with crs=CRS84, or for another form, such as CoverageJSON`;
}

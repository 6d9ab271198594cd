import { InvalidArgumentError } from '../../errors/index.js';
import { parseNumber, shorten } from '../number-text.js';

/** What may be asked for beside the count of cells and of valid ones, which are always there. */
export const statisticsFields = ['min', 'max', 'sum', 'mean', 'std', 'histogram', 'percentiles'] as const;

/** A statistic by its name. */
export type StatisticsField = (typeof statisticsFields)[number];

/** Percentiles that are answered unless others are asked for. */
export const defaultPercentiles: readonly number[] = [2, 25, 50, 75, 98];
/** Bins of a histogram unless told otherwise, and at most. */
export const defaultBins = 10;
export const maxBins = 1000;
export const maxPercentiles = 100;

/** What of the statistics is asked for; texts are as a URL has them. */
export interface StatisticsText {
  /** Comma list of `statisticsFields`; all when absent. */
  readonly fields?: string;
  /** Number of bins. */
  readonly histogram?: string;
  /** Comma list of numbers from 0 to 100. */
  readonly percentiles?: string;
}

/** The same, understood. */
export interface AskedStatistics {
  readonly fields: ReadonlySet<StatisticsField>;
  readonly bins: number;
  readonly percentiles: readonly number[];
}

/** Throws: InvalidArgumentError naming the parameter, what it says and what it may say. */
export function parseStatistics({ fields, histogram, percentiles }: StatisticsText): AskedStatistics {
  const asked = new Set(fields === undefined ? statisticsFields : fields.split(',').map(parseField));
  for (const [name, text] of Object.entries({ histogram, percentiles })) {
    if (text === undefined || asked.has(parseField(name))) continue;
    throw refused(`fields leaves ${name} out, and yet it is asked for`, {
      parameter: name,
      found: text,
      allowed: `fields with ${name}`,
    });
  }
  return {
    fields: asked,
    bins: histogram === undefined ? defaultBins : parseBins(histogram),
    percentiles: percentiles === undefined ? defaultPercentiles : parsePercentiles(percentiles),
  };
}

function parseField(text: string): StatisticsField {
  const field = statisticsFields.find((name) => name === text.trim());
  if (field !== undefined) return field;
  throw refused('no such statistic', {
    parameter: 'fields',
    found: text,
    allowed: statisticsFields.join(', '),
  });
}

function parseBins(text: string): number {
  const bins = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (bins >= 1 && bins <= maxBins) return bins;
  throw refused('histogram expects a number of bins', {
    parameter: 'histogram',
    found: text,
    allowed: `1 to ${maxBins}`,
  });
}

function parsePercentiles(text: string): number[] {
  const texts = text.split(',', maxPercentiles + 1);
  const values = texts.map((one) => parseNumber(one, 'percentiles'));
  if (values.length > maxPercentiles || values.some((value) => value < 0 || value > 100)) {
    throw refused('percentiles expects numbers', {
      parameter: 'percentiles',
      found: text,
      allowed: `at most ${maxPercentiles} from 0 to 100`,
    });
  }
  return values;
}

function refused(
  message: string,
  {
    parameter,
    found,
    allowed,
  }: { readonly parameter: string; readonly found: string; readonly allowed: string },
): InvalidArgumentError {
  return new InvalidArgumentError(message, { parameter, found: shorten(found), allowed });
}

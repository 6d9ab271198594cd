import { describe, expect, it } from 'vitest';
import { type CoverageAnswer, type Domain, showAnswer } from '../../src/formats/index.js';
import { readPng } from '../render/read-png.js';
import { hostile } from './encoded.js';
import {
  answerOf,
  coverageOf,
  crs84,
  gridDomain,
  pointDomain,
  sectionDomain,
  temperature,
} from './sample-answers.js';

const textOf = async (answer: CoverageAnswer) => (await showAnswer(answer)).text;

function seriesDomain(times: readonly string[], others: Partial<Domain> = {}): Domain {
  return {
    ...pointDomain(1, 2),
    domainType: 'PointSeries',
    t: { kind: 'times', values: times },
    calendar: 'standard',
    ...others,
  };
}

const days = Array.from({ length: 6 }, (_, i) => `2020-01-0${i + 1}T00:00:00Z`);

describe('an answer for people', () => {
  it('has a line for each series, broken where values are missing, and says how many are left out', async () => {
    const values = [1, 2, Number.NaN, 4, 5, 6];
    const coverages = Array.from({ length: 8 }, (_, member) =>
      coverageOf(seriesDomain(days), values, { members: { number: member } }),
    );
    const text = await textOf(answerOf(...coverages));
    const lines = [...text.matchAll(/<path class="line s\d" d="([^"]+)"\/><path class="dots/g)];
    expect(lines).toHaveLength(6);
    for (const [, path] of lines) expect(path!.split('M')).toHaveLength(3);
    expect(text).toContain('Lines 1 to 6 of 8');
    for (let member = 0; member < 6; member++) expect(text).toContain(`number ${member}</li>`);
    expect(text).toContain('All 48 rows');
  });

  it('draws pressure downwards, and heights upwards', async () => {
    const profile = (positive?: 'up' | 'down', unit = 'm'): Domain => ({
      ...pointDomain(1, 2),
      domainType: 'VerticalProfile',
      z: { kind: 'numbers', values: [100, 500, 1000] },
      vertical: { unit, ...(positive && { positive }) },
    });
    const firstHeight = async (domain: Domain) => {
      const text = await textOf(answerOf(coverageOf(domain, [1, 2, 3])));
      const [, first, last] = /class="line s0" d="M[\d.]+ ([\d.]+)L.* ([\d.]+)"/.exec(text)!;
      return Number(first) < Number(last) ? 'top' : 'bottom';
    };
    expect(await firstHeight(profile('down'))).toBe('top');
    expect(await firstHeight(profile('up'))).toBe('bottom');
    expect(await firstHeight(profile(undefined, 'hPa'))).toBe('top');
    expect(await firstHeight(profile(undefined, 'm'))).toBe('bottom');
  });

  it('escapes what sources say, wherever it stands', async () => {
    const attack = `<img src=x onerror=alert(1)>"'&`;
    const parameter = { ...temperature, title: attack, unit: attack, id: attack };
    const domain = {
      ...gridDomain,
      z: { kind: 'numbers' as const, values: [1] },
      vertical: { unit: attack },
    };
    const coverage = coverageOf(domain, [1, 2, 3, 4, 5, 6], { id: attack, members: { [hostile]: attack } });
    const ranges = coverage.ranges.map((range) => ({ ...range, parameter: attack }));
    const other = { ...coverage, ranges, members: { [hostile]: hostile } };
    const answer = {
      parameters: [parameter],
      coverages: [{ ...coverage, ranges }, other],
      isCollection: true,
    };
    const text = await textOf(answer);
    expect(text).not.toContain('<img');
    expect(text).not.toContain(hostile);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it.each([
    ['all missing', [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
    ['all equal', [7, 7, 7, 7, 7, 7]],
    ['as far apart as numbers are', [-Number.MAX_VALUE, Number.MAX_VALUE, 0, 1, -1, Number.NaN]],
    ['infinite', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1, 2, 3]],
    ['tiny', [5e-324, 0, 1e-320, -5e-324, 0, 0]],
  ])('holds values that are %s, without a number that is none', async (_name, values) => {
    for (const domain of [seriesDomain(days), gridDomain]) {
      const answer = answerOf(coverageOf(domain, values));
      const text = await textOf({ ...answer, parameters: [{ ...temperature, precision: 'float64' }] });
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      expect(text).toContain('<table>');
    }
  });

  it('has the way along a path in kilometres, or its times where each point has its own', async () => {
    const track = (times: readonly string[]): Domain => ({
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y'],
        values: times.map((time, i) => [time, 178 + 2 * i, 0]),
      },
      crs: crs84,
      calendar: 'standard',
    });
    const still = await textOf(answerOf(coverageOf(track([days[0]!, days[0]!, days[0]!]), [1, 2, 3])));
    expect(still).toContain('Way along the path (km)');
    expect(still).toMatch(/>400<\/text>/);
    const moving = await textOf(answerOf(coverageOf(track(days.slice(0, 3)), [1, 2, 3])));
    expect(moving).toContain('Time (UTC)');
  });

  it('draws sections, as wide as the path and with pressure downwards, where they are said once', async () => {
    const section = sectionDomain([days[0]!, days[0]!, days[0]!], [1000, 500]);
    const values = [1, 2, 3, 4, Number.NaN, 6];
    const second = { ...temperature, id: 'rh', title: 'Humidity' };
    const coverage = coverageOf(section, values);
    const both = {
      ...coverage,
      ranges: ['t2m', 'rh'].map((parameter) => ({ ...coverage.ranges[0]!, parameter })),
    };
    const text = await textOf({ parameters: [temperature, second], coverages: [both], isCollection: false });
    expect(text.split('Where it is</figcaption>')).toHaveLength(2);
    expect(text.match(/<image /g)).toHaveLength(2);
    expect(text).toContain('Section of 3 places by 2 levels, values from 1 to 6');
    expect(text).toContain('Way along the path (km)');
    expect(text).toContain('Where nothing is drawn there is no value.');
    const heightOf = (label: string) =>
      Number(new RegExp(`y="([\\d.]+)"[^>]*>${label}</text>`).exec(text)![1]);
    expect(heightOf('600')).toBeLessThan(heightOf('900'));
    // The row of 500 hPa, which has the missing value, is on top.
    const [, base64] = /<image href="data:image\/png;base64,([^"]+)"/.exec(text)!;
    const png = readPng(Buffer.from(base64!, 'base64'));
    expect(png.indexes.subarray(0, png.width)).toContain(0);
    expect(png.indexes.subarray(-png.width)).not.toContain(0);
    const many = Array.from({ length: 8 }, (_, number) =>
      coverageOf(section, values, { members: { number } }),
    );
    expect(await textOf(answerOf(...many))).toContain('Sections 1 to 6 of 8');
    const standing = { ...section.composite!, values: days.slice(0, 2).map(() => [days[0]!, 10, 0]) };
    const still = await textOf(answerOf(coverageOf({ ...section, composite: standing }, [1, 2, 3, 4])));
    expect(still).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has a scale of its own for each section, however long another is', async () => {
    const path = (step: number): Domain => {
      const section = sectionDomain([], [1000, 500]);
      const values = [0, 1, 2].map((i) => [days[0]!, i * step, 0]);
      return { ...section, composite: { ...section.composite!, values } };
    };
    const text = await textOf(answerOf(...[1, 50].map((step) => coverageOf(path(step), [1, 2, 3, 4, 5, 6]))));
    // Ticks were those of the longest, thousands of pixels to the right of a shorter one.
    const charts = text.split('<image ').map((before) => before.slice(before.lastIndexOf('<svg')));
    for (const [chart, far] of [
      [charts[0]!, '200'],
      [charts[1]!, '10000'],
    ] as const) {
      const places = [...chart.matchAll(/<text x="([^"]+)"/g)].map(([, x]) => Number(x));
      expect(places.length).toBeGreaterThan(6);
      expect(places.filter((x) => x > 640)).toEqual([]);
      expect(chart).toContain(`>${far}</text>`);
    }
  });

  it('stops when nobody waits for it', async () => {
    const answer = answerOf(coverageOf(gridDomain, [1, 2, 3, 4, 5, 6]));
    await expect(showAnswer(answer, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    );
  });
});

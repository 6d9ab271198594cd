import { describe, expect, it } from 'vitest';
import { type CoverageAnswer, coverageFormats, type Domain } from '../../src/formats/index.js';
import { crs84, temperature } from './sample-answers.js';

const columns = 1000;
const rows = 2000;
const blockLength = 5000;
const domain: Domain = {
  domainType: 'Grid',
  x: { kind: 'regular', start: 0, stop: 99.9, count: columns },
  y: { kind: 'regular', start: 80, stop: -80, count: rows },
  t: { kind: 'times', values: ['2020-01-01T00:00:00Z'] },
  crs: crs84,
};

/** Two parameters of two million values, and what has been read of them. */
function wideAnswer(): { answer: CoverageAnswer; read: number[]; closed: string[] } {
  const read = [0, 0];
  const closed: string[] = [];
  const ids = ['a', 'b'];
  const ranges = ids.map((parameter, index) => ({
    parameter,
    axisNames: ['y', 'x'],
    shape: [rows, columns],
    async *values() {
      try {
        for (; read[index]! < rows * columns; read[index]! += blockLength) {
          yield new Float64Array(blockLength).fill(273.15);
        }
      } finally {
        closed.push(parameter);
      }
    },
  }));
  const parameters = ids.map((id) => ({ ...temperature, id }));
  return { answer: { parameters, coverages: [{ domain, ranges }], isCollection: false }, read, closed };
}

describe.each(coverageFormats)('$token', (format) => {
  it('reads values as its chunks are asked for, and holds no more than a few', async () => {
    const { answer, read } = wideAnswer();
    let bytes = 0;
    let largest = 0;
    const counts: number[] = [];
    for await (const chunk of format.encode(answer)) {
      bytes += chunk.length;
      largest = Math.max(largest, chunk.length);
      counts.push(read[0]! + read[1]!);
    }
    expect(read).toEqual([rows * columns, rows * columns]);
    // An Arrow batch is one chunk.
    expect(largest).toBeLessThanOrEqual(format.token === 'Arrow' ? 1_000_000 : 65_536);
    // From chunk to chunk at most a batch of both parameters is read.
    const steps = counts.map((count, index) => count - (counts[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(2 * (16_384 + blockLength));
    expect(bytes).toBeGreaterThanOrEqual(2 * rows * columns * 4);
  });

  it.each(['abort', 'return'])('closes what it reads on %s', async (leave) => {
    const { answer, read, closed } = wideAnswer();
    const controller = new AbortController();
    const chunks = format.encode(answer, { signal: controller.signal })[Symbol.asyncIterator]();
    while (read[0] === 0) expect((await chunks.next()).done).toBe(false);
    if (leave === 'return') await chunks.return?.();
    else {
      controller.abort(new Error('gone'));
      const rest = async () => {
        while (!(await chunks.next()).done);
      };
      await expect(rest()).rejects.toThrow('gone');
    }
    expect(read[0]! + read[1]!).toBeLessThan(200_000);
    expect(closed).toContain('a');
  });
});

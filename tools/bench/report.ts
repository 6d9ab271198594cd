import type { Spread } from './compare.js';
import type { Machine } from './machine.js';
import type { Case, SuiteResult, Table } from './suite.js';

/** Everything one run of the benchmarks says; `--json` prints it as it is. */
export interface BenchReport {
  readonly command: string;
  readonly seed: number;
  readonly scale: string;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly suites: Readonly<Record<string, SuiteResult>>;
}

/** The report for people: Markdown, so that it can go into docs/performance.md as it is. */
export function formatReport({ command, seed, scale, machine, suites }: BenchReport): string {
  const { cpu, cores, memoryGiB, system, node, load1 } = machine;
  const lines = [
    `${command} (${scale}, seed ${seed})`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}, load ${load1} at the start`,
    '"times" is our time divided by the peer\'s, median of the rounds (lowest to highest): below 1 we are faster',
  ];
  for (const [name, result] of Object.entries(suites)) lines.push('', ...suiteLines(name, result));
  return lines.join('\n');
}

function suiteLines(name: string, { setup, tables = [], cases }: SuiteResult): string[] {
  const described = Object.entries(setup).map(([key, value]) => `${key} ${value}`);
  return [
    `## ${name}`,
    '',
    described.join('; '),
    ...tables.flatMap(tableLines),
    ...(cases.length === 0 ? [] : comparisonLines(cases)),
  ];
}

function tableLines({ title, columns, rows }: Table): string[] {
  return ['', `${title}:`, '', row(columns), row(columns.map(() => '---')), ...rows.map(row)];
}

function comparisonLines(cases: readonly Case[]): string[] {
  const counts = [...new Set(cases.flatMap((one) => Object.keys(one.counts)))];
  return [
    '',
    row(['case', 'peer', 'times', 'ours ms', 'peer ms', ...counts]),
    row(['---', '---', ...Array<string>(3 + counts.length).fill('---:')]),
    ...cases.flatMap((one) => caseLines(one, counts)),
  ];
}

function caseLines({ name, comparisons, counts }: Case, columns: readonly string[]): string[] {
  return comparisons.map(({ peer, ratio, oursMs, peerMs }, i) => {
    const shown = columns.map((column) =>
      i > 0 || counts[column] === undefined ? '' : short(counts[column]),
    );
    return row([
      i > 0 ? '' : name,
      peer,
      withEnds(ratio),
      short(oursMs.median),
      short(peerMs.median),
      ...shown,
    ]);
  });
}

/** Median, lowest and highest. */
export function withEnds({ median, min, max }: Spread): string {
  return `${short(median)} (${short(min)} to ${short(max)})`;
}

function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

import { describeError, InvalidArgumentError } from '../errors/index.js';

/** Results go to stdout; progress and messages go to stderr. */
export interface Output {
  readonly isJson: boolean;
}

/** Prints a result: the one JSON document, or lines of text. */
export function printResult({ isJson }: Output, document: unknown, text: () => readonly string[]): void {
  const output = isJson ? JSON.stringify(document) : text().join('\n');
  process.stdout.write(`${output}\n`);
}

/**
 * Ends the process when nobody takes its result: in silence when the reader had enough, like `head`.
 * Notes that nobody takes are dropped.
 */
export function stopOnBrokenOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') printNote(`tilecurve: cannot write the result (cause: ${error.code})`);
    process.exit(1);
  });
}

/** A note for a person, never part of the result. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints an error in one line, with its stack when asked, and tells the exit code it deserves. */
export function reportError(error: unknown, isVerbose: boolean): 1 | 2 {
  printNote(`tilecurve: ${describeError(error)}`);
  if (isVerbose && error instanceof Error) printNote(error.stack ?? '');
  return error instanceof InvalidArgumentError ? 2 : 1;
}

/** Columns of text, each as wide as its longest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}

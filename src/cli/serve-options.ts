import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseByteSize } from '../bytes/index.js';
import { InvalidArgumentError, UnavailableError } from '../errors/index.js';
import type { Protocol, ResultOptions } from '../service/index.js';
import { asOption, parseCount } from './layer-options.js';

const MAX_AGE_SECONDS = 365 * 86_400;

/** Options of `serve` about answers that are fetched later. */
export interface ResultServeOptions {
  readonly results?: string;
  readonly resultsSize?: number;
  readonly resultsAge?: number;
  readonly maxAsyncCells?: number;
}

/** Options of `serve` about what it speaks. */
export interface ProtocolServeOptions {
  readonly http2?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Adds `--results` and what goes with it. */
export function withResultOptions(command: Command): Command {
  return command
    .option('--results <directory>', 'keeps answers over --max-cells there, to be fetched later')
    .option('--results-size <size>', 'disk for all results (default: 10GiB)', asOption(parseByteSize))
    .option('--results-age <seconds>', 'how long each is kept (default: 3600)', asOption(parseAge))
    .option(
      '--max-async-cells <number>',
      'largest answer to be fetched later, in cells (default: 1000000000)',
      asOption(parseCount),
    );
}

/** Adds `--http2`, `--tls-cert` and `--tls-key`. */
export function withProtocolOptions(command: Command): Command {
  return command
    .option('--http2', 'HTTP/2: beside HTTP/1.1 with TLS, instead of it without')
    .option('--tls-cert <file>', 'certificate chain as PEM; goes with --tls-key')
    .option('--tls-key <file>', 'private key as PEM');
}

/** Where results are kept; undefined when they are not. Throws: InvalidArgumentError for options that need --results. */
export function resultOptions(
  options: ResultServeOptions,
  { maxJobs }: { readonly maxJobs: number },
): ResultOptions | undefined {
  const { results: directory, resultsSize, resultsAge, maxAsyncCells } = options;
  const others = {
    '--results-size': resultsSize,
    '--results-age': resultsAge,
    '--max-async-cells': maxAsyncCells,
  };
  const alone = Object.entries(others).find(([, value]) => value !== undefined);
  if (directory === undefined) {
    if (alone === undefined) return undefined;
    throw new InvalidArgumentError(`${alone[0]} needs --results`, { found: alone[1] });
  }
  return {
    directory,
    maxJobs,
    ...(resultsSize !== undefined && { maxBytes: resultsSize }),
    ...(resultsAge !== undefined && { ageMs: resultsAge * 1000 }),
    ...(maxAsyncCells !== undefined && { maxCells: maxAsyncCells }),
  };
}

/** What to speak. Throws: InvalidArgumentError for half of a pair; UnavailableError for a file that cannot be read. */
export async function readProtocol({
  http2 = false,
  tlsCert,
  tlsKey,
}: ProtocolServeOptions): Promise<Protocol> {
  if (tlsCert === undefined && tlsKey === undefined) return { http2 };
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new InvalidArgumentError('--tls-cert and --tls-key go together', { found: tlsCert ?? tlsKey });
  }
  const [cert, key] = await Promise.all([readPem(tlsCert), readPem(tlsKey)]);
  return { http2, tls: { cert, key } };
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UnavailableError('cannot read the file', {
      path,
      cause: (error as NodeJS.ErrnoException).code,
    });
  }
}

function parseAge(text: string): number {
  const seconds = parseCount(text);
  if (seconds >= 1 && seconds <= MAX_AGE_SECONDS) return seconds;
  throw new InvalidArgumentError('not an age', {
    found: seconds,
    expected: `1 to ${MAX_AGE_SECONDS} seconds`,
  });
}

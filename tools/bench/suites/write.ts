import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCodec } from '../../../src/codec/index.js';
import { compare, spreadOf } from '../compare.js';
import {
  type BenchSource,
  CHUNKINGS,
  type Chunking,
  describeField,
  makeSource,
  openBenchSource,
} from '../fixture.js';
import type { BenchContext, Case, Scale, SuiteResult } from '../suite.js';
import { type ProcessCost, watchProcess } from '../watched-process.js';

const MIB = 2 ** 20;
const FLAT_BLOCK = MIB;
const SOURCE_BYTES: Readonly<Record<Scale, number>> = { short: 32 * MIB, full: 2048 * MIB };
/** A source of 2 GB takes minutes to make and to write: once each way. */
const ROUNDS: Readonly<Record<Scale, number>> = { short: 2, full: 1 };
const MEMORY = '512MiB';

/** Writing a layer with its default codec, by the command line, against the parts of it that cannot be left out. */
export async function writeSuite(context: BenchContext): Promise<SuiteResult> {
  const cases: Case[] = [];
  let described = '';
  for (const chunking of ['maps', 'blocks'] as const) {
    const source = await makeSource(context, chunking, SOURCE_BYTES[context.scale]);
    described = describeField(source.field);
    for (const levels of ['auto', '1'] as const) {
      cases.push(await writeCase(context, { source, chunking, levels }));
    }
    await rm(source.location, { recursive: true, force: true });
  }
  const setup = { source: described, codec: defaultCodec, memory: MEMORY, rounds: ROUNDS[context.scale] };
  return { setup, cases };
}

interface WriteRun extends ProcessCost {
  readonly tiles: number;
  readonly bytes: number;
}

async function writeCase(
  context: BenchContext,
  {
    source,
    chunking,
    levels,
  }: { readonly source: BenchSource; readonly chunking: Chunking; readonly levels: 'auto' | '1' },
): Promise<Case> {
  const folder = join(context.folder, 'store');
  const flatFile = join(context.folder, 'flat');
  const prepare = async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(flatFile, { force: true });
  };
  const runs: WriteRun[] = [];
  const write = async () => {
    runs.push(await writeLayer(folder, source, levels));
  };
  const isShort = context.scale === 'short';
  if (isShort) await write();
  const comparisons = await compare(
    write,
    {
      'reading the source': () => readAll(source),
      'its decoded bytes flat, with fsync': () => writeFlat(flatFile, source.sizeBytes),
      "the layer's bytes flat, with fsync": () => writeFlat(flatFile, runs.at(-1)!.bytes),
    },
    { rounds: ROUNDS[context.scale], warmUps: 0, prepare },
  );
  await prepare();
  const { tiles, bytes } = runs.at(-1)!;
  const perSecond = (ms: number) => source.sizeBytes / 1e3 / ms;
  const [, decodedFlat, layerFlat] = comparisons;
  const result: Case = {
    name: `from chunks of ${CHUNKINGS[chunking].join(' x ')}, ${levels === '1' ? 'native level only' : 'all levels'}`,
    comparisons,
    counts: {
      'decoded MB/s': perSecond(comparisons[0]!.oursMs.median),
      'half of the decoded bytes flat, MB/s': perSecond(decodedFlat!.peerMs.median) / 2,
      "half of the layer's bytes flat, decoded MB/s": perSecond(layerFlat!.peerMs.median) / 2,
      'CPU seconds': spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)).median,
      'peak MiB': Math.max(...runs.map(({ peakBytes }) => peakBytes)) / MIB,
      tiles,
      'smaller by': source.sizeBytes / bytes,
    },
  };
  context.log(`${result.name}: ${JSON.stringify(result.counts)}`);
  return result;
}

/** In a process of its own, as a user writes: its start is part of the time. */
async function writeLayer(folder: string, source: BenchSource, levels: 'auto' | '1'): Promise<WriteRun> {
  const command = ['dist/cli/main.js', 'write', source.location, '--store', folder, '--layer', 'field'];
  const options = ['--memory', MEMORY, '--levels', levels, '--progress', 'none', '--json'];
  const cost = await watchProcess([...command, ...options]);
  const { tiles, bytes } = JSON.parse(cost.stdout) as { tiles: number; bytes: number };
  return { ...cost, tiles, bytes };
}

async function readAll(source: BenchSource): Promise<number> {
  const opened = await openBenchSource(source);
  const parameter = opened.parameters[0]!;
  let cells = 0;
  for (const start of places(parameter.shape, parameter.chunkShape)) {
    const end = start.map((at, d) => Math.min(at + parameter.chunkShape[d]!, parameter.shape[d]!));
    cells += (await opened.read(parameter, { start, end })).cells.length;
  }
  await opened.close();
  return cells;
}

/** First cells of all chunks, last axis fastest. */
function places(shape: readonly number[], chunkShape: readonly number[]): number[][] {
  let starts: number[][] = [[]];
  for (const [d, length] of shape.entries()) {
    const chunk = chunkShape[d]!;
    const along = Array.from({ length: Math.ceil(length / chunk) }, (_, i) => i * chunk);
    starts = starts.flatMap((head) => along.map((at) => [...head, at]));
  }
  return starts;
}

async function writeFlat(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'w');
  const block = new Uint8Array(FLAT_BLOCK).fill(0xa5);
  try {
    for (let left = sizeBytes; left > 0; left -= FLAT_BLOCK) {
      await file.write(block, 0, Math.min(left, FLAT_BLOCK));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

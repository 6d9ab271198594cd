import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../src/blob/index.js';
import { defaultCodec, encodeTile } from '../../../src/codec/index.js';
import { type WriteResult, writeLayer } from '../../../src/layer/index.js';
import { compare } from '../compare.js';
import {
  type BenchSource,
  CHUNKINGS,
  type Chunking,
  describeField,
  makeSource,
  openBenchSource,
} from '../fixture.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const FLAT_BLOCK = 2 ** 20;
/** Tiles in flight when packing alone: what keeps the compression threads busy. */
const LANES = 4;

/** Writing a layer with its default codec, against the parts of that work that cannot be left out. */
export async function writeSuite(context: BenchContext): Promise<SuiteResult> {
  const rounds = context.scale === 'full' ? 3 : 2;
  const cases: Case[] = [];
  let described = '';
  for (const chunking of ['maps', 'blocks'] as const) {
    const source = await makeSource(context, chunking);
    described = describeField(source.field);
    cases.push(await writeCase(context, { source, chunking, rounds }));
  }
  return { setup: { source: described, codec: defaultCodec, memory: '512 MiB (default)', rounds }, cases };
}

async function writeCase(
  context: BenchContext,
  { source, chunking, rounds }: { source: BenchSource; chunking: Chunking; rounds: number },
): Promise<Case> {
  const storeFolder = join(context.folder, `store-${chunking}`);
  const flatFile = join(context.folder, 'flat');
  const removeOutput = async () => {
    await rm(storeFolder, { recursive: true, force: true });
    await rm(flatFile, { force: true });
  };
  const written = await writeTo(storeFolder, source, context);
  context.log(`${chunking}: a layer of ${written.bytes} bytes in ${written.segments} segments`);
  const comparisons = await compare(
    () => writeTo(storeFolder, source, context),
    {
      'reading the source': () => readAll(source),
      'packing as many cells': () => packAll(source, written),
      'its bytes flat, with fsync': () => writeFlat(flatFile, written.bytes),
    },
    { rounds, warmUps: 1, prepare: removeOutput },
  );
  await removeOutput();
  const seconds = comparisons[0]!.oursMs.median / 1000;
  return {
    name: `from chunks of ${CHUNKINGS[chunking].join(' x ')}`,
    comparisons,
    counts: {
      'decoded MB/s': source.sizeBytes / 1e6 / seconds,
      tiles: written.tiles,
      'smaller by': source.sizeBytes / written.bytes,
    },
  };
}

async function writeTo(folder: string, source: BenchSource, context: BenchContext): Promise<WriteResult> {
  const opened = await openBenchSource(source);
  const stagingDirectory = join(context.folder, 'staging');
  try {
    return await writeLayer(openStore(folder), opened, { layer: 'field', stagingDirectory });
  } finally {
    await opened.close();
  }
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

/** As many tiles as the layer has, each of the field's first cells: packing without anything around it. */
async function packAll(source: BenchSource, { manifest, tiles }: WriteResult): Promise<number> {
  const { tileShape: shape, parameters } = manifest;
  const length = shape.t * shape.z * shape.row * shape.col;
  const opened = await openBenchSource(source);
  const parameter = opened.parameters[0]!;
  const start = [0, Math.floor(parameter.shape[1]! / 4), 0];
  const window = { start, end: [shape.t, start[1]! + shape.row, shape.col] };
  const { cells } = await opened.read(parameter, window);
  await opened.close();
  if (cells.length !== length) throw new Error('the grid is smaller than a tile');
  let left = tiles;
  const lane = async () => {
    while (left-- > 0) {
      await encodeTile({ type: 'float32', shape, cells, parameter: parameters[0]!, codec: defaultCodec });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return tiles;
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

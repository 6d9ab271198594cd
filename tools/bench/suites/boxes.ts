import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../../src/blob/index.js';
import { type LayerQuery, LayerReader, newStats } from '../../../src/layer/index.js';
import type { BigField } from '../../big-field.js';
import { createRandom, randomBelow } from '../../random.js';
import { compare } from '../compare.js';
import { CHUNKINGS, describeField, makeLayer, makeSource } from '../fixture.js';
import { cachedBytes, dropFiles, syncFiles } from '../page-cache.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';
import { type Box, ZarrPeer } from '../zarr-peer.js';

const SOURCE_BYTES = { short: 32 * 2 ** 20, full: 2 ** 31 };
const SHARES = { '1 %': 0.01, '10 %': 0.1 };
const ROUNDS = { short: 3, full: 5 };

/** Boxes of a share of a layer's area, all instants: bytes of the disk, and time against the Zarr it came from. */
export async function boxesSuite(context: BenchContext): Promise<SuiteResult> {
  const rounds = ROUNDS[context.scale];
  const source = await makeSource(context, 'blocks', SOURCE_BYTES[context.scale]);
  const store = await makeLayer(context, source);
  const folders = { layer: join(context.folder, 'store'), zarr: source.location };
  for (const folder of Object.values(folders)) await syncFiles(folder);
  const cases: Case[] = [];
  let cachedAfterDrop = 0;
  for (const [name, share] of Object.entries(SHARES)) {
    const random = createRandom(context.seed);
    const boxes = Array.from({ length: rounds }, () => boxOf(source.field, { share, random }));
    for (const state of ['cold', 'warm'] as const) {
      const prepare = async () => {
        if (state === 'warm') return;
        for (const folder of Object.values(folders)) await dropFiles(folder);
        cachedAfterDrop = Math.max(cachedAfterDrop, await cachedBytes(folders.layer));
      };
      const comparisons = await compare(
        (round) => readBox(store, boxes[round]!),
        { [`Zarr ${CHUNKINGS.blocks.join('x')}`]: (round) => readZarr(source.location, boxes[round]!) },
        { rounds, warmUps: 1, prepare },
      );
      cases.push({
        name: `${name} of the area, ${state}`,
        comparisons,
        counts: await countBytes(store, boxes),
      });
      context.log(`${name} ${state} done`);
    }
  }
  const setup = {
    source: describeField(source.field),
    rounds,
    cold: `files dropped from the page cache before each read; bytes of the layer left there: ${cachedAfterDrop}`,
  };
  return { setup, cases };
}

function boxOf(
  { times, rows, cols }: BigField,
  { share, random }: { share: number; random: () => number },
): Box {
  const side = Math.sqrt(share);
  const interval = (length: number): [number, number] => {
    const wanted = Math.round(length * side);
    const start = randomBelow(random, length - wanted + 1);
    return [start, start + wanted];
  };
  return [[0, times], interval(rows), interval(cols)];
}

function queryOf([t, y, x]: Box): LayerQuery {
  const span = ([start, end]: Box[number]) => [{ start, end }];
  return { parameter: 'field', t: span(t!), y: span(y!), x: span(x!) };
}

/** With no segment open before, as the first query of a process meets a layer. */
async function readBox(store: BlobStore, box: Box): Promise<void> {
  const reader = await LayerReader.open(store, 'field');
  for await (const _ of reader.slabs(reader.plan(queryOf(box))));
  await reader.close();
}

async function readZarr(location: string, box: Box): Promise<void> {
  await (await ZarrPeer.open(location)).read(box);
}

/** Sums over the boxes. "Needed" are the stored bytes of the records whose tiles meet the box. */
async function countBytes(store: BlobStore, boxes: readonly Box[]): Promise<Record<string, number>> {
  const needed = newStats();
  const counted = newStats();
  let [first, again] = [0, 0];
  for (const box of boxes) {
    const reader = await LayerReader.open(store, 'field');
    const plan = reader.plan(queryOf(box));
    const { t, row, col } = plan.tilesByAxis;
    for (const tile of tilesOf(t)) {
      for (const r of tilesOf(row)) {
        for (const c of tilesOf(col)) {
          const key = { level: 0, parameter: 'field', z: 0, custom: [], t: tile, row: r, col: c };
          await reader.get(key, { stats: needed });
        }
      }
    }
    again += await bytesAsked(() => reader.read(plan, { stats: counted }));
    await reader.close();
    const fresh = await LayerReader.open(store, 'field');
    first += await bytesAsked(() => fresh.read(fresh.plan(queryOf(box))));
    await fresh.close();
  }
  return {
    'tiles a box': counted.tilesRead / boxes.length,
    'tiles decoded / tiles met': counted.tilesRead / needed.tilesRead,
    'bytes read / needed, segments opened too': first / needed.bytesRead,
    'bytes read / needed, segments open': again / needed.bytesRead,
    'bytes as stats count / needed': counted.bytesRead / needed.bytesRead,
  };
}

function* tilesOf(intervals: readonly { readonly min: number; readonly max: number }[]): Generator<number> {
  for (const { min, max } of intervals) for (let tile = min; tile <= max; tile++) yield tile;
}

/** Bytes this process asked the system for, by its own account. */
async function bytesAsked(work: () => Promise<unknown>): Promise<number> {
  const before = await readCharacters();
  await work();
  return (await readCharacters()) - before;
}

async function readCharacters(): Promise<number> {
  const text = await readFile('/proc/self/io', 'latin1');
  return Number(/^rchar: (\d+)/m.exec(text)![1]);
}

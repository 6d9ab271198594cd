import type { AxisSelection } from '../../../src/grid/index.js';
import { type LayerQuery, LayerReader, newStats } from '../../../src/layer/index.js';
import type { BigField } from '../../big-field.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import { compare } from '../compare.js';
import { CHUNKINGS, type Chunking, describeField, makeLayer, makeSource } from '../fixture.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';
import { type Box, ZarrPeer } from '../zarr-peer.js';

/** The three questions: a piece of a day's maps, one whole map, one place through all times. */
const QUESTIONS: Readonly<Record<string, (field: BigField, random: Random) => Box>> = {
  '1 % of the area, 24 instants': ({ times, rows, cols }, random) => [
    interval(times, Math.min(times, 24), random),
    interval(rows, Math.round(rows / 10), random),
    interval(cols, Math.round(cols / 10), random),
  ],
  'all of one instant': ({ times, rows, cols }, random) => [interval(times, 1, random), [0, rows], [0, cols]],
  'one point, all instants': ({ times, rows, cols }, random) => [
    [0, times],
    interval(rows, 1, random),
    interval(cols, 1, random),
  ],
};

/** Reading values from a layer, warm, against the same values from the Zarr it was written from. */
export async function querySuite(context: BenchContext): Promise<SuiteResult> {
  const rounds = context.scale === 'full' ? 15 : 5;
  const sources = { maps: await makeSource(context, 'maps'), blocks: await makeSource(context, 'blocks') };
  const { field } = sources.maps;
  const reader = await LayerReader.open(await makeLayer(context, sources.maps), 'field');
  const peers = {
    maps: await ZarrPeer.open(sources.maps.location),
    blocks: await ZarrPeer.open(sources.blocks.location),
  };
  const cases: Case[] = [];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const random = createRandom(context.seed);
    const boxes = Array.from({ length: rounds }, () => ask(field, random));
    await requireEqual(reader, peers, boxes[0]!);
    const comparisons = await compare(
      (round) => reader.read(reader.plan(queryOf(boxes[round]!))),
      {
        [peerName('maps')]: (round) => peers.maps.read(boxes[round]!),
        [peerName('blocks')]: (round) => peers.blocks.read(boxes[round]!),
      },
      { rounds, warmUps: 2 },
    );
    cases.push({ name, comparisons, counts: await countWork(reader, peers, boxes) });
    context.log(`${name} done`);
  }
  await reader.close();
  const { t, row, col } = reader.manifest.tileShape;
  return { setup: { source: describeField(field), tiles: `${t} x ${row} x ${col}`, rounds }, cases };
}

type Peers = Readonly<Record<Chunking, ZarrPeer>>;

function peerName(chunking: Chunking): string {
  return `Zarr ${CHUNKINGS[chunking].join('x')}`;
}

function interval(length: number, wanted: number, random: Random): [number, number] {
  const start = randomBelow(random, length - wanted + 1);
  return [start, start + wanted];
}

function queryOf([t, y, x]: Box): LayerQuery {
  const span = ([start, end]: Box[number]): AxisSelection => [{ start, end }];
  return { parameter: 'field', t: span(t!), y: span(y!), x: span(x!) };
}

/** A benchmark of wrong answers is none. */
async function requireEqual(reader: LayerReader, peers: Peers, box: Box): Promise<void> {
  const ours = await reader.read(reader.plan(queryOf(box)));
  for (const [name, peer] of Object.entries(peers)) {
    const theirs = await peer.read(box);
    if (theirs.length !== ours.length || ours.some((value, i) => value !== theirs[i])) {
      throw new Error(`layer and ${name} differ in ${JSON.stringify(box)}`);
    }
  }
}

/** Means over the boxes; "needed" are the bytes of the cells asked, unpacked. */
async function countWork(
  reader: LayerReader,
  peers: Peers,
  boxes: readonly Box[],
): Promise<Record<string, number>> {
  const stats = newStats();
  let cells = 0;
  for (const peer of Object.values(peers)) peer.takeCounts();
  for (const box of boxes) {
    const plan = reader.plan(queryOf(box));
    cells += plan.cells;
    await reader.read(plan, { stats });
    for (const peer of Object.values(peers)) await peer.read(box);
  }
  const maps = peers.maps.takeCounts();
  const blocks = peers.blocks.takeCounts();
  const needed = cells * 4;
  return {
    'tiles a request': stats.tilesRead / boxes.length,
    'bytes read / needed': stats.bytesRead / needed,
    'map chunks a request': maps.chunks / boxes.length,
    'map bytes / needed': maps.bytes / needed,
    'block chunks a request': blocks.chunks / boxes.length,
    'block bytes / needed': blocks.bytes / needed,
  };
}

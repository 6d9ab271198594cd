import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunEntry } from '../../catalog/index.js';
import { createKeyIndex, type SegmentSpan } from '../../curve/index.js';
import { chooseCells } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import { levelGrid } from '../../grid/index.js';
import { type LayerReader, layoutOf, type QueryPlan } from '../../layer/index.js';
import type { Parameter } from '../../raster/index.js';
import { jsonOffer, negotiate } from '../http/negotiate.js';
import { type QueryText, readCount, readQuery, shorten } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import * as table from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';
import { curveBlocks } from './plan-blocks.js';

/** Ranges and segments listed one by one; the rest is in the numbers. */
const maxListed = 4096;

const planParameters: readonly table.ParameterSpec[] = [
  { name: 'parameter', description: 'Which parameter; the first when absent', schema: { type: 'string' } },
  {
    ...table.bbox,
    isRequired: false,
    description: `${table.bbox.description}; in longitudes and latitudes; the whole layer when absent`,
  },
  table.datetime,
  table.z,
  {
    name: 'level',
    description: 'Pyramid level; the native one when absent',
    schema: { type: 'integer', minimum: 0, default: 0 },
  },
  {
    name: 'tile-time',
    description: 'Time tile whose blocks are answered, counted from 0; the first that is asked when absent',
    schema: { type: 'integer', minimum: 0 },
  },
];

/** What a query of a box would touch of a layer, for a drawing of the curve. */
export function planRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/layers/:layer/plan',
      method: 'GET',
      operationId: 'getPlan',
      summary:
        'The curve over a layer, and the tiles, ranges and segments that a box would touch; reads no data',
      tag: 'Layers',
      parameters: planParameters,
      hasDimensions: true,
      produces: ['application/json'],
      handle: (request, reply) => answerPlan(context, request, reply),
    },
  ];
}

async function answerPlan(
  { layers }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readQuery(request, planParameters, dimensionsOf(layer));
  negotiate([jsonOffer], { accept: request.headers.accept });
  const parameter = askedParameter(layer, query.get('parameter'));
  const level = askedLevel(layer, query.get('level'));
  const plan = planBox(layer, { parameter, level }, query);
  const { tiles } = layoutOf(parameter, levelGrid(layer.manifest.grid, level), layer.manifest.tileShape);
  const t = askedTimeTile(query.get('tile-time'), tiles.t) ?? plan?.tilesByAxis.t[0]?.min ?? 0;
  return sendDocument(request, reply, { body: describePlan(layer, { parameter, level, plan, t }) });
}

interface AskedPlan {
  readonly parameter: Parameter;
  readonly level: number;
  /** Absent where no cell matches: the curve is there all the same. */
  readonly plan: QueryPlan | undefined;
  /** The time tile that is drawn. */
  readonly t: number;
}

function planBox(
  layer: LayerReader,
  { parameter, level }: Pick<AskedPlan, 'parameter' | 'level'>,
  query: QueryText,
): QueryPlan | undefined {
  const texts = { bbox: query.get('bbox'), datetime: query.get('datetime'), z: query.get('z') };
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  const grid = levelGrid(layer.manifest.grid, level);
  const cells = chooseCells(grid, parameter, { ...given, custom: query.dimensions });
  return cells && layer.plan({ ...cells.query, parameter: parameter.id, level });
}

function describePlan({ manifest }: LayerReader, { parameter, level, plan, t }: AskedPlan): unknown {
  const { layer, sequence, keyIndex, tileShape, levels } = manifest;
  const grid = levelGrid(manifest.grid, level);
  const { tiles } = layoutOf(parameter, grid, tileShape);
  const planned = plan?.runs[0];
  const run =
    planned?.run ?? manifest.runs.find((one) => one.level === level && one.parameter === parameter.id);
  const asked = plan?.tilesByAxis ?? { t: [], row: [], col: [] };
  const isAsked = asked.t.some(({ min, max }) => t >= min && t <= max);
  return {
    layer,
    snapshot: sequence,
    parameter: parameter.id,
    level,
    levels,
    curve: { ...keyIndex.curve, time: keyIndex.time },
    tiles: { columns: tiles.col, rows: tiles.row, times: tiles.t, cells: tileShape },
    plan: numbersOf(plan),
    run: run && { z: run.z, custom: run.custom, partition: run.partition, t },
    times: asked.t.map(({ min, max }) => [min, max]),
    ranges: {
      total: planned?.ranges.length ?? 0,
      listed: (planned?.ranges ?? []).slice(0, maxListed).map(({ start, end }) => [start, end]),
    },
    segments: describeSegments(run, planned?.spans ?? []),
    blocks: curveBlocks(grid, createKeyIndex(keyIndex, manifest), {
      tiles,
      tileShape,
      t,
      segments: run?.segments ?? [],
      asked: isAsked ? asked : { row: [], col: [] },
    }),
  };
}

/** What `query --explain` says before anything is read. */
function numbersOf(plan: QueryPlan | undefined): Record<string, number> {
  return {
    cells: plan?.cells ?? 0,
    answerBytes: (plan?.cells ?? 0) * Float64Array.BYTES_PER_ELEMENT,
    runs: plan?.runs.length ?? 0,
    ranges: plan?.ranges ?? 0,
    segments: plan?.segments ?? 0,
    segmentsTotal: plan?.segmentsTotal ?? 0,
    tiles: plan?.tiles ?? 0,
    estimatedBytes: plan?.estimatedBytes ?? 0,
  };
}

/** Those touched come first where the list has to end. */
function describeSegments(run: RunEntry | undefined, spans: readonly SegmentSpan[]): unknown {
  const all = run?.segments ?? [];
  const isTouched = new Uint8Array(all.length);
  for (const { from, to } of spans) isTouched.fill(1, from, to);
  const positions = [...all.keys()];
  const touched = positions.filter((at) => isTouched[at] === 1);
  const others = positions.filter((at) => isTouched[at] === 0);
  const listed = [...touched, ...others].slice(0, maxListed).sort((a, b) => a - b);
  return {
    total: all.length,
    touched: touched.length,
    listed: listed.map((position) => {
      const { first, last, count, sizeBytes } = all[position]!;
      const isAsked = isTouched[position] === 1;
      return { position, first, last, records: count, bytes: sizeBytes, isTouched: isAsked };
    }),
  };
}

function askedParameter({ manifest: { parameters } }: LayerReader, id: string | undefined): Parameter {
  const found = id === undefined ? parameters[0] : parameters.find((parameter) => parameter.id === id);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('no such parameter', {
    parameter: 'parameter',
    found: shorten(id ?? ''),
    known: parameters.map((parameter) => parameter.id).join(', '),
  });
}

function askedTimeTile(text: string | undefined, tiles: number): number | undefined {
  if (text === undefined) return undefined;
  const t = readCount(text, 'tile-time');
  if (t < tiles) return t;
  throw new InvalidArgumentError('no such time tile', {
    parameter: 'tile-time',
    found: t,
    allowed: `0 to ${tiles - 1}`,
  });
}

function askedLevel({ manifest: { levels } }: LayerReader, text: string | undefined): number {
  const level = readCount(text, 'level');
  if (level < levels) return level;
  throw new InvalidArgumentError('no such level', {
    parameter: 'level',
    found: level,
    allowed: `0 to ${levels - 1}`,
  });
}

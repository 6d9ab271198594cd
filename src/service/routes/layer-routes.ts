import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Manifest } from '../../catalog/index.js';
import { type EdrPlan, planPosition } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageAnswer, CoverageRange } from '../../formats/index.js';
import {
  type Axis,
  axisLength,
  axisNumbers,
  coordinateAt,
  formatInstant,
  type Grid,
  gridBbox,
  type TimeAxis,
} from '../../grid/index.js';
import { gridTiles, type LayerReader } from '../../layer/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { baseUrl } from '../http/base-url.js';
import { entityTag, matchTag } from '../http/etag.js';
import { readQuery } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { datetime, latitude, longitude, type ParameterSpec, z } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { negotiateJson } from './landing-routes.js';

const pointParameters: readonly ParameterSpec[] = [longitude, latitude, datetime, z];

/** Layers as they are stored, and the values at one point. */
export function layerRoutes({ layers }: ServiceContext): Route[] {
  const common = { method: 'GET', tag: 'Layers', produces: ['application/json'] } as const;
  return [
    {
      ...common,
      path: '/layers',
      operationId: 'listLayers',
      summary: 'All layers',
      parameters: [],
      handle: async (request, reply) => {
        negotiateJson(request, []);
        const url = `${baseUrl(request)}/layers`;
        const readers = await layers.openAll();
        const body = {
          layers: readers.map(({ manifest }) => ({
            layer: manifest.layer,
            title: manifest.title,
            sequence: manifest.sequence,
            links: [{ href: `${url}/${manifest.layer}`, rel: 'self', type: 'application/json' }],
          })),
        };
        return sendDocument(request, reply, { body });
      },
    },
    {
      ...common,
      path: '/layers/:layer',
      operationId: 'getLayer',
      summary: 'How a layer is stored: axes, parameters, tiles',
      parameters: [],
      handle: async (request, reply) => {
        negotiateJson(request, []);
        const { manifest } = await layers.open(pathPart(request, 'layer'));
        return sendDocument(request, reply, { body: describeLayer(manifest) });
      },
    },
    {
      ...common,
      path: '/layers/:layer/point',
      operationId: 'getPoint',
      summary:
        'One value per parameter: the newest instant and the first level unless the query says otherwise',
      parameters: pointParameters,
      hasDimensions: true,
      handle: async (request, reply) =>
        answerPoint(await layers.open(pathPart(request, 'layer')), { request, reply }),
    },
  ];
}

function describeLayer(manifest: Manifest): Record<string, unknown> {
  const { layer, uuid, sequence, createdAt, title, grid, parameters, tileShape, keyIndex, codec } = manifest;
  const { t, z: levels, custom } = grid;
  return {
    layer,
    uuid,
    sequence,
    createdAt,
    title,
    crs: grid.crs,
    bbox: hasLonLat(grid) ? gridBbox(grid) : undefined,
    axes: {
      ...Object.fromEntries(custom.map((axis) => [axis.name, describeAxis(axis)])),
      ...(t && { t: { ...describeAxis(t), calendar: t.calendar, values: instants(t) } }),
      ...(levels && { z: { ...describeAxis(levels), positive: levels.positive } }),
      y: describeAxis(grid.y),
      x: describeAxis(grid.x),
    },
    parameters: parameters.map((parameter) => ({
      ...parameter,
      noData: Number.isNaN(parameter.noData) ? undefined : parameter.noData,
      statistics: manifest.statistics[parameter.id],
    })),
    levels: [{ level: 0, tiles: gridTiles(grid, tileShape) }],
    tileShape,
    keyIndex,
    codec,
  };
}

function hasLonLat({ crs }: Grid): boolean {
  return crs.kind === 'geographic' || crs.proj !== undefined;
}

function describeAxis(axis: Axis): Record<string, unknown> {
  const { name, unit, title, coordinates } = axis;
  return { name, unit, title, length: axisLength(axis), coordinates };
}

/** As text, because no client should have to know every calendar. */
function instants(axis: TimeAxis): string[] {
  return axisNumbers(axis).map((instant) => formatInstant(instant, axis.calendar));
}

async function answerPoint(
  layer: LayerReader,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const { grid } = layer.manifest;
  const query = readQuery(
    request,
    pointParameters,
    grid.custom.map(({ name }) => name),
  );
  const lon = query.get('lon')!;
  const lat = query.get('lat')!;
  const plan = planPosition(layer, {
    coords: `POINT(${plainNumber(lon, 'lon')} ${plainNumber(lat, 'lat')})`,
    ...defaultsOf(grid, { datetime: query.get('datetime'), z: query.get('z') }),
    custom: {
      ...Object.fromEntries(grid.custom.map((axis) => [axis.name, firstValue(axis)])),
      ...query.dimensions,
    },
  });
  const tag = entityTag([layer.etag, 'point', query.canonical]);
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept' });
  if (plan.kind === 'no-data') return reply.code(204).send();
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return reply.code(304).send();
  const body = await readPoint(plan, abortWithClient(reply));
  return reply.header('Content-Type', 'application/json').send(Buffer.from(JSON.stringify(body)));
}

function defaultsOf(
  grid: Grid,
  asked: { datetime: string | undefined; z: string | undefined },
): { datetime?: string; z?: string } {
  const when = asked.datetime ?? (grid.t && formatInstant(newestInstant(grid.t), grid.t.calendar));
  const level = asked.z ?? (grid.z && String(coordinateAt(grid.z, 0)));
  return { ...(when !== undefined && { datetime: when }), ...(level !== undefined && { z: level }) };
}

function newestInstant(axis: Axis): number {
  return Math.max(coordinateAt(axis, 0), coordinateAt(axis, axisLength(axis) - 1));
}

function firstValue(axis: Axis): string {
  const { coordinates } = axis;
  return coordinates.kind === 'labels' ? coordinates.values[0]! : String(coordinateAt(axis, 0));
}

/** The number itself, so that no other text gets into a POINT. */
function plainNumber(text: string, parameter: string): number {
  const value = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`${parameter} expects a finite number`, {
    parameter,
    found: text.slice(0, 60),
  });
}

async function readPoint(
  plan: EdrPlan & { kind: 'answer' },
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const answer = (await plan.open({ signal }))!;
  requireSingleValues(answer);
  const values: Record<string, number | null> = {};
  for (const range of answer.coverages.flatMap(({ ranges }) => ranges)) {
    values[range.parameter] = await readSingle(range);
  }
  const { domain } = answer.coverages[0]!;
  const at = (axis: typeof domain.x) => (axis?.kind === 'regular' ? axis.start : axis?.values[0]);
  return { values, lon: at(domain.x), lat: at(domain.y), datetime: at(domain.t), z: at(domain.z) };
}

function requireSingleValues({ coverages, parameters }: CoverageAnswer): void {
  const ranges = coverages.flatMap((coverage) => coverage.ranges);
  if (ranges.length === parameters.length && ranges.every(({ shape }) => shape.length === 0)) return;
  throw new InvalidArgumentError('a point answers one value per parameter; ask position for more', {
    expected: 'one instant, one level and one value of each dimension',
  });
}

async function readSingle(range: CoverageRange): Promise<number | null> {
  for await (const block of range.values()) {
    const value = block[0];
    if (value !== undefined) return Number.isNaN(value) ? null : value;
  }
  return null;
}

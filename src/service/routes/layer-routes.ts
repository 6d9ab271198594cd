import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Manifest } from '../../catalog/index.js';
import {
  type Axis,
  axisLength,
  axisNumbers,
  formatInstant,
  type Grid,
  gridBbox,
  levelGrid,
  type TimeAxis,
} from '../../grid/index.js';
import { gridTiles } from '../../layer/index.js';
import { baseUrl } from '../http/base-url.js';
import { negotiateJson } from '../http/negotiate.js';
import { sendDocument } from '../http/send-json.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

const tileAxes = ['t', 'z', 'y', 'x'];

/** Layers as they are stored. */
export function layerRoutes(context: ServiceContext): Route[] {
  const common = { method: 'GET', tag: 'Layers', parameters: [], produces: ['application/json'] } as const;
  return [
    {
      ...common,
      path: '/layers',
      operationId: 'listLayers',
      summary: 'All layers',
      handle: (request, reply) => sendLayers(context, request, reply),
    },
    {
      ...common,
      path: '/layers/:layer',
      operationId: 'getLayer',
      summary: 'How a layer is stored: axes, parameters, tiles',
      handle: (request, reply) => sendLayer(context, request, reply),
    },
  ];
}

async function sendLayers(
  { layers }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
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
}

async function sendLayer(
  { layers }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  negotiateJson(request, []);
  const { manifest } = await layers.open(pathPart(request, 'layer'));
  return sendDocument(request, reply, { body: describeLayer(manifest) });
}

function describeLayer(manifest: Manifest): Record<string, unknown> {
  const { layer, uuid, sequence, createdAt, title, grid, parameters, tileShape, keyIndex, codec } = manifest;
  return {
    layer,
    uuid,
    sequence,
    createdAt,
    title,
    crs: grid.crs,
    bbox: hasLonLat(grid) ? gridBbox(grid) : undefined,
    axes: describeAxes(grid),
    parameters: parameters.map((parameter) => ({
      ...parameter,
      noData: Number.isNaN(parameter.noData) ? undefined : parameter.noData,
      statistics: Object.hasOwn(manifest.statistics, parameter.id)
        ? manifest.statistics[parameter.id]
        : undefined,
    })),
    levels: Array.from({ length: manifest.levels }, (_, level) => ({
      level,
      tiles: gridTiles(levelGrid(grid, level), tileShape),
    })),
    tileShape,
    keyIndex,
    codec,
  };
}

function hasLonLat({ crs }: Grid): boolean {
  return crs.kind === 'geographic' || crs.proj !== undefined;
}

/** A custom axis that is called as one of the others is `custom.<name>`, as in queries. */
function describeAxes({ t, z, y, x, custom }: Grid): Record<string, unknown> {
  return {
    ...Object.fromEntries(
      custom.map((axis) => [
        tileAxes.includes(axis.name) ? `custom.${axis.name}` : axis.name,
        describeAxis(axis),
      ]),
    ),
    ...(t && { t: { ...describeAxis(t), calendar: t.calendar, values: instants(t) } }),
    ...(z && { z: { ...describeAxis(z), positive: z.positive } }),
    y: describeAxis(y),
    x: describeAxis(x),
  };
}

function describeAxis(axis: Axis): Record<string, unknown> {
  const { name, unit, title, coordinates } = axis;
  return { name, unit, title, length: axisLength(axis), coordinates };
}

/** As text, because no client should have to know every calendar. */
function instants(axis: TimeAxis): string[] {
  return axisNumbers(axis).map((instant) => formatInstant(instant, axis.calendar));
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, type EdrRequest, newestSlice, noWork, planPosition } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageAnswer, CoverageRange } from '../../formats/index.js';
import { byName, type Grid } from '../../grid/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { checkTiles } from '../http/limits.js';
import { type QueryText, readNumber, readQuery } from '../http/query-text.js';
import { sendText } from '../http/send-json.js';
import { datetime, latitude, longitude, type ParameterSpec, z } from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';

const pointParameters: readonly ParameterSpec[] = [longitude, latitude, datetime, z];

/** The values of a layer at one point. */
export function pointRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/layers/:layer/point',
      method: 'GET',
      operationId: 'getPoint',
      summary:
        'One value per parameter: the newest instant and the first level unless the query says otherwise',
      tag: 'Layers',
      parameters: pointParameters,
      isData: true,
      hasDimensions: true,
      mayBeEmpty: true,
      produces: ['application/json'],
      handle: (request, reply) => answerPoint(context, request, reply),
    },
  ];
}

async function answerPoint(
  { layers, limits }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readQuery(request, pointParameters, dimensionsOf(layer));
  const plan = planPosition(layer, pointRequest(layer.manifest.grid, query));
  const work = plan.kind === 'no-data' ? noWork : plan.work();
  checkTiles(work, limits);
  const match = data.tag([layer.etag, 'point', query.canonical]);
  reply.header('Vary', 'Accept');
  if (plan.kind === 'answer' && match !== 'none') return reply.code(304).send();
  data.plan(work);
  if (plan.kind === 'no-data') return reply.code(204).send();
  const body = await readPoint(plan, abortWithClient(reply));
  data.read();
  return sendText(reply, JSON.stringify(body));
}

function pointRequest(grid: Grid, query: QueryText): EdrRequest {
  const newest = newestSlice(grid);
  const when = query.get('datetime') ?? newest.datetime;
  const level = query.get('z') ?? newest.z;
  return {
    // Numbers again, so that no other text gets into a POINT.
    coords: `POINT(${readNumber(query.get('lon')!, 'lon')} ${readNumber(query.get('lat')!, 'lat')})`,
    ...(when !== undefined && { datetime: when }),
    ...(level !== undefined && { z: level }),
    custom: byName([...Object.entries(newest.custom ?? {}), ...Object.entries(query.dimensions)]),
  };
}

async function readPoint(
  plan: EdrPlan & { kind: 'answer' },
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const answer = (await plan.open({ signal }))!;
  requireSingleValues(answer);
  const values: (readonly [string, number | null])[] = [];
  for (const range of answer.coverages.flatMap(({ ranges }) => ranges)) {
    values.push([range.parameter, await readSingle(range)]);
  }
  const { domain } = answer.coverages[0]!;
  const at = (axis: typeof domain.x) => (axis?.kind === 'regular' ? axis.start : axis?.values[0]);
  return {
    values: byName(values),
    lon: at(domain.x),
    lat: at(domain.y),
    datetime: at(domain.t),
    z: at(domain.z),
  };
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

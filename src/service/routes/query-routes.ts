import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, noWork, type PlannedWork } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import { type CoverageFormat, coverageFormats, geoJson, tiledNdArray } from '../../formats/index.js';
import type { LayerReader } from '../../layer/index.js';
import { type DataQuery, dataQueries } from '../data-queries.js';
import type { PlannedAnswer } from '../http/answer-body.js';
import { newestCaching, taggedCaching } from '../http/caching.js';
import { type PlannedPage, planAskedPage, readPage } from '../http/data-page.js';
import { DataReply } from '../http/data-reply.js';
import {
  checkPageCells,
  checkPlan,
  checkTiles,
  heldCells,
  type Limits,
  laterLimits,
} from '../http/limits.js';
import { negotiate } from '../http/negotiate.js';
import { asksForPage, dataOffers } from '../http/page-offers.js';
import { type QueryText, readQuery } from '../http/query-text.js';
import { type AnswerToSend, sendAnswer } from '../http/send-answer.js';
import { isTagged } from '../instance-directory.js';
import { offerForm } from '../pages/problem-page.js';
import { prefersLater } from '../results/prefer.js';
import type { Results } from '../results/results.js';
import { sendLater } from '../results/send-later.js';
import { dimensionsOf, type Route, type ServiceContext } from '../route.js';
import { answerAsPage, formAgain } from './answer-pages.js';
import { askedLayer, collectionPaths } from './asked-layer.js';
import { withPost } from './by-post.js';

/** The data queries of EDR, each by GET and by POST, of collections and of their instances. */
export function queryRoutes(context: ServiceContext): Route[] {
  return collectionPaths.flatMap(({ path, name: place }) =>
    dataQueries.flatMap((query) => {
      const title = `${place}${query.name.charAt(0).toUpperCase()}${query.name.slice(1)}`;
      const route: Route = {
        ...dataRoute(context),
        path: `${path}/${query.name}`,
        operationId: `get${title}`,
        summary: `Data of ${place === '' ? 'a collection' : 'an instance'} by ${query.name}`,
        parameters: query.parameters,
        handle: (request, reply) => answerQuery(context, query, { request, reply }),
      };
      return withPost(route);
    }),
  );
}

/** What all routes of data queries have in common. */
export function dataRoute({ results }: ServiceContext) {
  return {
    method: 'GET',
    tag: 'Queries',
    isData: true,
    hasDimensions: true,
    mayBeEmpty: true,
    mayBeLater: results !== undefined,
    produces: [...coverageFormats.flatMap(({ mediaTypes }) => mediaTypes), 'text/html'],
  } as const;
}

/** Answers a data query. Its name, with the query's own text, names the answer among all of a snapshot. */
export async function answerQuery(
  context: ServiceContext,
  query: DataQuery,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const asked = await askedLayer(context, request);
  const { layer, url, instance } = asked;
  if (asksForPage(request)) offerForm(request, () => formAgain(request, { asked, query }));
  const texts = readQuery(request, query.parameters, dimensionsOf(layer));
  const wanted = { f: texts.get('f'), accept: request.headers.accept };
  const forms = query.tiledAt === undefined ? coverageFormats : [...coverageFormats, tiledNdArray];
  const { offer, mediaType } = negotiate(dataOffers(forms, wanted), wanted);
  const form = 'encode' in offer ? { format: offer } : answerAsPage(request, reply, { asked, query, texts });
  const whole = planQuery(layer, query, texts);
  const { plan, page } = planForm(request, whole, { format: form.format, texts });
  const isPage = 'sendNoData' in form;
  if (isPage && plan.kind === 'answer') checkPageCells(plan.cells);
  // A page is for somebody who waits.
  const results = plan.kind === 'answer' && !isPage ? wantedResults(context, request, plan) : undefined;
  const limits = results === undefined ? context.limits : laterLimits(context.limits, results.maxCells);
  const work = allowedWork(plan, limits);
  // A POST may have the address of a GET, but not its link.
  const next = page === undefined ? [] : [page.next ?? ''];
  const tagParts = [layer.etag, query.name, texts.canonical, mediaType, ...next];
  const answer: AnswerToSend = {
    ...(context.results && { vary: 'Accept, Accept-Encoding, Prefer' }),
    work,
    plan,
    page,
    ...form,
    mediaType,
    tagParts,
    data,
    shared: context.shared,
    caching: isTagged(instance) ? taggedCaching : newestCaching,
    tileAddress: (tiledAs, tile) =>
      `${url}/${query.tiledAt}/tiles/${layer.etag}/${tiledAs}/${tile}?${texts.search}`,
  };
  if (results === undefined || plan.kind === 'no-data') return sendAnswer(request, reply, answer);
  return sendLater(request, reply, { ...answer, plan, results });
}

/** Where an answer is to be made that the client wants later, or that is too large to be waited for. */
function wantedResults(
  { results, limits }: ServiceContext,
  request: FastifyRequest,
  plan: PlannedAnswer,
): Results | undefined {
  if (results === undefined) return undefined;
  const isLarge = heldCells(plan) > limits.maxCells || plan.work().tiles > limits.maxTiles;
  return isLarge || prefersLater(request.headers.prefer) ? results : undefined;
}

/** What of an answer its form has: of features a page where it is asked for, of TiledNdArray no values. */
function planForm(
  request: FastifyRequest,
  whole: EdrPlan,
  { format, texts }: { readonly format: CoverageFormat; readonly texts: QueryText },
): PlannedPage {
  const page = readPage(texts);
  if (format === geoJson && page !== undefined) return planAskedPage(request, whole, page);
  return { plan: format === tiledNdArray ? planOutline(whole) : whole };
}

/** An answer that says where its values are. */
function planOutline(whole: EdrPlan): EdrPlan {
  if (whole.kind === 'no-data') return whole;
  const { pieces, crs } = whole;
  if (pieces === undefined) {
    throw new InvalidArgumentError('this answer has no tiles', { parameter: 'f', found: tiledNdArray.token });
  }
  return { kind: 'answer', cells: 0, crs, work: () => noWork, open: async () => pieces.outline() };
}

/** Throws: HttpProblem 413 for an answer that is too large, or takes too much reading. */
export function allowedWork(plan: EdrPlan, limits: Limits): PlannedWork | undefined {
  if (plan.kind === 'no-data') return undefined;
  checkPlan(plan, limits);
  const work = plan.work();
  checkTiles(work, limits);
  return work;
}

/** What the texts of a request mean for a layer. Throws: InvalidArgumentError; UnsupportedError. */
export function planQuery(layer: LayerReader, query: Pick<DataQuery, 'plan'>, texts: QueryText): EdrPlan {
  const named = {
    coords: texts.get('coords'),
    bbox: texts.get('bbox'),
    z: texts.get('z'),
    datetime: texts.get('datetime'),
    parameterNames: texts.get('parameter-name'),
    crs: texts.get('crs'),
    method: texts.get('method'),
    aggregation: texts.get('aggregation'),
    within: texts.get('within'),
    withinUnits: texts.get('within-units'),
    corridorWidth: texts.get('corridor-width'),
    widthUnits: texts.get('width-units'),
    corridorHeight: texts.get('corridor-height'),
    heightUnits: texts.get('height-units'),
    resolutionX: texts.get('resolution-x'),
    resolutionY: texts.get('resolution-y'),
    resolutionZ: texts.get('resolution-z'),
  };
  const given = Object.fromEntries(Object.entries(named).filter(([, text]) => text !== undefined));
  return query.plan(layer, { ...given, custom: texts.dimensions });
}

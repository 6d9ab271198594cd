import type { FastifyRequest } from 'fastify';
import { InvalidArgumentError } from '../../errors/index.js';
import type { ParameterSpec } from '../parameter-table.js';
import { HttpProblem } from './problem.js';
import { readQuery, shorten } from './query-text.js';

/** A form an answer can take. The first media type is its own; the others are served under the name asked for. */
export interface Offer {
  readonly token: string;
  readonly mediaTypes: readonly string[];
  /** Further spellings of `f`. */
  readonly aliases?: readonly string[];
}

/** The form chosen and the media type to send it as. */
export interface Chosen<T extends Offer = Offer> {
  readonly offer: T;
  readonly mediaType: string;
}

interface AcceptRange {
  readonly type: string;
  readonly quality: number;
}

const MAX_RANGES = 100;

/** A document in JSON. */
export const jsonOffer: Offer = { token: 'json', mediaTypes: ['application/json'] };

/**
 * The form that `f`, or else the Accept header, asks for; the first offer when neither says anything.
 *
 * Throws: InvalidArgumentError for an unknown `f`; HttpProblem 406 for an Accept that nothing satisfies.
 */
export function negotiate<T extends Offer>(
  offers: readonly T[],
  { f, accept }: { readonly f?: string | undefined; readonly accept?: string | undefined },
): Chosen<T> {
  return f === undefined ? byAccept(offers, accept) : byToken(offers, f);
}

/** Checks the query of a request, and that JSON is what it accepts. Throws as `readQuery` and `negotiate` do. */
export function negotiateJson(request: FastifyRequest, specs: readonly ParameterSpec[]): void {
  const query = readQuery(request, specs);
  negotiate([jsonOffer], { f: query.get('f'), accept: request.headers.accept });
}

function byToken<T extends Offer>(offers: readonly T[], f: string): Chosen<T> {
  // An unescaped + arrives as a space, and media types have one.
  const asked = plainType(f.trim().replaceAll(' ', '+'));
  for (const offer of offers) {
    const mediaType = offer.mediaTypes.find((type) => plainType(type) === asked);
    if (mediaType !== undefined) return { offer, mediaType };
    const names = [offer.token, ...(offer.aliases ?? [])].map((name) => name.toLowerCase());
    if (names.includes(asked)) return { offer, mediaType: offer.mediaTypes[0]! };
  }
  throw new InvalidArgumentError('f is not known here', {
    parameter: 'f',
    found: shorten(f),
    allowed: offers.map(({ token }) => token).join(', '),
  });
}

function byAccept<T extends Offer>(offers: readonly T[], accept: string | undefined): Chosen<T> {
  const [first] = offers;
  if (first !== undefined && (accept === undefined || accept === '*/*'))
    return { offer: first, mediaType: first.mediaTypes[0]! };
  const ranges = parseAccept(accept ?? '*/*');
  let best: (Chosen<T> & { quality: number }) | undefined;
  for (const offer of offers) {
    for (const mediaType of offer.mediaTypes) {
      const quality = qualityOf(plainType(mediaType), ranges);
      if (quality > (best?.quality ?? 0)) best = { offer, mediaType, quality };
    }
  }
  if (best !== undefined) return best;
  const available = offers.flatMap(({ mediaTypes }) => mediaTypes);
  throw new HttpProblem(406, `nothing here satisfies Accept; available: ${available.join(', ')}`, {
    members: { available },
  });
}

/** Java's default header has a bare `*`, which stands for everything. */
function parseAccept(header: string): AcceptRange[] {
  const texts = header.split(',').slice(0, MAX_RANGES);
  return texts.flatMap((text) => {
    const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    if (range === '') return [];
    const quality = Number(parameters.find((part) => /^q\s*=/.test(part))?.split('=')[1] ?? 1);
    return [{ type: range === '*' ? '*/*' : range, quality: quality >= 0 && quality <= 1 ? quality : 0 }];
  });
}

/** The quality of the most specific range that covers a type. */
function qualityOf(type: string, ranges: readonly AcceptRange[]): number {
  for (const pattern of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const matching = ranges.filter((range) => range.type === pattern);
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality));
  }
  return 0;
}

function plainType(mediaType: string): string {
  return mediaType.split(';')[0]!.trim().toLowerCase();
}

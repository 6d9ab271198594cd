import { type Random, randomBelow } from '../../random.js';
import type { Damage } from './damage.js';
import type { KnownRecord, KnownSegment, LayerOracle } from './layer-oracle.js';

/** A segment that gets bytes written elsewhere, or for itself but in another place. */
export interface Swap {
  readonly oracle: LayerOracle;
  readonly segment: KnownSegment;
  readonly damage: Damage;
}

/** Where the other bytes come from, relative to the segment that gets them. */
const relations = [
  'same segment',
  'same run',
  'same layer',
  'other layer',
  'other generation',
  'whole file',
] as const;

/** Bytes that are intact, but not those of this place. */
export function randomSwap(
  oracles: readonly LayerOracle[],
  { random, read }: { random: Random; read: (path: string) => Uint8Array },
): Swap {
  for (;;) {
    const oracle = pick(oracles, random);
    const segment = pick(oracle.segments, random);
    const relation = pick(relations, random);
    const donors = donorsOf(relation, { oracle, segment, oracles });
    if (donors.length === 0) continue;
    const donor = pick(donors, random);
    const damage =
      relation === 'whole file'
        ? ({ kind: 'replace', bytes: read(donor.path) } as const)
        : recordSwap({ segment, donor }, { random, read });
    if (damage) return { oracle, segment, damage };
  }
}

function donorsOf(
  relation: (typeof relations)[number],
  {
    oracle,
    segment,
    oracles,
  }: { oracle: LayerOracle; segment: KnownSegment; oracles: readonly LayerOracle[] },
): readonly KnownSegment[] {
  const folder = (path: string) => path.slice(0, path.lastIndexOf('/'));
  const others = oracle.segments.filter((other) => other !== segment);
  switch (relation) {
    case 'same segment':
      return segment.records.length > 1 ? [segment] : [];
    case 'same run':
      return others.filter(({ path }) => folder(path) === folder(segment.path));
    case 'same layer':
      return others;
    case 'other layer':
      return oracles.filter((other) => other !== oracle).flatMap(({ segments }) => segments);
    case 'other generation':
      return oracle.replaced.filter(({ path }) => folder(path) === folder(segment.path));
    case 'whole file':
      return [...others, ...oracle.replaced];
    default:
      return relation satisfies never;
  }
}

/** Two records of one segment change places; one of another segment takes the place of a record. */
function recordSwap(
  { segment, donor }: { segment: KnownSegment; donor: KnownSegment },
  { random, read }: { random: Random; read: (path: string) => Uint8Array },
): Damage | undefined {
  const target = pick(segment.records, random);
  // Of equal place and length, if there are such: nothing but the checksum can tell them apart.
  const twins = donor.records.filter(
    ({ length, offset }) => length === target.length && offset === target.offset,
  );
  const given = pick(segment !== donor && twins.length > 0 ? twins : donor.records, random);
  if (segment === donor && given === target) return undefined;
  const bytes = cut(read(donor.path), given, target.length);
  if (segment !== donor) return { kind: 'overwrite', offset: target.offset, bytes };
  const swapped = Uint8Array.from(read(segment.path));
  const mine = cut(swapped, target, given.length);
  swapped.set(bytes, target.offset);
  swapped.set(mine, given.offset);
  return { kind: 'replace', bytes: swapped };
}

function cut(bytes: Uint8Array, { offset, length }: KnownRecord, most: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(offset, offset + Math.min(length, most)));
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[randomBelow(random, items.length)]!;
}

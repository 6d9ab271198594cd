import { formatHex, parseHex } from '../bytes/index.js';
import { InvalidArgumentError } from '../errors/index.js';

/** What a segment's file name says. */
export interface SegmentName {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** Bytes of index, meta and trailer: what one read must fetch to open the segment. */
  readonly tailBytes: number;
  /** Sequence of the manifest that introduced the segment. */
  readonly generation: number;
  /** First 128 bits of the SHA-256 of the file, 32 lower-case hex digits. */
  readonly sha: string;
}

const pattern =
  /^([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{5})-([0-9a-f]{6})-([0-9a-f]{8})-([0-9a-f]{32})\.seg$/;

/** Most that six hex digits can say. */
const maxTailBytes = 0xff_ff_ff;

/** The file name. Throws InvalidArgumentError when a part does not fit its digits. */
export function formatSegmentName(name: SegmentName): string {
  if (!isConsistent(name)) throw new InvalidArgumentError('impossible segment name', { ...name });
  const { first, last, count, tailBytes, generation, sha } = name;
  const numbers = [
    formatHex(first, 16),
    formatHex(last, 16),
    formatHex(count, 5),
    formatHex(tailBytes, 6),
    formatHex(generation, 8),
  ];
  return `${numbers.join('-')}-${sha}.seg`;
}

/** What `text`, a file name without folders, says; `undefined` when it is not the name of a segment. */
export function parseSegmentName(text: string): SegmentName | undefined {
  const parts = pattern.exec(text);
  // Beyond 53 bits parseHex refuses; the top 11 bits of an index are never used.
  if (parts === null || !/^00[01]/.test(parts[1]!) || !/^00[01]/.test(parts[2]!)) return undefined;
  const name: SegmentName = {
    first: parseHex(parts[1]!),
    last: parseHex(parts[2]!),
    count: parseHex(parts[3]!),
    tailBytes: parseHex(parts[4]!),
    generation: parseHex(parts[5]!),
    sha: parts[6]!,
  };
  return isConsistent(name) ? name : undefined;
}

function isConsistent({ first, last, count, tailBytes, generation, sha }: SegmentName): boolean {
  const numbers = [first, last, count, tailBytes, generation];
  return (
    numbers.every((value) => Number.isSafeInteger(value) && value >= 0) &&
    count >= 1 &&
    count <= 0xf_ff_ff &&
    last - first >= count - 1 &&
    tailBytes <= maxTailBytes &&
    generation <= 0xff_ff_ff_ff &&
    /^[0-9a-f]{32}$/.test(sha)
  );
}

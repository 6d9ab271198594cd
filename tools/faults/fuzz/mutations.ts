import { type Random, randomBelow } from '../../random.js';

/** Numbers that lengths, counts and offsets are tried with; `size` is that of the input. */
function extremes(size: number): readonly number[] {
  return [
    ...[0, 1, 2, 7, 8, 127, 128, 255, 256, 65_535, 65_536],
    ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1],
    ...[size - 1, size, size + 1, Math.floor(size / 2)],
  ];
}

/** A few random changes of a file: bits, fields with extreme values, pieces moved, lost or put in. */
export function mutateBytes(
  bytes: Uint8Array,
  { random, other, reach = bytes.length }: { random: Random; other: Uint8Array; reach?: number },
): Uint8Array {
  let changed = Uint8Array.from(bytes);
  for (let n = 1 + randomBelow(random, 4); n > 0; n--) {
    changed = mutateOnce(changed, { random, other, reach: Math.max(1, Math.min(reach, changed.length)) });
  }
  return changed;
}

function mutateOnce(
  bytes: Uint8Array<ArrayBuffer>,
  { random, other, reach }: { random: Random; other: Uint8Array; reach: number },
): Uint8Array<ArrayBuffer> {
  const at = randomBelow(random, reach);
  const length = 1 + randomBelow(random, Math.min(64, Math.max(1, bytes.length - at)));
  switch (randomBelow(random, 7)) {
    case 0:
    case 1:
      if (bytes.length > 0) bytes[at]! ^= 1 << randomBelow(random, 8);
      return bytes;
    case 2:
    case 3:
      return putNumber(bytes, { at, random });
    case 4: {
      const from = randomBelow(random, Math.max(1, other.length - length));
      bytes.set(other.subarray(from, Math.min(from + length, from + bytes.length - at)), at);
      return bytes;
    }
    case 5:
      return random() < 0.5
        ? bytes.slice(0, at)
        : Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    default:
      return Uint8Array.from([
        ...bytes.subarray(0, at),
        ...bytes.subarray(at, at + length),
        ...bytes.subarray(at),
      ]);
  }
}

/** A field of 1, 2, 4 or 8 bytes, of either byte order. */
function putNumber(
  bytes: Uint8Array<ArrayBuffer>,
  { at, random }: { at: number; random: Random },
): Uint8Array<ArrayBuffer> {
  const values = extremes(bytes.length);
  const value = values[randomBelow(random, values.length)]!;
  const width = 2 ** randomBelow(random, 4);
  const isLittle = random() < 0.5;
  for (let i = 0; i < width && at + i < bytes.length; i++) {
    const place = isLittle ? i : width - 1 - i;
    bytes[at + i] = Math.floor(Math.max(0, value) / 256 ** place) % 256;
  }
  return bytes;
}

/** Values that a member of a JSON document is tried with. */
const hostileValues: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 0.5, -0, 7, 64, 1e6, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e300, -1e300],
  ...[
    '',
    'x',
    '0',
    '<f4',
    '>i8',
    '|S1',
    '<M8[ns]',
    'NaN',
    'Infinity',
    '__proto__',
    'constructor',
    '../..',
    '\u0000',
  ],
  ...['a'.repeat(5000), '1'.repeat(400), '9999-99-99', 'days since 0000-00-00', 'PT0S', 'P1Y'],
  ...[[], {}, [null], [[]], [0], [1e9, 1e9], [2 ** 32, 2 ** 32], [-1], ['a'], [1, 1, 1, 1, 1, 1, 1, 1]],
];

/** A few random changes of a JSON value: members replaced, removed, doubled, or put in each other's place. */
export function mutateJson(value: unknown, random: Random): unknown {
  let changed: unknown = structuredClone(value);
  for (let n = 1 + randomBelow(random, 3); n > 0; n--) changed = changeMember(changed, random);
  return changed;
}

function changeMember(value: unknown, random: Random): unknown {
  const places = membersOf(value);
  if (places.length === 0) return hostileValues[randomBelow(random, hostileValues.length)];
  const { holder, name } = places[randomBelow(random, places.length)]!;
  const donor = places[randomBelow(random, places.length)]!;
  switch (randomBelow(random, 5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      return value;
    case 1:
      setMember(holder, name, structuredClone(getMember(donor)));
      return value;
    case 2: {
      const old = getMember({ holder, name });
      setMember(holder, name, typeof old === 'number' ? nearby(old, random) : [old, old]);
      return value;
    }
    default:
      setMember(holder, name, structuredClone(hostileValues[randomBelow(random, hostileValues.length)]));
      return value;
  }
}

function nearby(value: number, random: Random): number {
  const values = [value + 1, value - 1, -value, value * 2, value * 1e6, value / 3, value * 2 ** 32];
  return values[randomBelow(random, values.length)]!;
}

type Holder = Record<string, unknown> | unknown[];

interface Member {
  readonly holder: Holder;
  readonly name: string;
}

function getMember({ holder, name }: Member): unknown {
  return Array.isArray(holder) ? holder[Number(name)] : holder[name];
}

function setMember(holder: Holder, name: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(name)] = value;
  else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function membersOf(value: unknown): Member[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(value).flatMap((name) => [{ holder, name }, ...membersOf(getMember({ holder, name }))]);
}

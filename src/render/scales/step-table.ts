/**
 * A function from float32 to palette indexes that changes at a few values only. It works on keys: the bits of a
 * float32 as an integer that ascends with the value, so that a step is an integer and one is found by a table over
 * the upper bits of the key: as quick for logarithms, breaks and categories as for even colours.
 */
export interface StepTable {
  /** Ascending keys at which the index changes. */
  readonly keys: Int32Array;
  /** Index below the first key, from each key on. One more than keys. */
  readonly indexes: Uint8Array;
  /** For each block of `2 ** shift` keys from the first on: how many steps lie at or below its start. */
  readonly starts: Uint16Array;
  readonly shift: number;
}

/** From the value with this key on, values have this index. */
export interface Step {
  readonly key: number;
  readonly index: number;
}

const maxBlocks = 4096;
const bitsOf = new Int32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);

/** The key of the smallest float32 that is not below `value` at float32's precision. */
export function keyFrom(value: number): number {
  floatOf[0] = value;
  // Minus zero is the key before zero, and the same value.
  return floatOf[0] === 0 ? -1 : keyOfBits(bitsOf[0]!);
}

/** The key of the smallest float32 above `value` at float32's precision. */
export function keyAfter(value: number): number {
  floatOf[0] = value;
  return floatOf[0] === 0 ? 1 : keyOfBits(bitsOf[0]!) + 1;
}

/**
 * The first key from `first` on whose value is reached, by a search around a guess; `last` when none before it is.
 * `isReached` is false below some value and true from it on.
 */
export function firstKey(
  isReached: (value: number) => boolean,
  { first, last, guess }: { readonly first: number; readonly last: number; readonly guess: number },
): number {
  const holds = (key: number) => key >= last || (key >= first && isReached(valueOfKey(key)));
  const start = Math.min(last, Math.max(first, guess));
  const direction = holds(start) ? -1 : 1;
  let width = 1;
  while (holds(start + direction * width) === direction < 0) width *= 2;
  let [not, yes] = direction < 0 ? [start - width, start] : [start, start + width];
  while (yes - not > 1) {
    const middle = Math.floor((not + yes) / 2);
    if (holds(middle)) yes = middle;
    else not = middle;
  }
  return Math.min(yes, last);
}

/** Steps ascending by key, of which the last counts where keys are equal; `before` holds below the first. */
export function stepTable(steps: readonly Step[], before: number): StepTable {
  const distinct = steps.filter(({ key }, at) => steps[at + 1]?.key !== key);
  const keys = Int32Array.from(distinct, ({ key }) => key);
  const indexes = Uint8Array.of(before, ...distinct.map(({ index }) => index));
  const span = keys.length === 0 ? 0 : keys.at(-1)! - keys[0]!;
  const shift = Math.max(0, Math.ceil(Math.log2((span + 1) / maxBlocks)));
  const starts = new Uint16Array(Math.floor(span / 2 ** shift) + 1);
  for (let block = 0, count = 0; block < starts.length; block++) {
    const start = (keys[0] ?? 0) + block * 2 ** shift;
    while (count < keys.length && keys[count]! <= start) count++;
    starts[block] = count;
  }
  return { keys, indexes, starts, shift };
}

/** The index of each value, 0 for NaN. */
export function stepIndexes(values: Float32Array, { keys, indexes, starts, shift }: StepTable): Uint8Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint8Array(values.length);
  const first = keys[0] ?? Number.POSITIVE_INFINITY;
  const last = keys.at(-1) ?? Number.POSITIVE_INFINITY;
  const [before, after] = [indexes[0]!, indexes.at(-1)!];
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell]!;
    if (Number.isNaN(value)) continue;
    const key = keyOfBits(bits[cell]!);
    if (key < first) out[cell] = before;
    else if (key >= last) out[cell] = after;
    else {
      let step = starts[(key - first) >>> shift]!;
      while (keys[step]! <= key) step++;
      out[cell] = indexes[step]!;
    }
  }
  return out;
}

function valueOfKey(key: number): number {
  bitsOf[0] = keyOfBits(key);
  return floatOf[0]!;
}

/** Negative numbers have their magnitude in the lower bits: turned around they ascend, too. Turns keys back as well. */
function keyOfBits(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

import { NamePool } from '../name-pool.js';
import type { Attributes, ClassicContent, ClassicDimension, ClassicVariable } from './classic-layout.js';

/** Dimensions and variables of a file while it is planned; an axis that is asked for twice is there once. */
export class FileParts {
  readonly dimensions: ClassicDimension[] = [];
  readonly variables: ClassicVariable[] = [];
  readonly #names = new NamePool();
  readonly #made = new Map<string, unknown>();
  #ends: ClassicDimension | undefined;

  /** What `make` makes the first time that `key` is asked for. */
  once<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }

  /** A dimension of its own. */
  dimension(name: string, length: number): ClassicDimension {
    const dimension = { name: this.#names.take(validName(name)), length };
    this.dimensions.push(dimension);
    return dimension;
  }

  /** A dimension with the variable of its name that holds its coordinates, and one with their bounds where there are any. */
  axis(
    name: string,
    content: ClassicContent,
    attributes: Attributes,
    bounds: readonly number[] = [],
  ): ClassicDimension {
    return this.once(`axis ${JSON.stringify([name, content, attributes, bounds])}`, () =>
      this.#axis(name, content, attributes, bounds),
    );
  }

  #axis(
    name: string,
    content: ClassicContent,
    attributes: Attributes,
    bounds: readonly number[],
  ): ClassicDimension {
    const dimension = this.dimension(name, 'values' in content ? content.values.length : 1);
    if (bounds.length === 0) {
      this.#push(dimension.name, { dimensions: [dimension], content, attributes });
      return dimension;
    }
    const boundsName = this.#names.take(`${dimension.name}_bnds`);
    this.#push(dimension.name, {
      dimensions: [dimension],
      content,
      attributes: { ...attributes, bounds: boundsName },
    });
    // Units and the like are those of the axis.
    this.#ends ??= this.dimension('bnds', 2);
    this.#push(boundsName, {
      dimensions: [dimension, this.#ends],
      content: { kind: 'numbers', values: bounds },
      attributes: {},
    });
    return dimension;
  }

  /** A variable; returns its name. */
  variable(name: string, parts: Omit<ClassicVariable, 'name'>): string {
    const free = this.#names.take(validName(name));
    this.#push(free, parts);
    return free;
  }

  /** A variable of attributes only; returns its name. */
  attributes(name: string, attributes: Attributes): string {
    const content = { kind: 'ints', values: [0] } as const;
    return this.once(`attributes ${JSON.stringify([name, attributes])}`, () =>
      this.variable(name, { dimensions: [], content, attributes }),
    );
  }

  /** Texts have a dimension more: their characters. */
  #push(name: string, { dimensions, content, attributes }: Omit<ClassicVariable, 'name'>): void {
    const own =
      content.kind === 'texts'
        ? [...dimensions, this.dimension(`${name}_length`, content.width)]
        : dimensions;
    this.variables.push({ name, dimensions: own, content, attributes });
  }
}

/** Texts side by side, each as wide as the longest. */
export function texts(values: readonly string[]): ClassicContent {
  const width = Math.max(1, ...values.map((value) => Buffer.byteLength(value)));
  return { kind: 'texts', values, width };
}

/** Numbers, or their texts where some are no numbers. */
export function labels(values: readonly (number | string)[]): ClassicContent {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === values.length ? { kind: 'numbers', values: numbers } : texts(values.map(String));
}

/** A name that the format allows: no slash, no control character, no blank at its end, a letter or digit first. */
function validName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[/\p{Cc}]/gu, '_')
    .trim();
  return /^[\p{L}\p{N}_]/u.test(plain) ? plain : `_${plain}`;
}

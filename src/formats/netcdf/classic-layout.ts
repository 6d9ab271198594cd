import type { CoverageRange } from '../coverage.js';
import type { FloatType } from '../value-bytes.js';

/** A dimension of a classic file. */
export interface ClassicDimension {
  readonly name: string;
  readonly length: number;
}

/** A text, or numbers of one type. */
export type AttributeValue =
  | string
  | { readonly type: 'int' | FloatType; readonly values: readonly number[] };

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What a variable holds: a few values at hand, numbers made block by block when they are written, or ranges one after the other. */
export type ClassicContent =
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  | { readonly kind: 'blocks'; readonly blocks: () => Iterable<readonly number[]> }
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'texts'; readonly values: readonly string[]; readonly width: number }
  | {
      readonly kind: 'ranges';
      readonly type: FloatType;
      readonly ranges: readonly CoverageRange[];
    };

/** A variable of a classic file; its dimensions are among the file's. */
export interface ClassicVariable {
  readonly name: string;
  readonly dimensions: readonly ClassicDimension[];
  readonly attributes: Attributes;
  readonly content: ClassicContent;
}

/** A file to be written. */
export interface ClassicFile {
  readonly dimensions: readonly ClassicDimension[];
  readonly attributes: Attributes;
  readonly variables: readonly ClassicVariable[];
}

/** The types of the format by their code, and their bytes. */
export const classicTypes = {
  char: { code: 2, bytes: 1 },
  int: { code: 4, bytes: 4 },
  float32: { code: 5, bytes: 4 },
  float64: { code: 6, bytes: 8 },
} as const;

/** The type of a variable's values. */
export function typeOf({ content }: ClassicVariable): keyof typeof classicTypes {
  switch (content.kind) {
    case 'numbers':
    case 'blocks':
      return 'float64';
    case 'ints':
      return 'int';
    case 'texts':
      return 'char';
    case 'ranges':
      return content.type;
    default:
      return content satisfies never;
  }
}

/** Bytes of a variable's values. */
export function sizeOf(variable: ClassicVariable): number {
  const cells = variable.dimensions.reduce((product, { length }) => product * length, 1);
  return cells * classicTypes[typeOf(variable)].bytes;
}

/** Bytes up to the next multiple of four, which everything in the format ends at. */
export function paddingOf(bytes: number): number {
  return (4 - (bytes % 4)) % 4;
}

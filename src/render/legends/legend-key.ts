/** What a legend shows: a bar, neighbouring classes, single values, or an arrow to compare with. */
export type LegendKey = RampKey | ClassesKey | CategoriesKey | ArrowKey;

/** A bar of colours with marks along it; places are from 0 to 1. */
export interface RampKey {
  readonly kind: 'ramp';
  readonly range: readonly [low: number, high: number];
  readonly stops: readonly { readonly place: number; readonly value: number; readonly colour: string }[];
  readonly ticks: readonly { readonly place: number; readonly value: number; readonly label: string }[];
}

/** Values from low to high each. */
export interface ClassesKey {
  readonly kind: 'classes';
  readonly classes: readonly (LabelledColour & { readonly low: number; readonly high: number })[];
}

export interface CategoriesKey {
  readonly kind: 'categories';
  readonly categories: readonly (LabelledColour & { readonly value: number })[];
}

/** An arrow of so many pixels means this speed. */
export interface ArrowKey extends LabelledColour {
  readonly kind: 'arrow';
  readonly value: number;
  readonly pixels: number;
}

export interface LabelledColour {
  readonly colour: string;
  readonly label: string;
}

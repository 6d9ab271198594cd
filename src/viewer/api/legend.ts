import { BoundedCache } from '../map/bounded-cache.js';
import { setColours } from '../state/colours.js';
import type { Side } from '../state/scene.js';
import { type Fields, fields, list, number, text } from './fields.js';
import { fetchJson } from './request.js';

/** What the colours of a map mean, as the service's `legend.json` says it. */
export interface Legend {
  readonly title: string;
  readonly unit: string;
  readonly key: LegendKey;
  /** Colours of values beyond the ends, where they have their own; empty where not. */
  readonly below: string;
  readonly above: string;
  readonly noData: string;
}

/** A bar, neighbouring classes, single values, or an arrow to compare with; `none` from a newer service. */
export type LegendKey =
  | {
      readonly kind: 'ramp';
      readonly stops: readonly { readonly value: number; readonly colour: string }[];
      readonly ticks: readonly { readonly place: number; readonly label: string }[];
    }
  | { readonly kind: 'classes'; readonly classes: readonly LegendClass[] }
  | { readonly kind: 'categories'; readonly categories: readonly LegendCategory[] }
  | { readonly kind: 'arrow'; readonly pixels: number; readonly colour: string; readonly label: string }
  | { readonly kind: 'none' };

/** Values from low up to, not including, high. */
export interface LegendClass {
  readonly low: number;
  readonly high: number;
  readonly colour: string;
}

/** A single value. */
export interface LegendCategory {
  readonly value: number;
  readonly colour: string;
  readonly label: string;
}

const keptLegends = 64;

/** Legends by address, each fetched once: they stay the same over times and levels. */
export class LegendBook {
  readonly #legends = new BoundedCache<Promise<Legend>>(keptLegends);

  get(side: Side): Promise<Legend> {
    const address = legendAddress(side);
    const kept = this.#legends.get(address);
    if (kept !== undefined) return kept;
    const legend = fetchJson(address).then(parseLegend);
    this.#legends.set(address, legend, 1);
    // Asked again the next time: a service may come back.
    legend.catch(() => this.#legends.delete(address));
    return legend;
  }
}

/** Where the legend of a side is. */
export function legendAddress({ selection: { layer }, colours }: Side): string {
  const query = new URLSearchParams();
  setColours(query, colours);
  return `tiles/${encodeURIComponent(layer.id)}/legend.json?${query}`;
}

function parseLegend(answer: unknown): Legend {
  const legend = fields(answer);
  return {
    title: text(legend.title),
    unit: text(legend.unit),
    key: parseKey(fields(legend.key)),
    below: text(legend.below),
    above: text(legend.above),
    noData: text(legend.nodata),
  };
}

function parseKey(key: Fields): LegendKey {
  const colour = (one: Fields) => ({ colour: text(one.colour) });
  switch (key.kind) {
    case 'ramp':
      return {
        kind: 'ramp',
        stops: list(key.stops)
          .map(fields)
          .map((stop) => ({ value: number(stop.value), ...colour(stop) })),
        ticks: list(key.ticks)
          .map(fields)
          .map((tick) => ({ place: number(tick.place), label: text(tick.label) })),
      };
    case 'classes':
      return {
        kind: 'classes',
        classes: list(key.classes)
          .map(fields)
          .map((one) => ({ low: number(one.low), high: number(one.high), ...colour(one) })),
      };
    case 'categories':
      return {
        kind: 'categories',
        categories: list(key.categories)
          .map(fields)
          .map((one) => ({ value: number(one.value), label: text(one.label), ...colour(one) })),
      };
    case 'arrow':
      return { kind: 'arrow', pixels: number(key.pixels), label: text(key.label), ...colour(key) };
    default:
      return { kind: 'none' };
  }
}

/** What a barb is made of, from the outer end of its staff inwards. */
export interface BarbFeathers {
  /** 50 knots each. */
  readonly pennants: number;
  /** 10 knots each. */
  readonly full: number;
  /** 5 knots. */
  readonly half: 0 | 1;
}

/** Faster winds are none. */
export const maxKnots = 500;

/**
 * The feathers of a speed, which is rounded to 5 knots; undefined for one below 2.5 knots, calm.
 *
 * Source: WMO-No. 485, Manual on the Global Data-processing and Forecasting System, Attachment II-4, wind plotting.
 */
export function barbFeathers(knots: number): BarbFeathers | undefined {
  const fives = Math.floor(knots / 5 + 0.5);
  if (fives === 0) return undefined;
  return {
    pennants: Math.floor(fives / 10),
    full: Math.floor((fives % 10) / 2),
    half: fives % 2 === 1 ? 1 : 0,
  };
}

/** Colours of the theme as canvases take them. */
export interface ChartColours {
  readonly ink: string;
  readonly line: string;
  readonly accent: string;
}

/**
 * The colours that the style sheet gives an element of class `chart`. Custom properties would come back as they are
 * written, `light-dark(...)` and all; these have been resolved.
 */
export function chartColours(chart: HTMLElement): ChartColours {
  const { color, borderTopColor, caretColor } = getComputedStyle(chart);
  return { ink: color, line: borderTopColor, accent: caretColor };
}

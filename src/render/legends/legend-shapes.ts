/** A legend in pixels from the top left, ready for any kind of picture. */
export interface LegendLayout {
  readonly width: number;
  readonly height: number;
  /** Filled with a colour, each on top of those before it. */
  readonly boxes: readonly LegendBox[];
  readonly texts: readonly LegendLine[];
}

export interface LegendArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LegendBox extends LegendArea {
  readonly colour: string;
}

/** A line of text that starts at `x` with its upper end at `y`. */
export interface LegendLine {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

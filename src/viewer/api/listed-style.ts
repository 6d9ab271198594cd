/** A style that the service can draw. */
export interface ListedStyle {
  readonly id: string;
  readonly title: string;
  /** `colours`, or a drawing such as contours. */
  readonly drawing: string;
  /** What ramps it stands among, such as `sequential`; empty where the service does not say. */
  readonly kind: string;
  /** From low to high. */
  readonly colours: readonly string[];
}

import type { MapView, Place, Shape } from '../state/place.js';
import type { Frame } from './picture-layer.js';

/** What the map reports. */
export interface MapEvents {
  readonly onPlace: (place: Place) => void;
  readonly onShape: (shape: Shape) => void;
  /** Vertices so far of a line that is being drawn by keyboard. */
  readonly onVertices: (count: number) => void;
  readonly onView: (view: MapView) => void;
  /** A point of Web Mercator under the pointer, or in the middle while the keyboard moves the map. */
  readonly onPointer: (point: PointedAt | undefined) => void;
  /** Tiles have come. */
  readonly onTiles: () => void;
  readonly onTileError: (reason: Error) => void;
}

/** What is pointed at. */
export interface PointedAt {
  readonly coordinate: readonly number[];
  readonly resolution: number;
  /** Of the map's width. */
  readonly share: number;
  readonly by: 'pointer' | 'keyboard';
}

/** What the map shows. */
export interface ShownFrames {
  readonly frame: Frame;
  /** The other side of a swipe, from a share of the width on. */
  readonly compared?: { readonly frame: Frame; readonly at: number } | undefined;
  /** Frames to have at hand, the next first. */
  readonly next: readonly Frame[];
}

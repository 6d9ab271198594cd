import type { ArrowStyle, BarbStyle, ContourStyle, HillshadeStyle, Ink } from './drawing-style.js';

const dark: Ink = { kind: 'plain', colour: [0x33, 0x33, 0x33, 255] };

/** The drawings that are no plain colours, as they are when a style says no more than their name. */
export const defaultDrawings = {
  contours: { drawing: 'contours', levels: { kind: 'round' }, ink: dark, width: 1 } satisfies ContourStyle,
  hillshade: {
    drawing: 'hillshade',
    light: { azimuth: 315, altitude: 45, exaggeration: 1 },
  } satisfies HillshadeStyle as HillshadeStyle,
  arrows: { drawing: 'arrows', ink: dark, width: 1.25, spacing: 32 } satisfies ArrowStyle,
  barbs: { drawing: 'barbs', ink: dark, width: 1.25, spacing: 32 } satisfies BarbStyle,
} as const;

export type DrawingName = keyof typeof defaultDrawings;

export function isDrawingName(name: string): name is DrawingName {
  return Object.hasOwn(defaultDrawings, name);
}

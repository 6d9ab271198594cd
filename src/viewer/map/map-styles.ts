import { Circle, Fill, Stroke, Style, Text } from 'ol/style.js';

// Over every colour of the ramp and on a light or a dark page: a light line on a dark one.
const light = 'rgba(255, 255, 255, 0.9)';
const dark = 'rgba(16, 24, 32, 0.55)';

/** Land below the pictures, in a colour of the theme. */
export function groundStyle(colour: string): Style {
  return new Style({ fill: new Fill({ color: colour }) });
}

/** Coastlines. */
export const coastStyles = [
  new Style({ stroke: new Stroke({ color: dark, width: 2.4 }) }),
  new Style({ stroke: new Stroke({ color: light, width: 0.9 }) }),
];

/** Borders of countries: less than coasts. */
export const borderStyle = [
  new Style({ stroke: new Stroke({ color: 'rgba(16, 24, 32, 0.35)', width: 1.6 }) }),
  new Style({ stroke: new Stroke({ color: 'rgba(255, 255, 255, 0.6)', width: 0.6 }) }),
];

/** Lines of the graticule. */
export const gridLine = new Stroke({ color: 'rgba(150, 162, 172, 0.38)', width: 1 });

/** Labels of the graticule. */
export function gridLabel(baseline: 'bottom' | 'middle'): Text {
  return new Text({
    font: '11px system-ui, sans-serif',
    fill: new Fill({ color: light }),
    stroke: new Stroke({ color: 'rgba(16, 24, 32, 0.7)', width: 2.5 }),
    textBaseline: baseline,
    ...(baseline === 'middle' && { textAlign: 'end' }),
  });
}

/** The chosen place: a ring with a point. */
export const markStyles = [
  new Style({ image: new Circle({ radius: 8, stroke: new Stroke({ color: dark, width: 5 }) }) }),
  new Style({
    image: new Circle({ radius: 8, stroke: new Stroke({ color: 'white', width: 2 }) }),
  }),
  new Style({ image: new Circle({ radius: 2, fill: new Fill({ color: 'white' }) }) }),
];

/** A shape that was drawn, or is being drawn. */
export const shapeStyles = [
  new Style({
    stroke: new Stroke({ color: dark, width: 5 }),
    fill: new Fill({ color: 'rgba(255, 255, 255, 0.12)' }),
  }),
  new Style({
    stroke: new Stroke({ color: 'white', width: 2 }),
    image: new Circle({
      radius: 5,
      fill: new Fill({ color: 'white' }),
      stroke: new Stroke({ color: dark, width: 2 }),
    }),
  }),
];

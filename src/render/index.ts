export { type ColourRange, colourIndexes } from './colour-indexes.js';
export { emptyTilePng, encodeIndexedPng, type IndexedImage } from './indexed-png.js';
export { colourRamp, type Palette, rampNames } from './palette.js';

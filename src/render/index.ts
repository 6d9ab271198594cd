export { type ColourRange, checkColourRange, colourIndexes } from './colour-indexes.js';
export { emptyTilePng, encodeIndexedPng, type IndexedImage } from './indexed-png.js';
export { colourRamp, type Palette, rampNames } from './palette.js';

import { resamplings } from '../../maps/index.js';
import type { ParameterSpec } from '../parameter-table.js';

const text = { type: 'string' } as const;
const edge = 'extend: the first or last colour goes on; transparent; or a colour';

/** What decides the colours of a map, with the names that titiler, xpublish-tiles and ncWMS have for it. */
const colourParameters: readonly ParameterSpec[] = [
  {
    name: 'style',
    description: 'A style by its name (/styles lists them), or as JSON of at most 8 KiB',
    aliases: ['colormap_name', 'colormap', 'styles'],
    schema: { ...text, default: 'viridis' },
  },
  {
    name: 'range',
    description: "lowest,highest value of the colours; that of the style, else the parameter's, when absent",
    aliases: ['rescale', 'colorscalerange'],
    schema: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  },
  {
    name: 'below',
    description: `Values below the range. ${edge}`,
    aliases: ['belowmincolor'],
    schema: text,
  },
  {
    name: 'above',
    description: `Values above the range. ${edge}`,
    aliases: ['abovemaxcolor'],
    schema: text,
  },
  {
    name: 'nodata-color',
    description: 'Pixels without data: transparent, or a colour',
    aliases: ['nodata_color'],
    schema: text,
  },
  {
    name: 'logscale',
    description: 'true: logarithmic colours; false: those of the style',
    schema: { type: 'boolean', default: false },
  },
];

/** What a map shows and how. */
export const mapParameters: readonly ParameterSpec[] = [
  {
    name: 'parameter',
    description: 'Which parameter; the first when absent. Two with a comma between for styles of winds',
    aliases: ['variable', 'variables'],
    schema: text,
  },
  {
    name: 'datetime',
    description: 'An instant, or a day or month, which means its first; the newest when absent',
    aliases: ['time'],
    schema: text,
  },
  { name: 'z', description: 'A level; the first when absent', aliases: ['elevation'], schema: text },
  {
    name: 'sel',
    description: 'axis=value, as often as needed: another way to choose time, level or a dimension',
    schema: text,
  },
  {
    name: 'subset',
    description: 'axis(value), or a comma list of such: another way to choose time, level or a dimension',
    schema: text,
  },
  ...colourParameters,
  {
    name: 'level',
    description: 'Pyramid level to read; the one that fits when absent',
    schema: { type: 'integer', minimum: 0 },
  },
  {
    name: 'resampling',
    description: 'How pixels take cells: the one at their centre, or what lies between four',
    aliases: ['interpolation'],
    schema: { type: 'string', enum: resamplings },
  },
];

/** Largest number of pixels for each of the 256 that a tile has on a side. */
export const maxScale = 4;

/** Where an address has no `@2x`. */
export const scaleParameter: ParameterSpec = {
  name: 'scale',
  description: 'Pixels for each of the 256 that a tile has on a side',
  schema: { type: 'integer', minimum: 1, maximum: maxScale, default: 1 },
};

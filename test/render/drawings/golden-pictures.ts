import { type Picture, parseStyle } from '../../../src/render/index.js';
import { pictureOf, terrain, type ValueAt } from './fields.js';

const part = { left: 0, top: 0, width: 128, height: 96 };
/** Faster to the east, turning to the south, calm and missing at some places. */
const planes: readonly ValueAt[] = [
  (x, y) => (x * Math.cos(y / 30)) / 1.5,
  (x, y) => (y > 70 && x < 30 ? Number.NaN : x * Math.sin(y / 30)),
];

/** Pictures that people have looked at; `tools/make-golden-pictures.ts` writes them. */
export const goldenPictures: ReadonlyMap<string, () => Picture> = new Map(
  (
    [
      ['contours', 'contours', [terrain]],
      ['contours-wide', '{"drawing":"contours","interval":20,"ramp":"plasma","width":3}', [terrain]],
      ['hillshade', '{"drawing":"hillshade","exaggeration":10}', [terrain]],
      ['hillshade-tinted', '{"drawing":"hillshade","exaggeration":10,"ramp":"spectral_r"}', [terrain]],
      ['arrows', 'arrows/viridis', planes],
      ['barbs', 'barbs', planes],
    ] as const
  ).map(([name, style, values]) => [name, () => pictureOf(parseStyle(style), values, part, { unit: 'kt' })]),
);

/** Where the picture of a name is. */
export function goldenPath(name: string): URL {
  return new URL(`../golden/${name}.png`, import.meta.url);
}

import type { CoverageAnswer, CoverageRange } from './coverage.js';
import { coverageDocument, type DocumentObject } from './coverage-document.js';
import type { CoverageFormat, EncodeOptions } from './coverage-format.js';
import { rangeTileShape } from './range-tile-shape.js';

type TileAddress = NonNullable<EncodeOptions['tileAddress']>;

/** CoverageJSON without values: its ranges are TiledNdArrays, which say where to get them piece by piece. */
export const tiledNdArray: CoverageFormat = {
  token: 'TiledNdArray',
  mediaTypes: ['application/vnd.cov+json', 'application/prs.coverage+json', 'application/json'],
  aliases: ['tiled'],
  isText: true,
  statesAddress: true,
  refuse(answer) {
    const ranges = answer.coverages.flatMap((coverage) => coverage.ranges);
    if (ranges.some(({ tiledAs }) => tiledAs === undefined)) return 'TiledNdArray holds grids only';
    // The standard has no tiles without axes.
    if (ranges.some(({ shape }) => shape.every((length) => length === 1))) {
      return 'TiledNdArray holds several values of each parameter; ask for CoverageJSON';
    }
    return undefined;
  },
  encode: encodeTiled,
};

/** Reads no values. Source: OGC 21-069r2, TiledNdArray; its templates are RFC 6570, level 1. */
async function* encodeTiled(
  answer: CoverageAnswer,
  { tileAddress = (tiledAs, tile) => `${tiledAs}/${tile}` }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(plainObject(coverageDocument(answer), tileAddress)));
}

function plainObject({ members, last, content }: DocumentObject, address: TileAddress): object {
  switch (content.kind) {
    case 'values':
      return { ...members, type: 'TiledNdArray', tileSets: [tileSet(content.range, address)] };
    case 'list':
      return { ...members, [last]: Array.from(content.items(), (item) => plainObject(item, address)) };
    case 'map': {
      const entries = Array.from(content.entries(), ([name, value]) => [name, plainObject(value, address)]);
      return { ...members, [last]: Object.fromEntries(entries) };
    }
    default:
      return content satisfies never;
  }
}

function tileSet({ axisNames, shape, tiledAs = '' }: CoverageRange, address: TileAddress): object {
  const axes = axisNames.map((name, i) => [name, shape[i]!] as const).filter(([, length]) => length > 1);
  const names = axes.map(([name]) => name);
  const tile = ['t', 'z', 'y', 'x'].map((name) => (names.includes(name) ? `{${name}}` : '0')).join('-');
  return { tileShape: rangeTileShape(axes), urlTemplate: address(tiledAs, tile) };
}

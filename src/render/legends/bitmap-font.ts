/** Columns and rows of a glyph, and pixels from one to the next. Descenders take the eighth row. */
export const glyphWidth = 5;
export const glyphHeight = 8;
export const glyphAdvance = 6;

/** Printable ASCII from the space on: five columns each as two hexadecimal digits, the lowest bit on top. */
const glyphs = `
  0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300
  001c224100 0041221c00 2a1c7f1c2a 08083e0808 0080703000 0808080808 0000606000 2010080402
  3e5149453e 00427f4000 4261514946 2141454b31 1814127f10 2745454539 3c4a494930 0171090503
  3649494936 064949291e 0000360000 0080764000 0008142241 1414141414 0041221408 0201510906
  324979413e 7e1111117e 7f49494936 3e41414122 7f4141221c 7f49494941 7f09090901 3e4149497a
  7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e
  7f09090906 3e4151215e 7f09192946 4649494931 01017f0101 3f4040403f 1f2040201f 3f4038403f
  6314081463 0708700807 6151494543 007f414100 0204081020 0041417f00 0402010204 4040404040
  0001020400 2054545478 7f48444438 3844444420 384444487f 3854545418 087e090102 18a4a4a47c
  7f08040478 00447d4000 2040443d00 7f10284400 00417f4000 7c04180478 7c08040478 3844444438
  fc24242418 18242418fc 7c08040408 4854545420 043f444020 3c4040207c 1c2040201c 3c4030403c
  4428102844 1ca0a0a07c 4464544c44 0008364100 00007f0000 0041360800 0804081008`
  .trim()
  .split(/\s+/);

/** Signs of units that ASCII lacks. */
const others: ReadonlyMap<string, string> = new Map([
  ['\u00b0', '0006090906'],
  ['\u00b5', 'fc2020103c'],
  ['\u00b7', '0000180000'],
]);

/** What is drawn for a character that has no glyph. */
const unknown = '7f4141417f';

/**
 * Text of which every character has a glyph: raised digits as plain ones, letters without their accents, others as a
 * box.
 */
export function glyphText(text: string): readonly string[] {
  return [...text.replaceAll('\u03bc', '\u00b5')]
    .flatMap((sign) => (others.has(sign) ? [sign] : [...plainSigns(sign)]))
    .map((sign) => others.get(sign) ?? glyphs[sign.codePointAt(0)! - 32] ?? unknown);
}

function plainSigns(sign: string): string {
  // Raised minus signs, too, become the minus of mathematics before they are hyphens.
  return sign.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('\u2212', '-');
}

/** Whether a glyph is dark at a column and row. `glyph` is one of `glyphText`. */
export function isGlyphDark(glyph: string, column: number, row: number): boolean {
  const bits = Number.parseInt(glyph.slice(2 * column, 2 * column + 2), 16);
  return Math.floor(bits / 2 ** row) % 2 === 1;
}

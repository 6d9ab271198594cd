import type { ListedStyle } from './listed-style.js';

/** Ramps that every version of the service draws (d3-scale-chromatic, ISC), in eleven colours from low to high. */
const ramps = [
  ['viridis', 'Viridis', '440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725'],
  ['cividis', 'Cividis', '002051 0a326a 2b446e 4c566d 696970 7f7c75 948f78 ada476 caba6a ead256 fdea45'],
  ['magma', 'Magma', '000004 140e36 3b0f70 641a80 8c2981 b73779 de4968 f7705c fe9f6d fecf92 fcfdbf'],
  ['inferno', 'Inferno', '000004 160b39 420a68 6a176e 932667 bc3754 dd513a f37819 fca50a f6d746 fcffa4'],
  ['turbo', 'Turbo', '23171b 4a57db 2f9ef5 27d6c4 4ef983 95fb51 ddde33 ffa423 f65f18 b92108 900c00'],
  [
    'ylgnbu',
    'Yellow to blue',
    'ffffd9 eff9bd d4eeb3 a9deb7 73c8bd 45b4c2 2898bf 2072b1 234ea0 1c3184 081d58',
  ],
  ['blues', 'Blues', 'f7fbff e3eef9 cfe1f2 b6d4e9 92c3df 6daed5 4b98c9 2e7ebb 1864ab 0a4a90 08306b'],
  ['greys', 'Greys', 'ffffff f3f3f3 e2e2e2 cecece b4b4b4 979797 7b7b7b 5f5f5f 404040 1e1e1e 000000'],
  ['rdbu', 'Red to blue', '67001f ab1f2e d56051 f0a284 fbd7c4 f2efee cee3ee 8fc2dc 4b94c4 2264a3 053061'],
  ['spectral', 'Spectral', '9e0142 d03b4b f0704a fcab63 fedd8d fbf8b0 e1f3a1 a9dca2 69bda9 4287b4 5e4fa2'],
] as const;

/** What is offered when the service does not list its styles. */
export const builtInStyles: readonly ListedStyle[] = ramps.map(([id, title, colours]) => ({
  id,
  title,
  drawing: 'colours',
  kind: '',
  colours: colours.split(' ').map((hex) => `#${hex}`),
}));

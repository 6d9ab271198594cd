import { type IndexSpan, sliceSelection } from '../grid/index.js';
import type { WindowCentres } from './cell-mask.js';
import { countOf } from './coverage-parts.js';
import type { Lattice } from './lattice.js';
import type { AskedGroup, GroupsAsked } from './plan-groups.js';

/** Some values of a range, by position along its axes. */
export interface CellBox {
  readonly t: IndexSpan;
  readonly z: IndexSpan;
  readonly y: IndexSpan;
  readonly x: IndexSpan;
}

/** A question about a grid. */
export interface GridQuestion extends GroupsAsked {
  readonly lattice: Lattice;
}

/** The question whose answer is a box of a group's values, null where none of its cells counts. */
export function cutBox({ group, choices }: AskedGroup, lattice: Lattice, box: CellBox): GridQuestion {
  const { t, z, custom } = choices;
  return {
    lattice: { ...emptyAsNulls(lattice.part(box)), stated: () => statedPart(lattice, box) },
    groups: [group],
    choices: {
      ...(t && { t: sliceSelection(t, box.t.start, box.t.end) }),
      ...(z && { z: sliceSelection(z, box.z.start, box.z.end) }),
      hasLevels: true,
      custom,
    },
  };
}

/** Places as the whole states them: where its longitudes go on past 180, those of a part begin beyond it. */
function statedPart(lattice: Lattice, { x, y }: CellBox): WindowCentres {
  const { xs, ys } = lattice.stated();
  return { xs: xs.slice(x.start, x.end), ys: ys.slice(y.start, y.end) };
}

/** A whole without cells has no answer; a part without cells is all null. */
function emptyAsNulls(lattice: Lattice): Lattice {
  const { mask, volumeMask } = lattice;
  const none = ({ xs, ys }: WindowCentres, levels = 1) => new Uint8Array(levels * ys.length * xs.length);
  return {
    ...lattice,
    ...(mask && { mask: async (centres, signal) => (await mask(centres, signal)) ?? none(centres) }),
    ...(volumeMask && {
      volumeMask: async (centres, choices, signal) =>
        (await volumeMask(centres, choices, signal)) ?? none(centres, countOf(choices.z)),
    }),
  };
}

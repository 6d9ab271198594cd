import { InvalidArgumentError } from '../errors/index.js';
import { selectedNumbers, sliceSelection, spanLength } from '../grid/index.js';
import { planWork } from './answer-plan.js';
import type { WindowCentres } from './cell-mask.js';
import { readValues } from './coverage-parts.js';
import type { QueryableLayer } from './edr-request.js';
import type { GridWindow } from './grid-window.js';
import type { Lattice } from './lattice.js';
import type { QueryCrs } from './query-crs.js';
import { monotonicLongitudes } from './state-longitude.js';

const CENTRE_DIGITS = 12;

/**
 * A window's cells as they are. They are stated in the coordinates of the query where these map to the layer's axis by
 * axis; else in the layer's own, since its rows are no parallels.
 */
export function cellLattice(layer: QueryableLayer, window: GridWindow, crs: QueryCrs): Lattice {
  const { grid } = layer.manifest;
  const isRestated = crs.isProjecting && crs.isAsked;
  const own = crs.isProjecting ? grid.crs : crs.crs;
  const stated = isRestated ? crs.crs : own;
  const stored = () => ({ xs: selectedNumbers(grid.x, window.x), ys: selectedNumbers(grid.y, window.y) });
  const { mask, volumeMask } = window;
  return {
    ...(mask && { mask }),
    ...(volumeMask && { volumeMask }),
    crs: stated,
    columns: spanLength(window.x),
    rows: spanLength(window.y),
    centres: () => ({ ...withoutNoise(stored()), x: window.x, y: window.y }),
    stated() {
      const { xs, ys } = isRestated ? restate(stored(), crs) : stored();
      return { xs: stated.kind === 'geographic' ? monotonicLongitudes(xs) : xs, ys };
    },
    work: (queries) =>
      planWork(
        layer,
        queries.map((query) => ({ ...query, x: window.x, y: window.y })),
      ),
    part({ x, y }) {
      const part = {
        x: sliceSelection(window.x, x.start, x.end),
        y: sliceSelection(window.y, y.start, y.end),
      };
      return cellLattice(layer, { ...window, ...part }, crs);
    },
    async open(_, context) {
      return (query) => readValues(layer, { ...query, x: window.x, y: window.y }, context);
    },
  };
}

/** Centres as they were meant: a computed 0.30000000000000004 lies on an edge at 0.3. */
function withoutNoise({ xs, ys }: WindowCentres): WindowCentres {
  const clean = (values: readonly number[]) =>
    values.map((value) => Number(value.toPrecision(CENTRE_DIGITS)));
  return { xs: clean(xs), ys: clean(ys) };
}

function restate({ xs, ys }: WindowCentres, { crs, axes }: QueryCrs): WindowCentres {
  const { x, y } = axes!.fromLayer;
  const stated = { xs: xs.map(x), ys: ys.map(y) };
  if ([...stated.xs, ...stated.ys].every(Number.isFinite)) return stated;
  throw new InvalidArgumentError('the answer has cells that crs does not reach', {
    parameter: 'crs',
    found: crs.id,
    expected: 'another crs, or a query that ends before the pole',
  });
}

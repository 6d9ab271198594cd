import { addWork, noWork, type PlannedWork, planWork } from '../../edr/index.js';
import { axisLength, byName, type IndexSpan, levelGrid, type TileKey } from '../../grid/index.js';
import { type LayerReader, layoutOf } from '../../layer/index.js';

/** What reading stored tiles takes; nothing for keys outside the layer. */
export function tilesWork(layer: LayerReader, keys: readonly TileKey[]): PlannedWork {
  return keys.map((key) => tileWork(layer, key)).reduce(addWork, noWork);
}

function tileWork(layer: LayerReader, key: TileKey): PlannedWork {
  const { grid, tileShape, levels } = layer.manifest;
  if (key.level >= levels) return noWork;
  const parameter = layer.parameter(key.parameter);
  const { shape, cells } = layoutOf(parameter, levelGrid(grid, key.level), tileShape);
  const spans = {
    x: tileSpan(key.col, shape.col, cells.col),
    y: tileSpan(key.row, shape.row, cells.row),
    z: tileSpan(key.z, shape.z, cells.z),
    t: tileSpan(key.t, shape.t, cells.t),
  };
  const custom = grid.custom.map((axis, i) => {
    const length = parameter.axes.includes(axis.name) ? axisLength(axis) : 1;
    return [axis.name, tileSpan(key.custom[i]!, 1, length)] as const;
  });
  const all = [...Object.values(spans), ...custom.map(([, span]) => span)];
  if (all.some(([span]) => span.start >= span.end)) return noWork;
  return planWork(layer, [{ parameter: parameter.id, level: key.level, ...spans, custom: byName(custom) }]);
}

/** The cells of tile number `tile` of an axis; empty beyond its end. */
function tileSpan(tile: number, tileLength: number, axisCells: number): readonly [IndexSpan] {
  return [{ start: tile * tileLength, end: Math.min(axisCells, (tile + 1) * tileLength) }];
}

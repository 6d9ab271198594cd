import { describe, expect, it } from 'vitest';
import {
  chooseCells,
  chooseCustomTile,
  describeCollection,
  planArea,
  planCorridor,
  planCube,
  planPosition,
  planRadius,
} from '../../src/edr/index.js';
import { memoryLayer, regular, worldGrid } from './memory-layer.js';
import { type JsonCoverage, readAnswer } from './read-answer.js';

/** Names that every plain object already answers to. */
const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];

// Such names read functions off the prototypes of objects that were looked into: answers were 500, or held their text.
describe('axes and parameters named like members of objects', async () => {
  const layer = await memoryLayer(
    worldGrid({ custom: names.map((name) => regular(name, 0, 1, 2)) }),
    names.map((id, i) => ({
      id,
      // Each lacks an axis that the others have.
      axes: names.filter((_, axis) => axis !== i),
      valueAt: (at) => names.reduce((sum, name) => sum * 10 + (at[name] ?? 5), i + 1),
    })),
    { levelMethods: Object.fromEntries(names.map((name) => [name, 'mean'])) },
  );
  const custom = Object.fromEntries(names.map((name) => [name, '1']));

  it('are answered by every query', async () => {
    const plans = [
      planPosition(layer, { coords: 'POINT(0 85)', custom }),
      planCube(layer, { bbox: '0,85,0,85', custom }),
      planArea(layer, { coords: 'POLYGON((-1 84,1 84,1 86,-1 86,-1 84))', custom }),
      planRadius(layer, { coords: 'POINT(0 85)', within: '1', withinUnits: 'km', custom }),
      planCorridor(layer, { coords: 'LINESTRING(0 85,1 85)', corridorWidth: '1', widthUnits: 'km', custom }),
    ];
    for (const plan of plans) {
      const answer = await readAnswer(plan);
      const found = answer!.coverages.map((coverage) => [
        Object.entries(coverage.ranges).map(([id, { values }]) => [id, values]),
        names.filter((name) => Object.hasOwn(coverage, name)),
      ]);
      expect(found).toEqual([
        [[['__proto__', [15_111]]], names.slice(1)],
        [[['constructor', [21_511]]], [names[0], ...names.slice(2)]],
        [[['hasOwnProperty', [31_151]]], [names[0], names[1], names[3]]],
        [[['toString', [41_115]]], names.slice(0, 3)],
      ]);
    }
  });

  it('mean all values when a query names none', async () => {
    const answer = await readAnswer(
      planPosition(layer, { coords: 'POINT(0 85)', parameterNames: '__proto__' }),
    );
    const member = (coverage: JsonCoverage) =>
      Object.entries(coverage).find(([name]) => name === 'toString')?.[1];
    expect(answer!.coverages.map(member)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('are chosen for the command line too', () => {
    const { grid } = layer.manifest;
    const parameter = layer.parameter('constructor');
    expect(chooseCustomTile(grid, parameter, custom)).toEqual([1, 0, 1, 1]);
    expect(chooseCustomTile(grid, parameter, {})).toEqual([0, 0, 0, 0]);
    const query = chooseCells(grid, parameter, { crs: grid.crs.id })!.query;
    expect(layer.plan({ parameter: 'constructor', ...query }).shape).toEqual([2, 1, 2, 2, 1, 1, 18, 36]);
  });

  it('are all described', () => {
    const { parameter_names, extent } = describeCollection(layer.manifest, 'http://a/collections/sample');
    expect(Object.keys(parameter_names)).toEqual(names);
    expect(extent.custom?.map(({ id }) => id)).toEqual(names);
  });
});

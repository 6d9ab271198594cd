import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { type Location, putLocations } from '../../src/catalog/index.js';
import { type Crs, crsFromId } from '../../src/grid/index.js';
import { tagSnapshot } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';

const locations: readonly Location[] = [
  { id: 'town', title: 'Town', geometry: { type: 'Point', coordinates: [10, 45] } },
  {
    id: 'lake',
    title: 'Lake',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [0, 40],
          [25, 40],
          [25, 70],
          [0, 40],
        ],
      ],
    },
  },
];

/**
 * A store of four layers: `world` with four times and two named places, `deep` with times, levels and members, `plane` in
 * UTM with neither, and `mixed`, of whose two parameters only one has times. One cell has no data.
 */
export async function sampleCollections(): Promise<BlobStore> {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0, number = 0 }) =>
    y === 3 && x === 1 ? Number.NaN : number * 100_000 + t * 10_000 + y * 40 + x;
  const float = { id: 'p', type: 'float32', valueAt } as const;
  await memoryLayer(worldGrid({ t: hours(4) }), [{ ...float, axes: ['t'] }], { store, layer: 'world' });
  await putLocations(store, { layer: 'world', locations });
  await tagSnapshot(store, { layer: 'world', name: 'first', sequence: undefined });
  await memoryLayer(
    worldGrid({ t: hours(2), z: levels(850, 500), custom: [regular('number', 0, 1, 3)] }),
    [{ ...float, axes: ['t', 'z', 'number'] }],
    { store, layer: 'deep' },
  );
  const crs: Crs = crsFromId('EPSG:32621');
  const plane = {
    crs,
    x: regular('x', 0, 1000, 4, 'm'),
    y: regular('y', 4_003_000, -1000, 4, 'm'),
    custom: [],
  };
  await memoryLayer(plane, [{ ...float, axes: [] }], { store, layer: 'plane' });
  await memoryLayer(
    worldGrid({ t: hours(2) }),
    [
      { ...float, axes: ['t'] },
      { ...float, id: 'q', axes: [], valueAt: ({ x = 0, y = 0 }) => x - y },
    ],
    { store, layer: 'mixed' },
  );
  return store;
}

/** A request for data, and the domain type of all coverages in its answer. */
export type AskedKind = readonly [domainType: string, path: string];

const collection = (path: string) => `/collections/${path}`;

/** Every query with every domain type that it answers by. */
export const askedKinds: readonly AskedKind[] = (
  [
    ['Point', 'world/position?coords=POINT(10+55)&datetime=2020-01-01T01:00Z'],
    ['Point', 'world/position?coords=POINT(20+45)&datetime=2020-01-01T01:00Z'],
    ['Point', 'world/position?coords=POINT(13+47)&datetime=2020-01-01T01:00Z&method=linear'],
    ['PointSeries', 'world/position?coords=POINT(10+45)'],
    ['PointSeries', 'world/position?coords=POINT(175+45)&method=linear'],
    ['PointSeries', 'world/position?coords=MULTIPOINT((10+55),(0+45),(20+65))'],
    ['PointSeries', 'world/locations/town'],
    ['PointSeries', 'world/instances/first/position?coords=POINT(10+45)'],
    ['VerticalProfile', 'deep/position?coords=POINT(20+45)&datetime=2020-01-01T01:00Z&number=1'],
    ['VerticalProfile', 'deep/position?coords=POINT(20+45)&datetime=2020-01-01T01:00Z'],
    ['MultiPoint', 'world/position?coords=MULTIPOINT((10+55),(0+45),(20+65))&datetime=2020-01-01T01:00Z'],
    ['MultiPoint', 'deep/position?coords=MULTIPOINT(10+55,20+45)&datetime=2020-01-01T01:00Z&z=500'],
    ['Point', 'world/position?coords=MULTIPOINT(20+45,21+46,0+45)&datetime=2020-01-01T01:00Z'],
    ['Grid', 'world/radius?coords=POINT(10+55)&within=1500&within-units=km'],
    ['Grid', 'world/radius?coords=MULTIPOINT(179+0,-150+80)&within=1500&within-units=km'],
    ['Grid', 'world/area?coords=POLYGON((0+40,25+40,0+70,0+40))'],
    ['Grid', 'world/area?coords=MULTIPOLYGON(((170+0,190+0,190+20,170+0)),((0+0,30+0,0+30,0+0)))'],
    ['Grid', 'world/cube?bbox=0,40,25,70&datetime=2020-01-01T01:00Z'],
    ['Grid', 'world/cube?bbox=170,-20,-170,20'],
    ['Grid', 'world/cube?bbox=10,50,10,60'],
    ['Grid', 'world/locations/lake'],
    ['Grid', 'deep/cube?bbox=0,40,25,70'],
    ['Grid', 'deep/area?coords=POLYGON((0+40,25+40,0+70,0+40))&z=500&number=2'],
    ['Grid', 'plane/cube?bbox=-180,-90,180,90'],
    ['Grid', 'mixed/cube?bbox=0,40,25,70'],
    ['Trajectory', 'world/trajectory?coords=LINESTRING(0+40,12+57,25+70)&datetime=2020-01-01T01:00Z'],
    ['Trajectory', 'world/trajectory?coords=LINESTRING(0+40,12+57,25+70)'],
    [
      'Trajectory',
      'world/trajectory?coords=LINESTRINGM(170+0+1577836800,-170+5+1577840400,-150+5+1577844000)',
    ],
    ['Trajectory', 'world/trajectory?coords=MULTILINESTRING((0+40,12+57),(100+0,110+0,120+0))'],
    ['Trajectory', 'deep/trajectory?coords=LINESTRINGZ(0+40+850,12+57+500)&number=1'],
    ['Trajectory', 'deep/trajectory?coords=LINESTRINGZM(0+40+850+1577836800,12+57+500+1577840400)'],
    ['Section', 'deep/trajectory?coords=LINESTRING(0+40,12+57,25+70)&datetime=2020-01-01T01:00Z&number=1'],
    ['Section', 'deep/trajectory?coords=LINESTRING(0+40,12+57,25+70)'],
    ['Section', 'deep/trajectory?coords=LINESTRINGM(0+40+1577836800,12+57+1577840400)&number=2'],
    ['Grid', 'world/corridor?coords=LINESTRING(0+40,25+70)&corridor-width=1000&width-units=km'],
    [
      'Grid',
      'deep/corridor?coords=LINESTRINGZ(0+40+850,25+70+500)&corridor-width=1000&width-units=km&corridor-height=100&height-units=hPa',
    ],
    [
      'Grid',
      'world/corridor?coords=LINESTRINGM(170+0+1577836800,-170+5+1577840400)&corridor-width=2&width-units=m',
    ],
  ] satisfies [string, string][]
).map(([domainType, path]) => [domainType, collection(path)]);

import fc from 'fast-check';

/** As much of a collection's own description as queries are made of. */
export interface AskedCollection {
  readonly id: string;
  readonly crs: readonly string[];
  readonly parameter_names: Readonly<Record<string, unknown>>;
  readonly extent: {
    readonly spatial: { readonly bbox: readonly [readonly number[]] };
    readonly temporal?: { readonly interval: readonly [readonly [string, string]] };
    readonly vertical?: { readonly values: readonly string[] };
    readonly custom?: readonly { readonly id: string; readonly interval: readonly [readonly string[]] }[];
  };
}

/** A parameter of the API description. */
export interface DescribedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: {
    readonly type?: string;
    readonly enum?: readonly string[];
    readonly items?: { readonly type?: string };
  };
}

const junk = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    'NaN',
    '-Infinity',
    '1e999',
    '%',
    '../../x',
    '\u0000',
    '<b>',
    '0x10',
    'é\u202e',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ minLength: 100, maxLength: 300, unit: 'binary' }),
);

const wildNumbers = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '180',
    '-180',
    '360',
    '90',
    '-90',
    '90.0000001',
    '1e308',
    '5e-324',
    'NaN',
    '',
    '+1',
    '1e',
    '.',
  ),
  fc.double({ noNaN: true }).map(String),
);

/** Texts for a parameter of a query: most are right, some are a right one with a fault, some are anything. */
export function anyText(
  parameter: DescribedParameter,
  { collection, query }: { readonly collection: AskedCollection; readonly query: string },
): fc.Arbitrary<string> {
  const right = rightTexts[parameter.name]?.(collection, query) ?? bySchema(parameter);
  return fc.oneof(
    { weight: 40, arbitrary: right },
    { weight: 1, arbitrary: right.chain(damaged) },
    { weight: 1, arbitrary: junk },
  );
}

const rightTexts: Readonly<
  Record<string, (collection: AskedCollection, query: string) => fc.Arbitrary<string>>
> = {
  coords: anyGeometry,
  bbox: (collection) =>
    fc
      .tuple(placeIn(collection), placeIn(collection), fc.boolean())
      .map(([[x1, y1], [x2, y2], hasLevels]) =>
        (hasLevels ? [x1, y1, 0, x2, y2, 900] : [x1, y1, x2, y2]).join(),
      ),
  z: ({ extent }) => ranges(fc.constantFrom(...(extent.vertical?.values ?? ['500', '0'])), '2', '-100'),
  datetime: ({ extent }) => {
    const [start, end] = extent.temporal?.interval[0] ?? ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'];
    const span = { min: Date.parse(start) || 0, max: Date.parse(end) || 1, noNaN: true };
    const inside = fc.double(span).map((ms) => new Date(ms).toISOString());
    const days = inside.map((text) => text.slice(0, 10));
    return ranges(fc.oneof(fc.constantFrom(start, end), inside, days), '3', 'PT1H');
  },
  'parameter-name': ({ parameter_names: names }) =>
    fc.subarray(Object.keys(names), { minLength: 1 }).map((list) => list.join()),
  crs: ({ crs }) => fc.constantFrom(...crs),
  'within-units': () => fc.constantFrom('km', 'm', 'mi', 'nmi'),
  'width-units': () => fc.constantFrom('km', 'm', 'mi', 'nmi'),
  'height-units': () => fc.constantFrom('hPa', 'm', 'Pa', 'ft'),
  limit: () => fc.constantFrom('1', '10', '10000', '99999'),
  offset: () => fc.constantFrom('0', '1', '100', '99999'),
};

/** The values of a collection's own dimension. */
export function anyDimensionText(interval: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 9, arbitrary: ranges(fc.constantFrom(...interval), '1', '1') },
    { weight: 1, arbitrary: junk },
  );
}

function bySchema({ schema }: DescribedParameter): fc.Arbitrary<string> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === 'integer') return fc.nat().map(String);
  if (schema.type === 'number')
    return fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }).map(String), wildNumbers);
  return fc.constantFrom('a', 'mean', '0', '1,2');
}

/** One value, a list, and ranges in every way they are written. */
function ranges(value: fc.Arbitrary<string>, count: string, step: string): fc.Arbitrary<string> {
  return fc.oneof(
    value,
    fc.array(value, { minLength: 1, maxLength: 3 }).map((list) => list.join()),
    fc.tuple(value, value).map((ends) => ends.join('/')),
    value.map((end) => `../${end}`),
    value.map((start) => `${start}/..`),
    value.map((start) => `R${count}/${start}/${step}`),
  );
}

type Place = readonly [x: string, y: string];

/** Most within the extent or beside it. */
function placeIn({ extent }: AskedCollection): fc.Arbitrary<Place> {
  const [west = 0, south = 0, east = 0, north = 0] = extent.spatial.bbox[0];
  const within = (min: number, max: number) =>
    fc.oneof(
      {
        weight: 60,
        arbitrary: fc.double({ min: min - 1, max: max + 1, noNaN: true }).map((n) => n.toFixed(3)),
      },
      { weight: 1, arbitrary: wildNumbers },
    );
  return fc.tuple(within(west, Math.max(west, east)), within(south, north));
}

/** Geometries that a query takes, and now and then one that it does not. */
function anyGeometry(collection: AskedCollection, query: string): fc.Arbitrary<string> {
  const kinds = geometriesOf[query] ?? [points, areas, lines];
  return fc.oneof(...kinds.map((kind) => ({ weight: 20, arbitrary: kind(collection) })), {
    weight: 1,
    arbitrary: fc.oneof(points(collection), areas(collection), lines(collection)),
  });
}

type Geometries = (collection: AskedCollection) => fc.Arbitrary<string>;

const geometriesOf: Readonly<Record<string, readonly Geometries[]>> = {
  position: [points],
  radius: [points],
  area: [areas],
  trajectory: [lines],
  corridor: [lines],
};

function points(collection: AskedCollection): fc.Arbitrary<string> {
  const vertex = placeIn(collection).map((place) => place.join(' '));
  const list = fc.array(vertex, { minLength: 1, maxLength: 5 });
  return fc.oneof(
    vertex.map((one) => `POINT(${one})`),
    vertex.map((one) => `POINT Z(${one} 500)`),
    list.map((all) => `MULTIPOINT(${all.join()})`),
    list.map((all) => `MULTIPOINT(${all.map((one) => `(${one})`).join()})`),
  );
}

function areas(collection: AskedCollection): fc.Arbitrary<string> {
  const vertex = placeIn(collection).map((place) => place.join(' '));
  const ring = fc
    .array(vertex, { minLength: 3, maxLength: 6 })
    .map((vertices) => `(${[...vertices, vertices[0]].join()})`);
  const rings = fc.array(ring, { minLength: 1, maxLength: 2 }).map((all) => `(${all.join()})`);
  return fc.oneof(
    rings.map((one) => `POLYGON${one}`),
    fc.array(rings, { minLength: 1, maxLength: 2 }).map((all) => `MULTIPOLYGON(${all.join()})`),
  );
}

function lines(collection: AskedCollection): fc.Arbitrary<string> {
  const tails: Readonly<Record<string, string>> = {
    '': '',
    Z: ' 500',
    ' Z': ' 850',
    M: ' 1577836800',
    ZM: ' 500 1577836800',
  };
  return fc
    .tuple(
      fc.constantFrom('', '', '', ...Object.keys(tails)),
      fc.array(placeIn(collection), { minLength: 2, maxLength: 5 }),
      fc.boolean(),
    )
    .map(([letters, places, isMulti]) => {
      const line = `(${places.map((place) => place.join(' ') + tails[letters]).join()})`;
      return isMulti ? `MULTILINESTRING${letters}(${line},${line})` : `LINESTRING${letters}${line}`;
    });
}

/** A character less, or another one in its place. */
function damaged(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat({ max: Math.max(0, text.length - 1) }),
      fc.constantFrom('', ',', '(', ')', '/', '-', 'x', ' ', '9'),
    )
    .map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1));
}

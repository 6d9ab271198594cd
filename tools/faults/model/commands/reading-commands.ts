import fc from 'fast-check';
import { listLayers } from '../../../../src/catalog/index.js';
import { decodeTile } from '../../../../src/codec/index.js';
import { InvalidArgumentError, NotFoundError } from '../../../../src/errors/index.js';
import { type AxisSelection, selectInterval, selectLongitudes } from '../../../../src/grid/index.js';
import { LayerReader, listSnapshots, verifyLayer } from '../../../../src/layer/index.js';
import { physicalValue } from '../../../../src/raster/index.js';
import { checkCells, checkLevels, requireCell, requireEqual } from '../check-content.js';
import { type DenseField, type Place, placeOf, placesIn, type Role } from '../dense-field.js';
import { type Content, newestOf, type StoreModel } from '../layer-model.js';
import type { RealStore } from '../real-store.js';
import { command, type ModelCommand, pickLayer, pickSnapshot, requireRefusal, withLayer } from './command.js';
import { isStillThere } from './maintaining-commands.js';

const anyPick = fc.nat({ max: 15 });
const anySnapshot = fc.record({ pick: anyPick, snapshot: fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 7, 15) });

type Use = (reader: LayerReader, content: Content) => Promise<void>;

/** Opens a snapshot of a layer, both of which may be gone. */
async function withSnapshot(
  { model, real }: { model: StoreModel; real: RealStore },
  { pick, snapshot }: { pick: number; snapshot: number },
  use: Use,
): Promise<void> {
  const name = pickLayer(model, pick);
  const open = (sequence?: number) => LayerReader.open(real.store, name, { sequence, cache: real.cache });
  await withLayer(model, name, {
    orElse: open,
    use: async (layer) => {
      const sequence = pickSnapshot(layer, snapshot);
      const content = layer.snapshots.get(sequence);
      if (content === undefined) return requireRefusal(NotFoundError, () => open(sequence));
      await use(await open(snapshot === 0 ? undefined : sequence), content);
    },
  });
}

const anyBox = fc.record({
  west: fc.integer({ min: -720, max: 720 }),
  width: fc.integer({ min: 1, max: 1440 }),
  south: fc.integer({ min: -380, max: 380 }),
  height: fc.nat({ max: 760 }),
  isNear: fc.boolean(),
  picks: fc.nat({ max: 0xfff }),
  slabCells: fc.option(fc.integer({ min: 1, max: 60 })),
});
type Box = typeof anyBox extends fc.Arbitrary<infer T> ? T : never;

/** The cells of a box in degrees, which may cross the antimeridian, at some times, levels and members. */
export const anyBoxQuery = fc.record({ at: anySnapshot, box: anyBox }).map(
  ({ at, box }): ModelCommand =>
    command('box', { ...at, ...box }, async (model, real) =>
      withSnapshot({ model, real }, at, async (reader, content) => {
        for (const field of content.fields) await checkBox(reader, { content, field, box });
      }),
    ),
);

async function checkBox(
  reader: LayerReader,
  { content, field, box }: { content: Content; field: DenseField; box: Box },
): Promise<void> {
  const { grid } = content;
  const edges = edgesOf(box, grid.isGlobal);
  const columns = columnsIn(grid.values.x, edges);
  const rows = grid.values.y.flatMap((y, i) => (edges.south <= y && y <= edges.north ? [i] : []));
  const { x, y, crs } = reader.manifest.grid;
  const selections = {
    x: selectLongitudes(x, crs, edges.west, edges.east),
    y: selectInterval(y, edges.south, edges.north),
  };
  requireEqual('columns', indexesOf(selections.x), columns);
  requireEqual('rows', indexesOf(selections.y), rows);
  if (!selections.x || !selections.y) return;
  const chosen = (role: Role, bits: number) => {
    const all = [...Array(field.sizes[role]).keys()];
    const some = all.filter((i) => (bits >> i) & 1);
    return some.length === 0 ? all : some;
  };
  const [t, z] = [chosen('t', box.picks), chosen('z', box.picks >> 6)];
  const member = chosen('member', box.picks >> 9);
  const plan = reader.plan({
    parameter: field.spec.id,
    x: selections.x,
    y: selections.y,
    t: single(t),
    z: single(z),
    ...(grid.has.includes('member') && { custom: { member: single(member) } }),
  });
  const values = await readAll(reader, plan, box.slabCells);
  let i = 0;
  for (const m of member)
    for (const k of t)
      for (const l of z)
        for (const r of rows)
          for (const c of columns) {
            requireCell(field, { member: m, t: k, z: l, y: r, x: c }, values[i++]!);
          }
  requireEqual('cells of the box', values.length, i);
}

async function readAll(
  reader: LayerReader,
  plan: ReturnType<LayerReader['plan']>,
  slabCells: number | null,
): Promise<ArrayLike<number>> {
  if (slabCells === null) return reader.read(plan);
  const values: number[] = [];
  for await (const slab of reader.slabs(plan, { maxSlabCells: slabCells })) {
    requireEqual('start of the slab', slab.start, values.length);
    values.push(...slab.values);
  }
  return values;
}

interface Edges {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Quarters of a degree, on cell centres or clearly beside them; small boxes where the grid is small. */
function edgesOf({ west, width, south, height, isNear }: Box, isGlobal: boolean): Edges {
  const isLocal = isNear && !isGlobal;
  const w = isLocal ? -21 + ((west + 720) % 32) / 4 : west / 4;
  const size = Math.min(isLocal ? (width % 24) / 4 + 0.25 : width / 4, 360);
  const e = w + size > 180 && size < 360 ? w + size - 360 : w + size;
  const s = isLocal ? 33 + ((south + 380) % 30) / 4 : south / 4;
  return { west: w, east: e, south: s, north: s + (isLocal ? (height % 30) / 4 : height / 4) };
}

/** Columns from west to east; longitudes are what they are modulo 360. */
function columnsIn(values: readonly number[], { west, east }: Edges): number[] {
  const width = east >= west ? east - west : east - west + 360;
  const turned = (x: number) => (((x - west) % 360) + 360) % 360;
  return values
    .map((x, i) => ({ i, offset: turned(x) }))
    .filter(({ offset }) => offset <= width)
    .sort((a, b) => a.offset - b.offset)
    .map(({ i }) => i);
}

function indexesOf(selection: AxisSelection | undefined): number[] {
  return (selection ?? []).flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
}

function single(indexes: readonly number[]): AxisSelection {
  return indexes.map((i) => ({ start: i, end: i + 1 }));
}

/** One tile by its key; sometimes one that lies outside. */
export const anyGet = fc
  .record({ at: anySnapshot, numbers: fc.tuple(...[5, 5, 7, 4, 4].map((max) => fc.nat({ max }))) })
  .map(
    ({ at, numbers }): ModelCommand =>
      command('get', { ...at, numbers }, async (model, real) =>
        withSnapshot({ model, real }, at, async (reader, { fields, tile, grid }) => {
          const [col, row, t, z, member] = numbers as [number, number, number, number, number];
          const custom = grid.has.includes('member') ? [member] : [];
          const from = {
            member: custom[0] ?? 0,
            t: t * tile.t,
            z: z * tile.z,
            y: row * tile.y,
            x: col * tile.x,
          };
          for (const field of fields) {
            const key = { level: 0, parameter: field.spec.id, col, row, t, z, custom };
            const lookup = await reader.get(key);
            const isOutside = (Object.keys(from) as Role[]).some((role) => from[role] >= field.sizes[role]);
            if (isOutside || lookup.kind === 'outside') {
              requireEqual('kind of the tile', lookup.kind, isOutside ? 'outside' : 'found or hole');
              continue;
            }
            const parameter = reader.parameter(field.spec.id);
            const cells = lookup.kind === 'found' ? await decodeTile(lookup.tile, parameter) : undefined;
            requireTile(field, { from, tile }, (i) =>
              cells ? physicalValue(cells[i]!, parameter) : Number.NaN,
            );
          }
        }),
      ),
  );

function requireTile(
  field: DenseField,
  { from, tile }: { from: Place; tile: Content['tile'] },
  valueAt: (index: number) => number,
): void {
  const size = placeOf((role) => {
    const isOwn = role === 'x' || role === 'y' || field.spec.axes.includes(role);
    return role === 'member' || !isOwn ? 1 : tile[role];
  });
  let i = 0;
  for (const inside of placesIn(size)) {
    const at = placeOf((role) => from[role] + inside[role]);
    const isPadding = (Object.keys(at) as Role[]).some((role) => at[role] >= field.sizes[role]);
    if (!isPadding) requireCell(field, at, valueAt(i));
    i++;
  }
}

/** Every level of a snapshot against the one below it, and every byte against its checksums. */
export const anyLevelCheck = anySnapshot.map(
  (at): ModelCommand =>
    command('levels', at, async (model, real) =>
      withSnapshot({ model, real }, at, (reader, content) => checkSnapshot(real, reader, content)),
    ),
);

async function checkSnapshot(real: RealStore, reader: LayerReader, content: Content): Promise<void> {
  await checkCells(reader, content);
  await checkLevels(reader, content);
  await requireRefusal(InvalidArgumentError, async () =>
    reader.plan({ parameter: 'p', level: content.levels }),
  );
  const { layer, sequence } = reader.manifest;
  requireEqual('faults', (await verifyLayer(real.store, layer, { sequence })).faults, []);
}

/** A reader that stays open while the layer changes. */
export const anyHold = anySnapshot.map(
  (at): ModelCommand =>
    command('hold', at, async (model, real) => {
      const layer = pickLayer(model, at.pick);
      await withSnapshot({ model, real }, at, async (reader, content) => {
        real.held.push({ reader, layer, content });
        if (real.held.length > 3) real.held.shift();
      });
    }),
);

/** Such a reader shows what it showed, or says that its segments are gone once they are. */
export const readingHeld = fc.constant(
  command('read held', {}, async (model, real) => {
    for (const held of real.held) {
      try {
        await checkCells(held.reader, held.content);
      } catch (error) {
        if (!(error instanceof NotFoundError) || isStillThere(model, held)) throw error;
      }
    }
  }),
);

/** Everything there is, as listings show it and to the last cell. */
export async function checkStore(model: StoreModel, real: RealStore): Promise<void> {
  requireEqual('layers', await listLayers(real.store), [...model.layers.keys()].sort());
  for (const [name, layer] of model.layers) {
    const listed = await listSnapshots(real.store, name);
    requireEqual(
      `snapshots of ${name}`,
      listed.map(({ snapshot, tags, isCurrent }) => ({ snapshot, tags: [...tags].sort(), isCurrent })),
      [...layer.snapshots.keys()]
        .sort((a, b) => a - b)
        .map((snapshot) => ({
          snapshot,
          tags: [...layer.tags].flatMap(([tag, of]) => (of === snapshot ? [tag] : [])).sort(),
          isCurrent: snapshot === newestOf(layer).sequence,
        })),
    );
    for (const [sequence, content] of layer.snapshots) {
      const reader = await LayerReader.open(real.store, name, { sequence, cache: real.cache });
      await checkSnapshot(real, reader, content);
    }
  }
}

import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid } from '../../grid/index.js';
import type { LayerReader } from '../../layer/index.js';
import { type QueryText, readQuery, shorten } from '../http/query-text.js';
import type { ParameterSpec } from '../parameter-table.js';
import { dimensionsOf } from '../route.js';

type Text = readonly [name: string, value: string];

const timeNames = ['t', 'time', 'datetime'];
const levelNames = ['z', 'level', 'elevation'];
/** How xpublish says which of the values near one is meant, ahead of the value. */
const SELECTION_METHOD = /^(nearest|exact|ffill|bfill|pad|backfill)::(.*)$/s;
/** No two neighbours of it can match the same characters, so that it takes linear time on any text. */
const SUBSET = /([^(),"]+)\(([^()]*)\)\s*(?:,|$)/y;
const SUBSET_VALUE = /^(?:"([^"]*)"|([^":]*))$/;
/** A place for a value that a client left open, such as OWSLib those of dimensions in WMTS templates: as if it were absent. */
const PLACEHOLDER = /^\{[A-Za-z_][\w.-]*\}$/;
/** xpublish's name of the style that `colormap` has. */
const CUSTOM_STYLE = /^(raster\/)?custom$/;

/**
 * The query of a map by the canonical names of its parameters, whichever spelling a client has: `time=`, `sel=time=`,
 * `time=nearest::` and `subset=time("")` are all `datetime=`. `path` is what the path of the address says.
 *
 * Throws: InvalidArgumentError as `readQuery` does, and naming an axis that the layer does not have.
 */
export function readMapQuery(
  { url }: { readonly url: string },
  layer: LayerReader,
  {
    specs,
    path = {},
  }: { readonly specs: readonly ParameterSpec[]; readonly path?: Readonly<Record<string, string>> },
): QueryText {
  const start = url.indexOf('?');
  const written = start < 0 ? [] : [...new URLSearchParams(url.slice(start + 1))];
  const { grid } = layer.manifest;
  const texts = withoutCustomStyle(written).flatMap(([name, value]) => respell([name, value], grid, specs));
  const search = new URLSearchParams();
  for (const [name, value] of [...texts, ...Object.entries(path)]) search.append(name, value);
  const read = readQuery({ url: `?${search}` }, specs, dimensionsOf(layer));
  const mayBeOpen = ['datetime', 'z', 'style'].filter((name) => path[name] === undefined);
  return read.without((value) => PLACEHOLDER.test(value), mayBeOpen);
}

function withoutCustomStyle(texts: readonly Text[]): readonly Text[] {
  if (!texts.some(([name]) => name === 'colormap')) return texts;
  return texts.filter(([name, value]) => name !== 'style' || !CUSTOM_STYLE.test(value));
}

function respell([name, value]: Text, grid: Grid, specs: readonly ParameterSpec[]): Text[] {
  if (name === 'sel') return [selected(value, grid)];
  if (name === 'subset') return subsets(value, grid);
  if (SELECTION_METHOD.test(value) && !isKnown(name, specs, ['style', 'parameter'])) {
    return [[axisParameter(name, grid, name), chosenValue(value, name)]];
  }
  if (isKnown(name, specs) || grid.custom.some((axis) => axis.name === name)) return [[name, value]];
  if (name === grid.t?.name || name === grid.z?.name) return [[axisParameter(name, grid, name), value]];
  // Heritage of WMS: TIME, ELEVATION, COLORSCALERANGE.
  return [[isKnown(name.toLowerCase(), specs) ? name.toLowerCase() : name, value]];
}

function isKnown(written: string, specs: readonly ParameterSpec[], among?: readonly string[]): boolean {
  return specs.some(
    ({ name, aliases = [] }) =>
      (among === undefined || among.includes(name)) && (name === written || aliases.includes(written)),
  );
}

/** titiler's `sel=axis=value`. */
function selected(text: string, grid: Grid): Text {
  const [, axis, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (axis === undefined || value === undefined) {
    throw new InvalidArgumentError('sel expects axis=value', { parameter: 'sel', found: shorten(text) });
  }
  return [axisParameter(axis, grid, 'sel'), chosenValue(value, 'sel')];
}

/** The standards' `subset=axis(value),axis("value")`. */
function subsets(text: string, grid: Grid): Text[] {
  const texts: Text[] = [];
  SUBSET.lastIndex = 0;
  for (let at = 0; at < text.length; at = SUBSET.lastIndex) {
    const [, axis, inside = ''] = SUBSET.exec(text) ?? [];
    const value = SUBSET_VALUE.exec(inside.trim());
    if (axis === undefined || value === null) {
      throw new InvalidArgumentError('subset expects axis(value) or axis("value"), one value of each axis', {
        parameter: 'subset',
        found: shorten(text),
      });
    }
    texts.push([axisParameter(axis.trim(), grid, 'subset'), value[1] ?? value[2]!]);
  }
  return texts;
}

/** Slices are those nearest to a value in any case; other ways to choose have no meaning here. */
function chosenValue(text: string, parameter: string): string {
  const [, method = 'nearest', value = text] = SELECTION_METHOD.exec(text) ?? [];
  if (method === 'nearest') return value;
  throw new InvalidArgumentError('values of axes are chosen as the nearest ones', {
    parameter: shorten(parameter),
    found: method,
    allowed: 'nearest',
  });
}

/** The parameter that chooses on an axis: a custom axis of a name that time or level have, too, comes first. */
function axisParameter(axis: string, { t, z, custom }: Grid, parameter: string): string {
  if (custom.some(({ name }) => name === axis)) return `custom.${axis}`;
  if (axis === t?.name || timeNames.includes(axis)) return 'datetime';
  if (axis === z?.name || levelNames.includes(axis)) return 'z';
  throw new InvalidArgumentError('the layer has no such axis', {
    parameter: shorten(parameter),
    found: shorten(axis),
    known: [t && 'time', z && 'level', ...custom.map(({ name }) => name)].filter(Boolean).join(', '),
  });
}

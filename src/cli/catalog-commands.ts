import type { Command } from 'commander';
import type { BlobStore } from '../blob/index.js';
import { formatByteSize } from '../bytes/index.js';
import { type ListedLayer, listLayerSnapshots, type Manifest, openManifest } from '../catalog/index.js';
import { CorruptionError, describeError, InvalidArgumentError, NotFoundError } from '../errors/index.js';
import {
  type Axis,
  axisLength,
  coordinateAt,
  formatInstant,
  gridBbox,
  parseLayerName,
  type TimeAxis,
} from '../grid/index.js';
import { deleteLayer, type VerifyReport, verifyLayer } from '../layer/index.js';
import {
  type AnyLayerOptions,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  type StoreOptions,
  withAnyLayer,
  withStore,
} from './layer-options.js';
import { formatTable, printResult } from './output.js';

/** `ls`, `info`, `verify` and `delete`: what is in a store, and is it sound. */
export function addCatalogCommands(program: Command, signal: AbortSignal): void {
  withStore(program.command('ls'))
    .description('list the layers of a store')
    .option('--layer <name>', 'only this layer')
    .option('--long', 'with their parameters and sizes: reads a manifest for each')
    .action((options: ListOptions) => listCommand(options, signal));
  withAnyLayer(program.command('info'))
    .description('describe a layer, or all of them')
    .action((options: AnyLayerOptions) => infoCommand(options, signal));
  withAnyLayer(program.command('verify'))
    .description('read a whole layer, or all of them, and report every fault by name')
    .action((options: AnyLayerOptions) => verifyCommand(options, signal));
  withStore(program.command('delete'))
    .description('delete a layer with all its snapshots')
    .requiredOption('--layer <name>', 'the layer')
    .action((options: LayerOptions) => deleteCommand(options, signal));
}

interface ListOptions extends StoreOptions {
  readonly layer?: string;
  readonly long?: boolean;
}

async function listCommand(options: ListOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const all = await listLayerSnapshots(store, { signal });
  const listed = all.filter(({ layer }) => options.layer === undefined || layer === options.layer);
  if (options.layer !== undefined && listed.length === 0) {
    throw new NotFoundError('no such layer', { layer: options.layer, store: store.location });
  }
  const layers = options.long
    ? await describeLayers(store, listed, signal)
    : listed.map((layer) => ({ ...layer }));
  printResult({ isJson: options.json === true }, { store: store.location, layers }, () =>
    layers.length === 0
      ? ['no layers']
      : formatTable(layers.map((layer) => [String(layer.layer), describeListed(layer)])),
  );
}

async function describeLayers(
  store: BlobStore,
  listed: readonly ListedLayer[],
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const layers: Record<string, unknown>[] = [];
  for (const { layer } of listed) {
    try {
      layers.push(summarize(await openManifest(store, { layer }, { signal })));
    } catch (error) {
      if (signal.aborted) throw error;
      // One damaged layer must not hide the others.
      layers.push({ layer, error: describeError(error) });
    }
  }
  return layers;
}

function describeListed({ snapshot, bytes, parameters, error }: Record<string, unknown>): string {
  if (error !== undefined) return `error: ${error}`;
  if (bytes === undefined) return `snapshot ${snapshot}`;
  return `snapshot ${snapshot}, ${formatByteSize(Number(bytes))}: ${(parameters as string[]).join(', ')}`;
}

function summarize(manifest: Manifest): Record<string, unknown> {
  const { layer, sequence, title, createdAt } = manifest;
  const parameters = manifest.parameters.map(({ id }) => id);
  return { layer, title, snapshot: sequence, createdAt, parameters, ...countSegments(manifest) };
}

function countSegments({ runs }: Manifest): {
  runs: number;
  segments: number;
  records: number;
  bytes: number;
} {
  const segments = runs.flatMap((run) => run.segments);
  return {
    runs: runs.length,
    segments: segments.length,
    records: segments.reduce((sum, segment) => sum + segment.count, 0),
    bytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
  };
}

async function infoCommand(options: AnyLayerOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const manifests: Manifest[] = [];
  for (const place of await chosenLayers(store, options, signal)) {
    manifests.push(await openManifest(store, place, { signal }));
  }
  printResult({ isJson: options.json === true }, oneOrAll(options, manifests.map(describe)), () =>
    manifests.flatMap(describeForPeople),
  );
}

function describeForPeople(manifest: Manifest): string[] {
  const info = describe(manifest);
  return [
    `${manifest.layer}: ${manifest.title}`,
    ...formatTable([
      ['snapshot', `${manifest.sequence}, ${manifest.createdAt}`],
      ['crs', manifest.grid.crs.id],
      ['bbox', (info.bbox as number[]).join(', ')],
      ...(info.axes as AxisInfo[]).map((axis) => [
        axis.name,
        `${axis.role}: ${axis.count} values, ${axis.first} .. ${axis.last}${axis.unit ? ` ${axis.unit}` : ''}`,
      ]),
      ...manifest.parameters.map((parameter) => [
        parameter.id,
        `${parameter.title} [${parameter.unit ?? 'no unit'}], ${parameter.type}`,
      ]),
      ['tiles', formatTileShape(manifest)],
      ['curve', `${manifest.keyIndex.curve.name}, ${manifest.keyIndex.curve.bits.join('+')} bits`],
      ['size', `${formatByteSize(Number(info.bytes))} in ${info.segments} segments of ${info.runs} runs`],
    ]),
  ];
}

interface AxisInfo {
  readonly role: string;
  readonly name: string;
  readonly count: number;
  readonly first: number | string;
  readonly last: number | string;
  readonly unit?: string;
}

function describe(manifest: Manifest): Record<string, unknown> {
  const { grid } = manifest;
  return {
    ...summarize(manifest),
    uuid: manifest.uuid,
    crs: grid.crs.id,
    bbox: gridBbox(grid),
    axes: [
      ...grid.custom.map((axis) => describeAxis('custom', axis)),
      ...(grid.t ? [describeAxis('t', grid.t)] : []),
      ...(grid.z ? [describeAxis('z', grid.z)] : []),
      describeAxis('y', grid.y),
      describeAxis('x', grid.x),
    ],
    parameters: manifest.parameters.map((parameter) => ({
      ...parameter,
      statistics: manifest.statistics[parameter.id],
    })),
    tileShape: manifest.tileShape,
    keyIndex: manifest.keyIndex,
    codec: manifest.codec,
    attributes: manifest.attributes,
  };
}

function describeAxis(role: string, axis: Axis): AxisInfo {
  const count = axisLength(axis);
  const at = (i: number) => {
    if (axis.coordinates.kind === 'labels') return axis.coordinates.values[i]!;
    const value = coordinateAt(axis, i);
    return role === 't' ? formatInstant(value, (axis as TimeAxis).calendar) : value;
  };
  const unit = axis.unit === undefined ? {} : { unit: axis.unit };
  return { role, name: axis.name, count, first: at(0), last: at(count - 1), ...unit };
}

function formatTileShape({ tileShape: { t, z, row, col } }: Manifest): string {
  return `t=${t}, z=${z}, row=${row}, col=${col}`;
}

async function verifyCommand(options: AnyLayerOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const reports: VerifyReport[] = [];
  for (const { layer, sequence } of await chosenLayers(store, options, signal)) {
    reports.push(
      await verifyLayer(store, layer, { sequence, signal }).catch((error: unknown) => {
        // Among all layers one that cannot even be opened is a fault like any other.
        if (options.layer !== undefined || !(error instanceof CorruptionError)) throw error;
        return unreadable(layer, error);
      }),
    );
  }
  printResult({ isJson: options.json === true }, oneOrAll(options, reports), () =>
    reports.flatMap(reportLines),
  );
  if (reports.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

function unreadable(layer: string, error: CorruptionError): VerifyReport {
  const faults = [{ path: String(error.fields.path), fault: describeError(error) }];
  return { layer, snapshot: 0, segments: 0, records: 0, tiles: 0, bytes: 0, faults, unlisted: [] };
}

function reportLines(report: VerifyReport): string[] {
  const { layer, segments, records, tiles, bytes, faults, unlisted } = report;
  return [
    `${layer}: ${segments} segments, ${records} records, ${tiles} tiles, ${formatByteSize(bytes)} read`,
    ...faults.map(({ path, fault }) => `fault in ${path}: ${fault}`),
    ...(unlisted.length > 0 ? [`${unlisted.length} files belong to no run of this snapshot`] : []),
    faults.length === 0 ? 'sound' : `${faults.length} faults`,
  ];
}

/** The document of the one layer asked for, or a list of all. */
function oneOrAll(options: AnyLayerOptions, documents: readonly object[]): object {
  return options.layer === undefined ? { layers: documents } : documents[0]!;
}

/** The layer asked for, or all of the store. */
async function chosenLayers(
  store: BlobStore,
  { layer, snapshot }: AnyLayerOptions,
  signal: AbortSignal,
): Promise<{ layer: string; sequence: number | undefined }[]> {
  if (layer !== undefined) {
    const place = { layer: parseLayerName(layer), ...(snapshot !== undefined && { snapshot }) };
    return [{ layer: place.layer, sequence: await chosenSnapshot(store, place, signal) }];
  }
  if (snapshot !== undefined)
    throw new InvalidArgumentError('a snapshot is of one layer: give --layer', { snapshot });
  return (await listLayerSnapshots(store, { signal })).map((listed) => ({
    layer: listed.layer,
    sequence: undefined,
  }));
}

async function deleteCommand(options: LayerOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const files = await deleteLayer(store, layer, { signal });
  printResult({ isJson: options.json === true }, { layer, deleted: true, files }, () => [`deleted ${layer}`]);
}

import type { Command } from 'commander';
import { formatByteSize } from '../bytes/index.js';
import { deleteTag, listLayers, parseTagName } from '../catalog/index.js';
import { parseLayerName } from '../grid/index.js';
import {
  diffSnapshots,
  listSnapshots,
  rollbackLayer,
  type SnapshotDiff,
  type SnapshotInfo,
  type TileChange,
  tagSnapshot,
} from '../layer/index.js';
import {
  asOption,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  parseSnapshot,
  type SnapshotName,
  type StoreOptions,
  withLayer,
  withStore,
} from './layer-options.js';
import { formatTable, printResult } from './output.js';

const SHOWN_KEYS = 20;

interface ListOptions extends StoreOptions {
  readonly layer?: string;
}

interface RollbackOptions extends LayerOptions {
  readonly to: SnapshotName;
}

/** `snapshots`, `rollback`, `tag`, `untag` and `diff`: the history of a layer. */
export function addSnapshotCommands(program: Command, signal: AbortSignal): void {
  withStore(program.command('snapshots'))
    .description('list the snapshots of a layer')
    .option('--layer <name>', 'the layer (default: all)')
    .action((options: ListOptions) => listCommand(options, signal));
  withStore(program.command('rollback'))
    .description('make the content of an older snapshot the newest')
    .requiredOption('--layer <name>', 'the layer')
    .requiredOption('--to <snapshot>', 'number or tag of the snapshot', asOption(parseSnapshot))
    .action((options: RollbackOptions) => rollbackCommand(options, signal));
  withLayer(program.command('tag'))
    .description('name a snapshot, so that gc keeps it')
    .argument('<name>', 'a letter, then letters, digits, - or _', asOption(parseTagName))
    .action((name: string, options: LayerOptions) => tagCommand(name, options, signal));
  withStore(program.command('untag'))
    .description('take the name of a snapshot away')
    .argument('<name>', 'the tag', asOption(parseTagName))
    .requiredOption('--layer <name>', 'the layer')
    .action((name: string, options: LayerOptions) => untagCommand(name, options, signal));
  withStore(program.command('diff'))
    .description('what differs between two snapshots: layout, segments and tiles')
    .argument('<from>', 'number or tag of the earlier snapshot', asOption(parseSnapshot))
    .argument('<to>', 'number or tag of the later snapshot', asOption(parseSnapshot))
    .requiredOption('--layer <name>', 'the layer')
    .action((from: SnapshotName, to: SnapshotName, options: LayerOptions) =>
      diffCommand({ from, to }, options, signal),
    );
}

async function listCommand(options: ListOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  if (options.layer !== undefined) {
    const layer = parseLayerName(options.layer);
    const snapshots = await listSnapshots(store, layer, { signal });
    printResult({ isJson: options.json === true }, { layer, snapshots }, () => describeList(snapshots));
    return;
  }
  const layers: { readonly layer: string; readonly snapshots: readonly SnapshotInfo[] }[] = [];
  for (const layer of await listLayers(store, { signal })) {
    layers.push({ layer, snapshots: await listSnapshots(store, layer, { signal }) });
  }
  printResult({ isJson: options.json === true }, { layers }, () =>
    layers.flatMap(({ layer, snapshots }) => [layer, ...describeList(snapshots).map((line) => `  ${line}`)]),
  );
}

function describeList(snapshots: readonly SnapshotInfo[]): string[] {
  return formatTable(
    snapshots.map((info) => [
      String(info.snapshot),
      info.createdAt ?? '-',
      info.operation ?? `error: ${info.error}`,
      info.bytes === undefined
        ? ''
        : `${formatByteSize(info.bytes)}, ${formatByteSize(info.bytesAdded ?? 0)} new`,
      [...info.tags, ...(info.isCurrent ? ['(current)'] : [])].join(' '),
    ]),
  );
}

async function rollbackCommand(options: RollbackOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const to = (await chosenSnapshot(store, { layer, snapshot: options.to }, signal))!;
  const { sequence: snapshot } = await rollbackLayer(store, { layer, to }, { signal });
  printResult({ isJson: options.json === true }, { layer, snapshot, restored: to }, () => [
    `${layer} is as it was in snapshot ${to} (now snapshot ${snapshot})`,
  ]);
}

async function tagCommand(name: string, options: LayerOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const snapshot = await tagSnapshot(store, { layer, name, sequence }, { signal });
  printResult({ isJson: options.json === true }, { layer, tag: name, snapshot }, () => [
    `${name} is snapshot ${snapshot} of ${layer}`,
  ]);
}

async function untagCommand(name: string, options: LayerOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  await deleteTag(store, { layer, name }, { signal });
  printResult({ isJson: options.json === true }, { layer, tag: name, removed: true }, () => [
    `removed tag ${name} of ${layer}`,
  ]);
}

async function diffCommand(
  names: { readonly from: SnapshotName; readonly to: SnapshotName },
  options: LayerOptions,
  signal: AbortSignal,
): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const from = (await chosenSnapshot(store, { layer, snapshot: names.from }, signal))!;
  const to = (await chosenSnapshot(store, { layer, snapshot: names.to }, signal))!;
  const diff = await diffSnapshots(store, { layer, from, to }, { signal });
  printResult({ isJson: options.json === true }, diff, () => describeDiff(diff));
}

function describeDiff({ layout, axes, parameters, segments, tiles }: SnapshotDiff): string[] {
  const changes = [
    ['layout', layout],
    ['axes', axes],
    ['parameters added', parameters.added],
    ['parameters removed', parameters.removed],
    ['parameters changed', parameters.changed],
  ] as const;
  return [
    ...changes.filter(([, names]) => names.length > 0).map(([what, names]) => `${what}: ${names.join(', ')}`),
    `segments: ${segments.added.length} added, ${segments.removed.length} removed, ${segments.changed.length} changed`,
    ...(tiles === undefined
      ? ['tiles cannot be compared: their shape or their curve is another']
      : [
          `tiles: ${tiles.added} added, ${tiles.removed} removed, ${tiles.changed} changed`,
          ...tiles.keys.slice(0, SHOWN_KEYS).map(describeChange),
          ...(tiles.added + tiles.removed + tiles.changed > SHOWN_KEYS ? ['...'] : []),
        ]),
  ];
}

function describeChange({ change, key }: TileChange): string {
  const { level, parameter, col, row, t, z, custom } = key;
  const others = custom.length > 0 ? ` custom=${custom.join(',')}` : '';
  return `  ${change} ${parameter} level=${level} col=${col} row=${row} t=${t} z=${z}${others}`;
}

import { type Random, randomBelow } from '../../random.js';
import { applyChange, type DiskFile, type DiskFolder, type DiskNode, type NameChange } from './disk-nodes.js';
import { newFolder, SimulatedDisk } from './simulated-disk.js';

const SECTORS = [512, 4096] as const;

/**
 * A disk as a power cut may leave it.
 *
 * The model is POSIX without any order but that of fsync:
 * - A file has the bytes of its last sync for sure. Bytes written since may all be there, or none, or any of their
 *   sectors of 512 B or 4 KiB, the others zero; the file may be as long as it was written, or cut at a sector.
 * - A folder has the names of its last sync for sure. Each change since, in whatever folder, may be there or not,
 *   whatever came before and after it: names made, removed and renamed, folders made and removed. Changes that
 *   are there were done in their order. A rename is there, or not, or its new name is and the old one still, too.
 * - Syncing a file makes its bytes durable and none of its names; syncing a folder makes the names in it durable,
 *   but neither its own name nor the bytes of what they name.
 * - A name that is there leads to its file, whose bytes follow the first rule.
 *
 * Times of change are those of the moment of the cut, and nothing that was synced goes bad.
 */
export interface PowerCut {
  readonly disk: SimulatedDisk;
  /** Equal for disks with the same files. */
  readonly signature: string;
  /** In words, which changes it kept. */
  readonly about: string;
}

/** Which of the changes survive. */
interface CutChoice {
  readonly about: string;
  keeps(change: NameChange): 'all' | 'new name' | 'nothing';
  bytesOf(file: DiskFile): Uint8Array;
}

/**
 * Disks that a cut at this moment may leave: everything unsynced lost, everything kept, each change alone, all but
 * each, and `samples` at random.
 */
export function* powerCuts(disk: SimulatedDisk, random: Random, samples: number): Generator<PowerCut> {
  const changes = pendingChanges(disk.top);
  yield cut(
    disk,
    choice('nothing unsynced', () => false, durableBytes),
  );
  if (changes.length === 0 && !hasUnsyncedBytes(disk.top)) return;
  const torn = (file: DiskFile) => tornBytes(file, random);
  yield cut(
    disk,
    choice('all', () => true, torn),
  );
  yield cut(
    disk,
    choice('all names, no bytes', () => true, durableBytes),
  );
  yield cut(
    disk,
    choice('all names, zeros', () => true, zeroBytes),
  );
  for (const [i, one] of changes.entries()) {
    yield cut(
      disk,
      choice(`change ${i} alone`, (change) => change === one, torn),
    );
    yield cut(
      disk,
      choice(`all but change ${i}`, (change) => change !== one, torn),
    );
  }
  for (let i = 0; i < samples; i++) {
    const share = random();
    yield cut(disk, {
      about: `sample ${i}`,
      keeps: ({ removes, sets }) => {
        if (random() >= share) return 'nothing';
        return removes !== undefined && sets && randomBelow(random, 3) === 0 ? 'new name' : 'all';
      },
      bytesOf: torn,
    });
  }
}

function choice(
  about: string,
  isKept: (change: NameChange) => boolean,
  bytesOf: (file: DiskFile) => Uint8Array,
): CutChoice {
  return { about, keeps: (change) => (isKept(change) ? 'all' : 'nothing'), bytesOf };
}

/** All unsynced changes of names, of folders that are reachable now or were when last synced. */
function pendingChanges(top: DiskFolder): NameChange[] {
  const changes: NameChange[] = [];
  for (const node of reachable(top)) if (node.kind === 'folder') changes.push(...node.pending);
  return changes;
}

function hasUnsyncedBytes(top: DiskFolder): boolean {
  for (const node of reachable(top)) if (node.kind === 'file' && node.durable !== node.bytes) return true;
  return false;
}

/** Every node that a cut may leave: by names now, durable ones and pending ones. */
function reachable(top: DiskFolder): Set<DiskNode> {
  const found = new Set<DiskNode>([top]);
  for (const node of found) {
    if (node.kind === 'file') continue;
    for (const one of node.entries.values()) found.add(one);
    for (const one of node.durable.values()) found.add(one);
    for (const { sets } of node.pending) if (sets) found.add(sets.node);
  }
  return found;
}

function cut(disk: SimulatedDisk, { about, keeps, bytesOf }: CutChoice): PowerCut {
  const made = new Map<DiskNode, DiskNode>();
  const rebuild = (node: DiskNode): DiskNode => {
    const known = made.get(node);
    if (known) return known;
    if (node.kind === 'file') {
      const bytes = bytesOf(node);
      const file = { ...node, bytes, durable: bytes, isLost: false, modifiedMs: Date.now() };
      made.set(node, file);
      return file;
    }
    const folder = newFolder();
    made.set(node, folder);
    for (const [name, child] of survivingNames(node, keeps)) folder.entries.set(name, rebuild(child));
    folder.durable = new Map(folder.entries);
    return folder;
  };
  const result = new SimulatedDisk(disk.root, rebuild(disk.top) as DiskFolder);
  return { disk: result, signature: result.digest(), about };
}

function survivingNames(folder: DiskFolder, keeps: CutChoice['keeps']): Map<string, DiskNode> {
  const names = new Map(folder.durable);
  for (const change of folder.pending) {
    const kept = keeps(change);
    if (kept === 'nothing') continue;
    applyChange(names, kept === 'all' || !change.sets ? change : { sets: change.sets });
  }
  return names;
}

function durableBytes({ durable }: DiskFile): Uint8Array {
  return durable;
}

function zeroBytes({ bytes, durable }: DiskFile): Uint8Array {
  return durable === bytes ? bytes : new Uint8Array(bytes.length);
}

/** Some sectors of the new bytes, zeros for the others, sometimes cut short at a sector. */
function tornBytes({ bytes, durable }: DiskFile, random: Random): Uint8Array {
  if (durable === bytes) return bytes;
  const sector = SECTORS[randomBelow(random, SECTORS.length)]!;
  const sectors = Math.ceil(bytes.length / sector);
  const cutAt = random() < 0.5 ? bytes.length : randomBelow(random, sectors) * sector;
  const length = Math.max(durable.length, cutAt);
  const torn = new Uint8Array(length);
  const share = random();
  for (let at = 0; at < length; at += sector) {
    const isNew = random() < share;
    const from = isNew ? bytes : durable;
    torn.set(from.subarray(at, Math.min(at + sector, length)), at);
  }
  return torn;
}

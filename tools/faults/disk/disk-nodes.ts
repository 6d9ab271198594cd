/** A file of a simulated disk. Byte arrays are never written to, only replaced, so that copies of a disk share them. */
export interface DiskFile {
  readonly kind: 'file';
  readonly id: number;
  bytes: Uint8Array;
  /** What a power cut is sure to leave: the bytes at the last sync. */
  durable: Uint8Array;
  /** A sync failed: no later one makes these bytes durable, though it reports success. */
  isLost: boolean;
  modifiedMs: number;
}

/** A folder of a simulated disk. */
export interface DiskFolder {
  readonly kind: 'folder';
  readonly id: number;
  entries: Map<string, DiskNode>;
  /** The names a power cut is sure to leave: those at the last sync of the folder. */
  durable: Map<string, DiskNode>;
  /** What was done to the names since, in order. */
  pending: NameChange[];
  modifiedMs: number;
}

export type DiskNode = DiskFile | DiskFolder;

/** One call's change to the names of one folder; a rename does both. */
export interface NameChange {
  readonly removes?: string;
  readonly sets?: { readonly name: string; readonly node: DiskNode };
}

/** Does a change to a set of names. */
export function applyChange(names: Map<string, DiskNode>, { removes, sets }: NameChange): void {
  if (removes !== undefined) names.delete(removes);
  if (sets !== undefined) names.set(sets.name, sets.node);
}

/** A copy of a tree with what is durable of it and what is pending; files with two names keep both. */
export function cloneFolder(folder: DiskFolder): DiskFolder {
  const copies = new Map<DiskNode, DiskNode>();
  const copyNames = (names: ReadonlyMap<string, DiskNode>) =>
    new Map([...names].map(([name, node]) => [name, copy(node)]));
  const copy = (node: DiskNode): DiskNode => {
    const known = copies.get(node);
    if (known) return known;
    if (node.kind === 'file') {
      const file = { ...node };
      copies.set(node, file);
      return file;
    }
    const made: DiskFolder = { ...node, entries: new Map(), durable: new Map(), pending: [] };
    copies.set(node, made);
    made.entries = copyNames(node.entries);
    made.durable = copyNames(node.durable);
    made.pending = node.pending.map(({ removes, sets }) => ({
      ...(removes !== undefined && { removes }),
      ...(sets && { sets: { name: sets.name, node: copy(sets.node) } }),
    }));
    return made;
  };
  return copy(folder) as DiskFolder;
}

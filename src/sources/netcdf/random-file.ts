import type { ByteRange } from '../../bytes/index.js';
import { ExactFile, openFile } from '../exact-file.js';

const scratchBytes = 1024 * 1024;
const longRunBytes = 64 * 1024;
const maxGapBytes = 32 * 1024;

/** One file, read at any offset, and in many short runs. */
export class RandomFile extends ExactFile {
  static async open(path: string): Promise<RandomFile> {
    return new RandomFile(await openFile(path));
  }

  /** Fills `into` with the bytes from `offset` on. Throws: CorruptionError when the file ends before. */
  read(offset: number, into: Uint8Array): Promise<void> {
    return this.readInto(into, offset);
  }

  /**
   * Fills `into` with the bytes of `runs`, which ascend, one after the other. Short runs close to each other are
   * read together.
   */
  async readRuns(runs: Iterable<ByteRange>, into: Uint8Array, signal?: AbortSignal): Promise<void> {
    let at = 0;
    for (const group of groupsOf(runs)) {
      signal?.throwIfAborted();
      const { first, end, members } = group;
      if (members.length === 1) {
        await this.read(first, into.subarray(at, at + end - first));
        at += end - first;
        continue;
      }
      const scratch = new Uint8Array(end - first);
      await this.read(first, scratch);
      for (const { offset, length } of members) {
        into.set(scratch.subarray(offset - first, offset - first + length), at);
        at += length;
      }
    }
  }
}

interface RunGroup {
  readonly first: number;
  readonly end: number;
  readonly members: readonly ByteRange[];
}

function* groupsOf(runs: Iterable<ByteRange>): Generator<RunGroup> {
  let members: ByteRange[] = [];
  const group = (): RunGroup => {
    const last = members.at(-1)!;
    return { first: members[0]!.offset, end: last.offset + last.length, members };
  };
  for (const run of runs) {
    if (members.length > 0) {
      const { first, end } = group();
      const isClose =
        run.length < longRunBytes &&
        run.offset - end <= maxGapBytes &&
        run.offset + run.length - first <= scratchBytes;
      if (!isClose) {
        yield group();
        members = [];
      }
    }
    members.push(run);
  }
  if (members.length > 0) yield group();
}

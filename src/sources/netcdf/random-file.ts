import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange } from '../../bytes/index.js';
import { CorruptionError, UnavailableError } from '../../errors/index.js';

const scratchBytes = 1024 * 1024;
const longRunBytes = 64 * 1024;
const maxGapBytes = 32 * 1024;

/** One file, read at any offset. */
export class RandomFile {
  readonly path: string;
  readonly sizeBytes: number;
  private readonly handle: FileHandle;

  private constructor(path: string, sizeBytes: number, handle: FileHandle) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.handle = handle;
  }

  static async open(path: string): Promise<RandomFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    try {
      return new RandomFile(path, (await handle.stat()).size, handle);
    } catch (cause) {
      await handle.close();
      throw unreadable(path, cause);
    }
  }

  /** Fills `into` with the bytes from `offset` on. Throws: CorruptionError when the file ends before. */
  async read(offset: number, into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.length; ) {
      const { bytesRead } = await this.handle
        .read(into, at, into.length - at, offset + at)
        .catch((cause: unknown) => {
          throw unreadable(this.path, cause);
        });
      if (bytesRead === 0)
        throw new CorruptionError('file is cut short', {
          path: this.path,
          found: offset + at,
          expected: offset + into.length,
        });
      at += bytesRead;
    }
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

  close(): Promise<void> {
    return this.handle.close();
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

function unreadable(path: string, cause: unknown): UnavailableError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return new UnavailableError('file cannot be read', { path, reason: String(code ?? cause) }, { cause });
}

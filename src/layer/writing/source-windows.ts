import type { SourceParameter, SourceWindow } from '../../sources/index.js';

/**
 * Windows that cover a parameter so that every chunk is read exactly once, in an order that completes
 * tiles early. Chunks that share tiles form a block: along each axis as many chunks as one tile needs.
 * A block that fits in `maxWindowBytes` is read in one go, else chunk by chunk.
 */
export function* sourceWindows(
  parameter: SourceParameter,
  options: { tileLengths: readonly number[]; cellBytes: number; maxWindowBytes: number },
): Generator<SourceWindow> {
  const { shape, chunkShape } = parameter;
  const block = chunkShape.map((chunk, d) => chunk * Math.max(1, Math.ceil(options.tileLengths[d]! / chunk)));
  const blockBytes = block.reduce((product, length, d) => product * Math.min(length, shape[d]!), 1);
  const isWhole = blockBytes * options.cellBytes <= options.maxWindowBytes;
  const everything = { start: shape.map(() => 0), end: shape };
  for (const outer of steps(everything, block)) {
    if (isWhole) yield outer;
    else yield* steps(outer, chunkShape);
  }
}

/** `window` cut into steps of `size`, last axis fastest. */
function* steps(window: SourceWindow, size: readonly number[]): Generator<SourceWindow> {
  const start = [...window.start];
  for (;;) {
    yield { start: [...start], end: start.map((at, d) => Math.min(at + size[d]!, window.end[d]!)) };
    let d = start.length - 1;
    for (; d >= 0; d--) {
      start[d]! += size[d]!;
      if (start[d]! < window.end[d]!) break;
      start[d] = window.start[d]!;
    }
    if (d < 0) return;
  }
}

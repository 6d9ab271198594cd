import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { defaultMemoryBytes } from '../layer/index.js';

/** Less leaves no room for garbage beside the work. */
const MIN_MEMORY_BYTES = 256 * 2 ** 20;
const MIN_SERVICE_MEMORY_BYTES = 2 ** 30;

/**
 * For commands that move many cells, before they begin: lets the heap grow to six times what lives in it before it is
 * collected. V8 counts cells, which lie outside the heap, as part of its growth, and with a heap as small as that of a
 * command it otherwise collects after every dozen megabytes of them: a third of the main thread's time.
 */
export function collectGarbageSeldom(memoryBytes = defaultMemoryBytes): void {
  if (memoryBytes >= MIN_MEMORY_BYTES) setFlagsFromString('--heap-growing-percent=500');
}

/**
 * For services, which live longer and keep more: lets the heap grow to four times what lives in it, where each of so many
 * processes has memory for that. Unpacking a tile leaves its packed forms behind; collecting those was half of the CPU of
 * answers that need many.
 */
export function collectServiceGarbageSeldom(processes: number): void {
  const memoryBytes = Math.min(totalmem(), constrainedMemory() || Number.POSITIVE_INFINITY);
  if (memoryBytes / processes >= MIN_SERVICE_MEMORY_BYTES) setFlagsFromString('--heap-growing-percent=300');
}

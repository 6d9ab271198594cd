import { setFlagsFromString } from 'node:v8';
import { defaultMemoryBytes } from '../layer/index.js';

/** Less leaves no room for garbage beside the work. */
const MIN_MEMORY_BYTES = 256 * 2 ** 20;

/**
 * For commands that move many cells, before they begin: lets the heap grow to six times what lives in it before it is
 * collected. V8 counts cells, which lie outside the heap, as part of its growth, and with a heap as small as that of a
 * command it otherwise collects after every dozen megabytes of them: a third of the main thread's time.
 */
export function collectGarbageSeldom(memoryBytes = defaultMemoryBytes): void {
  if (memoryBytes >= MIN_MEMORY_BYTES) setFlagsFromString('--heap-growing-percent=500');
}

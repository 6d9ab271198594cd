import { connect } from 'node:net';

/** What a client saw that reads slower than a server could send. */
export interface SlowRead {
  readonly bytes: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/**
 * Reads one answer over a plain socket at about `bytesPerSecond`, with a pause of a second now and then, and calls
 * `watch` all the while; stops after `maxBytes`.
 */
export function readSlowly(
  url: string,
  { bytesPerSecond, maxBytes, watch }: { bytesPerSecond: number; maxBytes: number; watch: () => void },
): Promise<SlowRead> {
  const { hostname, port, pathname, search } = new URL(url);
  const startedMs = performance.now();
  let bytes = 0;
  let firstByteMs = 0;
  let pauses = 0;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
    });
    const watching = setInterval(watch, 50);
    socket.on('error', reject);
    socket.on('data', (part) => {
      if (bytes === 0) firstByteMs = performance.now() - startedMs;
      bytes += part.length;
      if (bytes >= maxBytes) {
        socket.destroy();
        return;
      }
      const pauseNow = bytes > (pauses + 1) * bytesPerSecond * 2;
      if (pauseNow) pauses++;
      const dueMs = startedMs + firstByteMs + (bytes / bytesPerSecond) * 1000 + pauses * 1000;
      const waitMs = dueMs - performance.now();
      if (waitMs < 5) return;
      socket.pause();
      setTimeout(() => socket.resume(), waitMs);
    });
    socket.on('close', () => {
      clearInterval(watching);
      resolve({ bytes, firstByteMs, totalMs: performance.now() - startedMs });
    });
  });
}

import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where the figures come from; load averages tell how quiet it was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly load1: number;
}

/** The machine as it is at this call. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    load1: Number(loadavg()[0]!.toFixed(2)),
  };
}

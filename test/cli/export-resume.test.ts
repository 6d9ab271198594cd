import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PMTiles } from 'pmtiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { memoryLayer, worldGrid } from '../edr/memory-layer.js';
import {
  filesBelow,
  makeFolder,
  type Outcome,
  removeFolders,
  startTilecurve,
  tilecurve,
  tilecurveFails,
  tilecurveJson,
} from './command-line.js';
import { FileSource } from './file-source.js';

let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
  const location = join(folder, 'store');
  await mkdir(location);
  // Nothing in a quarter of the world, so that tiles without a value are between those with one.
  const valueAt = ({ x = 0, y = 0 }) => (x > 18 && y > 9 ? Number.NaN : x * 3 + y * 2);
  const layer = await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt }], {
    store: openStore(location),
    layer: 'world',
  });
  await layer.close();
});

afterAll(removeFolders);

interface Exported {
  readonly tiles: number;
  readonly empty: number;
  readonly resumed?: number;
}

const asked = (to: string, ...others: string[]) => [
  ...['export', '--store', join(folder, 'store'), '--layer', 'world', '--zooms', '0-4'],
  ...['--to', join(folder, to) + (to.endsWith('/') ? '/' : ''), ...others],
];

/** Starts an export and ends it by a signal when some of its tiles are done. */
async function cutShort(args: readonly string[], signal: NodeJS.Signals): Promise<Outcome> {
  const { child, ended } = startTilecurve([...args, '--progress', 'json']);
  let isSent = false;
  child.stderr!.on('data', (text: string) => {
    const counts = [...text.matchAll(/"done":(\d+)/g)].map(([, done]) => Number(done));
    // A second one would not wait for anything.
    if (!isSent && counts.some((done) => done > 64)) isSent = child.kill(signal);
  });
  return ended;
}

const archiveOf = (name: string) => readFile(join(folder, `${name}.pmtiles`));

/** What a killed export has left, for an export of another name. */
async function leaveTo(name: string): Promise<string> {
  const part = join(folder, `${name}.pmtiles.part`);
  await cp(join(folder, 'killed.pmtiles.part'), part, { recursive: true });
  return part;
}

/** Node options with which a process runs code first that changes `fs`. */
function changingFiles(code: string): string {
  const module = `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    ${code}
    syncBuiltinESMExports();`;
  return `--import data:text/javascript,${encodeURIComponent(module)}`;
}

/** A process waits until BEGIN_MS before it makes a folder, and a little before each call on it. */
const waitingAt = (folder: string) =>
  changingFiles(`for (const name of ['mkdir', 'readdir', 'readFile', 'writeFile', 'rm']) {
      const call = fs.promises[name];
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      fs.promises[name] = async (path, ...others) => {
        if (path === ${JSON.stringify(folder)}) await wait(Number(process.env.BEGIN_MS) - Date.now());
        if (String(path).startsWith(${JSON.stringify(folder)})) await wait(Math.random() * 10);
        return call(path, ...others);
      };
    }`);

/** The disk has no room for the journal. */
const withoutRoom = changingFiles(`const { open } = fs.promises;
    fs.promises.open = async (path, ...others) => {
      const handle = await open(path, ...others);
      const error = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      if (String(path).endsWith('journal')) handle.appendFile = () => Promise.reject(error);
      return handle;
    };`);

/** Opening what is stored fails. */
const withoutHandles = changingFiles(`const { open } = fs.promises;
    fs.promises.open = async (path, flags, ...others) => {
      const error = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
      if (String(path).endsWith('.part/tiles') && flags === 'r+') throw error;
      return open(path, flags, ...others);
    };`);

describe('tilecurve export', () => {
  it('writes the same bytes, however many threads draw', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) => {
        const exported = await tilecurveJson<Exported>(asked(`by-${workers}.pmtiles`, '--workers', workers));
        return { ...exported, to: '', seconds: 0, bytes: await archiveOf(`by-${workers}`) };
      }),
    );
    expect(one!.empty).toBeGreaterThan(20);
    expect(two).toEqual(one);
    await tilecurveFails(asked('none.pmtiles', '--workers', '0'), 2);
  });

  it('goes on with an archive after it was killed', async () => {
    expect((await cutShort(asked('killed.pmtiles', '--workers', '2'), 'SIGKILL')).code).toBe(null);
    expect(existsSync(join(folder, 'killed.pmtiles'))).toBe(false);
    await leaveTo('resumed');
    const { tiles, resumed } = await tilecurveJson<Exported>(asked('resumed.pmtiles', '--workers', '1'));
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThan(tiles);
    expect((await archiveOf('resumed')).equals(await archiveOf('by-1'))).toBe(true);
    expect(existsSync(join(folder, 'resumed.pmtiles.part'))).toBe(false);
  });

  it('begins anew where what is stored is damaged, of another request, or when it is told to', async () => {
    const whole = await archiveOf('by-1');
    const part = await leaveTo('damaged');
    await writeFile(join(part, 'tiles'), whole.subarray(0, 17_000));
    await leaveTo('anew');
    await leaveTo('other');
    const damaged = await tilecurveJson<Exported>(asked('damaged.pmtiles'));
    const anew = await tilecurveJson<Exported>(asked('anew.pmtiles', '--no-resume'));
    const other = await tilecurveJson<Exported>(asked('other.pmtiles', '--zooms', '1'));
    expect([damaged.resumed, anew.resumed, other.resumed]).toEqual([undefined, undefined, undefined]);
    expect([(await archiveOf('damaged')).equals(whole), (await archiveOf('anew')).equals(whole)]).toEqual([
      true,
      true,
    ]);
    expect(other.tiles).toBe(4);
  });

  // What was damaged meanwhile became part of the archive.
  it('begins anew where a byte of an archive is another', async () => {
    const part = await leaveTo('flipped');
    const file = join(part, 'tiles');
    const bytes = await readFile(file);
    bytes[16_500]! ^= 1;
    await writeFile(file, bytes);
    expect((await tilecurveJson<Exported>(asked('flipped.pmtiles'))).resumed).toBe(undefined);
    expect((await archiveOf('flipped')).equals(await archiveOf('by-1'))).toBe(true);
  });

  it('goes on with a folder after it was interrupted', async () => {
    const args = asked('tiles/', '--workers', '1');
    const stopped = await cutShort(args, 'SIGINT');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr.trimEnd().split('\n').at(-1)).toContain(join(folder, 'tiles.part'));
    expect(existsSync(join(folder, 'tiles'))).toBe(false);
    const holed = join(folder, 'holed.part');
    await cp(join(folder, 'tiles.part'), holed, { recursive: true });
    await rm(join(holed, 'tiles', '1', '1', '1.png'));
    const anew = await tilecurveJson<Exported>(asked('holed/', '--workers', '1'));
    expect([anew.resumed, existsSync(join(folder, 'holed', '1', '1', '1.png'))]).toEqual([undefined, true]);
    const { tiles, resumed } = await tilecurveJson<Exported>(args);
    expect(resumed).toBeGreaterThan(0);
    const root = join(folder, 'tiles');
    const files = (await filesBelow(root)).filter((file) => file.endsWith('.png'));
    expect(files).toHaveLength(tiles);
    const archive = new PMTiles(new FileSource(await archiveOf('by-1')));
    for (const file of files) {
      const [z, x, y] = relative(root, file).split(/[/.]/).map(Number);
      const { data } = (await archive.getZxy(z!, x!, y!))!;
      expect((await readFile(file)).equals(Buffer.from(data)), file).toBe(true);
    }
  });

  // What the journal still had to write was in the way: all of it stayed, with its lock.
  it('takes away what it has when the disk is full', async () => {
    const environment = { NODE_OPTIONS: withoutRoom };
    const { code, stderr } = await tilecurve(asked('full.pmtiles', '--workers', '1'), { environment });
    expect([code, stderr]).toEqual([1, 'tilecurve: ENOSPC: no space left on device\n']);
    expect(existsSync(join(folder, 'full.pmtiles.part'))).toBe(false);
  });

  // Whatever was wrong with opening it, it was emptied.
  it('keeps what is stored when that cannot be opened', async () => {
    await leaveTo('shut');
    const { code } = await tilecurve(asked('shut.pmtiles'), {
      environment: { NODE_OPTIONS: withoutHandles },
    });
    expect(code).toBe(1);
    expect((await tilecurveJson<Exported>(asked('shut.pmtiles'))).resumed).toBeGreaterThan(0);
  });

  it('leaves alone what another process exports, and folders that are not its own', async () => {
    const part = join(folder, 'taken.pmtiles.part');
    await mkdir(part);
    const lock = `lock.${process.pid}.0`;
    await writeFile(join(part, lock), '');
    expect(await tilecurveFails(asked('taken.pmtiles'), 1)).toContain('another process');
    await writeFile(join(part, 'mine'), 'mine');
    await tilecurveFails(asked('taken.pmtiles'), 1);
    expect(await filesBelow(part)).toEqual([join(part, lock), join(part, 'mine')]);
  });

  // Several took the lock of a process that is gone, and wrote into the same file.
  it('lets one of those go on that begin where one was killed', async () => {
    const part = await leaveTo('wanted');
    const args = [...asked('wanted.pmtiles', '--zooms', '0-7', '--progress', 'json'), '--no-resume'];
    const environment = { NODE_OPTIONS: waitingAt(part), BEGIN_MS: String(Date.now() + 1500) };
    const running = [1, 2, 3, 4].map(() => startTilecurve(args, { environment }));
    const drawing = new Set(running);
    const stop = () => drawing.size === 1 && [...drawing][0]!.child.kill('SIGINT');
    const outcomes = await Promise.all(
      running.map(async (one) => {
        const outcome = await one.ended;
        drawing.delete(one);
        stop();
        return outcome;
      }),
    );
    const lines = outcomes.map(({ stderr }) => stderr.trimEnd().split('\n').at(-1)!);
    expect(
      lines.filter((line) => line.includes('another process')),
      lines.join('\n'),
    ).toHaveLength(3);
    expect(lines.filter((line) => line.includes('SIGINT'))).toHaveLength(1);
  });
});

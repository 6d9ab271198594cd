import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  failureLine,
  makeFolder,
  removeFolders,
  tilecurve,
  tilecurveDone,
  tilecurveFails,
  tilecurveJson,
} from './command-line.js';

const INSOLATION = join(import.meta.dirname, '../../data/insolation.zarr');

/** Arguments in one line; S is the store, SRC a good source. Exit code, and what the line must name. */
type Case = readonly [line: string, code: 1 | 2, named: RegExp];

const WRITE = 'write SRC --store S --layer new';
const QUERY = 'query --store S --layer old --parameter insolation';
const GET = 'get --store S --layer old --parameter insolation';

const writing: readonly Case[] = [
  ['write /nowhere/x.zarr --store S --layer new', 1, /\/nowhere\/x\.zarr/],
  ['write SRC/.zattrs --store S --layer new', 1, /\.zattrs/],
  ['write S --store S --layer new', 1, /not a Zarr store/],
  ['write SRC --store S --layer old', 1, /exists.*--overwrite/],
  ['write SRC --store S --layer Bad', 2, /Bad/],
  ['write SRC --store S --layer ../x', 2, /\.\.\/x/],
  ['write SRC --store S', 2, /--layer/],
  ['write SRC --store s3://bucket/x --layer new', 1, /s3:/],
  ['write SRC --store memory: --layer new', 2, /memory:/],
  ['write SRC --store SRC/.zattrs --layer new', 1, /\.zattrs/],
  ['write', 2, /source|--store/],
  ['write SRC SRC --store S --layer new', 2, /too many arguments/],
  [`${WRITE} --parameters nope`, 2, /nope.*insolation/],
  [`${WRITE} --parameters ,`, 2, /parameters/],
  [`${WRITE} --curve peano`, 2, /peano.*hilbert/],
  [`${WRITE} --codec lz5`, 2, /lz5.*zstd/],
  [`${WRITE} --tile-shape t=0`, 2, /t.*0/],
  [`${WRITE} --tile-shape rows=4`, 2, /rows/],
  [`${WRITE} --tile-shape row=4=8`, 2, /row=4=8/],
  [`${WRITE} --tile-shape row=4,row=8`, 2, /row/],
  [`${WRITE} --segment-bytes large`, 2, /large/],
  [`${WRITE} --segment-bytes 5`, 2, /5/],
  [`${WRITE} --memory 1MiB`, 2, /16MiB/],
  [`${WRITE} --levels 3`, 2, /levels.*3/],
  [`${WRITE} --temporal-resolution 6h`, 2, /6h/],
  [`${WRITE} --temporal-resolution PT0S`, 2, /PT0S/],
  [`${WRITE} --frobnicate`, 2, /--frobnicate/],
];

const reading: readonly Case[] = [
  ['ls --store /nowhere/s', 1, /\/nowhere\/s/],
  ['ls --store S/no:where', 1, /no:where/],
  ['info --store S --layer nope', 1, /nope/],
  ['info --store S --layer old --snapshot 7', 1, /7/],
  ['delete --store S --layer nope', 1, /nope/],
  ['query --store S --layer nope --parameter insolation', 1, /nope/],
  ['query --store S --layer old --parameter nope', 1, /nope.*insolation/],
  ['query --store S --layer old', 2, /--parameter/],
  [`${QUERY} --bbox 1,2,3`, 2, /1,2,3/],
  [`${QUERY} --bbox a,b,c,d`, 2, /bbox/],
  [`${QUERY} --bbox 0,55,1,51`, 2, /south/],
  [`${QUERY} --bbox 0.1,50.1,0.2,50.2`, 1, /0\.1,50\.1,0\.2,50\.2/],
  [`${QUERY} --bbox 0,95,1,99`, 2, /95/],
  [`${QUERY} --datetime tomorrow`, 2, /tomorrow/],
  [`${QUERY} --datetime 2026-06-02/2026-06-01`, 2, /2026-06-02/],
  [`${QUERY} --datetime 1999-01-01T00:00:00Z`, 1, /1999/],
  [`${QUERY} --z high`, 2, /high/],
  [`${QUERY} --axis number=3`, 2, /number/],
  [`${QUERY} --crs EPSG:99999`, 2, /99999/],
  [`${QUERY} --snapshot 9`, 1, /9/],
  [`${GET} --col 99 --row 0`, 1, /outside.*99/],
  [`${GET} --col -1 --row 0`, 2, /-1/],
  ['serve --store /nowhere/s', 1, /\/nowhere\/s/],
  ['serve --store S --port 99999', 2, /99999/],
  ['frobnicate', 2, /frobnicate/],
];

describe('what is wrong with a command', () => {
  let store: string;
  let layersBefore: unknown;

  beforeAll(async () => {
    store = await makeFolder();
    await tilecurveDone(['write', INSOLATION, '--store', store, '--layer', 'old']);
    layersBefore = await tilecurveJson(['ls', '--store', store]);
  });
  afterAll(removeFolders);

  function split(line: string): string[] {
    return line.split(' ').map((word) => word.replace(/^SRC/, INSOLATION).replace(/^S(?=$|\/)/, store));
  }

  it.each(writing)('is told in one line: %s', async (line, code, named) => {
    expect(await tilecurveFails(split(line), code)).toMatch(named);
    expect(await readdir(join(store, 'layers'))).toEqual(['old']);
  });

  it.each(reading)('is told in one line: %s', async (line, code, named) => {
    expect(await tilecurveFails(split(line), code)).toMatch(named);
  });

  it('leaves the store as it was', async () => {
    expect(await tilecurveJson(['ls', '--store', store])).toEqual(layersBefore);
    expect(await readdir(store)).toEqual(['layers']);
  });

  it('is the same with --json, and nothing is on stdout', async () => {
    expect(await tilecurveFails(split('info --store S --layer nope --json'), 1)).toMatch(/nope/);
    expect(await tilecurveFails(split(`${QUERY} --bbox 0.1,50.1,0.2,50.2 --json`), 1)).toMatch(/bbox/);
  });

  it('comes with its stack under --verbose', async () => {
    const { code, stdout, stderr } = await tilecurve(split('info --store S --layer nope --verbose'));
    const [line, ...stack] = stderr.trimEnd().split('\n');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    failureLine({ code, stdout, stderr: `${line}\n`, signal: null }, 1);
    expect(stack.filter((text) => text.startsWith('    at ')).length).toBeGreaterThan(0);
  });
});

describe('help', () => {
  it('is a result of its own when asked for, and wrong usage when no command is given', async () => {
    const help = await tilecurve(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['write', 'ls', 'info', 'verify', 'get', 'query', 'serve', 'demo', 'delete']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(await tilecurve([])).toMatchObject({ code: 2, stdout: '' });
  });
});

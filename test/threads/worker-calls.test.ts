import { afterEach, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../src/errors/index.js';
import { leastBusy, WorkerCalls } from '../../src/threads/index.js';

interface Request {
  readonly id: number;
  /** `hold` is answered after the next one. */
  readonly text: string;
}

interface Reply {
  readonly id: number;
  readonly text: string;
}

const script = `const { parentPort, workerData } = require('node:worker_threads');
  let held;
  parentPort.on('message', ({ id, text }) => {
    if (text === 'throw') throw new Error('thrown in the thread');
    if (text === 'hold') held = id;
    else {
      parentPort.postMessage({ id, text: workerData + text });
      if (held !== undefined) parentPort.postMessage({ id: held, text: 'held' });
    }
  });`;

const started: WorkerCalls<Request, Reply>[] = [];

function start(code = script): WorkerCalls<Request, Reply> {
  const calls = new WorkerCalls<Request, Reply>({
    code: { script: code, isCode: true },
    data: 'said ',
    task: 'says',
  });
  started.push(calls);
  return calls;
}

const ask = (calls: WorkerCalls<Request, Reply>, text: string) => calls.call((id) => ({ id, text }));
const failureOf = (answer: Promise<Reply>) => answer.catch((error: unknown) => error);

afterEach(async () => {
  for (const calls of started.splice(0)) await calls.close();
});

describe('WorkerCalls', () => {
  it('gives each request its own answer, whatever their order', async () => {
    const calls = start();
    const order: string[] = [];
    const answers = ['hold', 'a'].map(async (text) => {
      order.push((await ask(calls, text)).text);
    });
    expect(calls.waiting).toBe(2);
    await Promise.all(answers);
    expect(order).toEqual(['said a', 'held']);
    expect(calls.waiting).toBe(0);
  });

  it('fails all that waits, and all that follows, when the thread fails', async () => {
    const calls = start();
    const [held, thrown] = await Promise.all(['hold', 'throw'].map((text) => failureOf(ask(calls, text))));
    expect(thrown).toBeInstanceOf(UnavailableError);
    expect((thrown as UnavailableError).fields).toEqual({ cause: 'thrown in the thread' });
    expect([held, await failureOf(ask(calls, 'a'))]).toEqual([thrown, thrown]);
  });

  it('fails what waits when the thread is closed', async () => {
    const calls = start();
    const held = failureOf(ask(calls, 'hold'));
    await calls.close();
    expect(await held).toBeInstanceOf(UnavailableError);
  });
});

describe('leastBusy', () => {
  it('takes the first of those that have least to do', () => {
    const threads = [{ waiting: 2 }, { waiting: 1 }, { waiting: 1 }];
    expect(leastBusy(threads)).toBe(threads[1]);
  });
});

import { type ChildProcess, fork } from 'node:child_process';

/** A TypeScript file run as a process of its own, which tells what it has to tell by messages. */
export interface WorkerProcess<Message> {
  /** Resolves once it has said that it is ready. */
  readonly isReady: Promise<void>;
  /** Everything it told after that, when it has ended. Rejects when it ended badly. */
  readonly ended: Promise<readonly Message[]>;
  send(message: string): void;
  kill(): void;
}

/** Starts `file` with `task` as its only argument; `onMessage` hears each message as it comes. */
export function startWorker<Message>(
  file: string,
  task: object,
  onMessage: (message: Message) => void = () => {},
): WorkerProcess<Message> {
  const child = fork(file, [JSON.stringify(task)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const messages: Message[] = [];
  let ready: () => void = () => {};
  const isReady = new Promise<void>((done) => {
    ready = done;
  });
  child.on('message', (message) => {
    if (message === 'ready') return ready();
    messages.push(message as Message);
    onMessage(message as Message);
  });
  const ended = endOf(child).then(() => messages);
  // Whoever waits for it to be ready must hear that it never will.
  const failed = ended.then(() => undefined);
  return {
    isReady: Promise.race([isReady, failed]),
    ended,
    send: (message) => child.send(message),
    kill: () => child.kill('SIGKILL'),
  };
}

function endOf(child: ChildProcess): Promise<void> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      if (code === 0) done();
      else fail(new Error(`a worker ended with ${code ?? signal}: ${stderr}`));
    });
  });
}

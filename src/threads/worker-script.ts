/** What a worker thread is started with. */
export interface WorkerScript {
  readonly script: URL | string;
  /** Whether `script` is code, not a file's address. */
  readonly isCode: boolean;
}

/**
 * The file `{name}.js` beside the module of an address (`import.meta.url`), which the bundle has all in one folder. Run from
 * sources (tests, tools), code that has `{name}.ts` compiled first; `before` is a package to import ahead of that, for one so
 * large that compiling it, too, takes seconds.
 */
export function workerScript(moduleUrl: string, name: string, before?: string): WorkerScript {
  if (!moduleUrl.endsWith('.ts')) return { script: new URL(`./${name}.js`, moduleUrl), isCode: false };
  const source = JSON.stringify(new URL(`./${name}.ts`, moduleUrl));
  const first = before === undefined ? '' : `import(${JSON.stringify(before)}).then(() => `;
  const script = `${first}import('tsx/esm/api')${first && ')'}
    .then(({ register }) => { register(); return import(${source}); })`;
  return { script, isCode: true };
}

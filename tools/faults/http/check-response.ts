import { coverageJsonErrors } from '../../../test/formats/coverage-json-schema.js';

const allowed: ReadonlySet<number> = new Set([200, 202, 204, 304, 308, 400, 404, 406, 413, 414]);
/** What tells of the inside of the service: files, stacks, places in the store. */
const inside = /\.[jt]s:\d|node_modules|\/src\/|\bat \w+ \(|layers\/|\.seg\b/;

/** Throws: an Error that says what of an answer no query may get, whatever it asks. */
export async function checkResponse(response: Response): Promise<void> {
  const { status, headers } = response;
  const body = Buffer.from(await response.arrayBuffer());
  const type = headers.get('content-type') ?? '';
  if (!allowed.has(status)) throw new Error(`status ${status}: ${body.subarray(0, 500)}`);
  if (status >= 400) checkProblem(status, type, body.toString());
  else if (status === 204 && body.length > 0) throw new Error(`204 with a body: ${body.subarray(0, 200)}`);
  else if (status === 200 && type.includes('cov+json')) checkCoverageJson(body.toString(), response.url);
  else if (status === 200 && body.length === 0) throw new Error(`an empty answer of ${type}`);
}

function checkProblem(status: number, type: string, text: string): void {
  if (inside.test(text)) throw new Error(`a problem that shows the inside: ${text}`);
  // A page for people, whose form has what was asked.
  if (type.startsWith('text/html') && text !== '') return;
  if (!type.startsWith('application/problem+json')) throw new Error(`a problem of type ${type}`);
  const { code, description } = JSON.parse(text) as { code?: unknown; description?: unknown };
  if (code !== String(status) || typeof description !== 'string' || description === '') {
    throw new Error(`a problem without code and description: ${text}`);
  }
}

function checkCoverageJson(text: string, url: string): void {
  // A line may come back, at the same time, to where it was: its vertices are answered as they are asked.
  const errors = coverageJsonErrors(JSON.parse(text));
  const isLoop = /\/trajectory\b/.test(url) && errors.some(({ keyword }) => keyword === 'uniqueItems');
  const [first] = errors;
  if (first !== undefined && !isLoop) throw new Error(`no valid CoverageJSON: ${JSON.stringify(first)}`);
}

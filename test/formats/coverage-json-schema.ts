import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';

const schema = JSON.parse(readFileSync(new URL('coverage-json.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ allowUnionTypes: true, strict: false }).compile(schema);

/** What the schema of CoverageJSON finds wrong with a document. */
export function coverageJsonErrors(document: unknown): readonly ErrorObject[] {
  validate(document);
  return validate.errors ?? [];
}

import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createMemoryStore } from '../src/blob/index.js';
import { createService } from '../src/service/index.js';

// Lints the descriptions of the API as the service sends them; `npm run check` runs this.

const config = await createConfig({
  extends: ['recommended'],
  rules: {
    // The service is public, and reads only.
    'security-defined': 'off',
  },
});

const app = await createService({ store: createMemoryStore(), log: { write: () => {} } });
let problems = 0;
for (const path of ['/api', '/api/3.1']) {
  const { statusCode, body } = await app.inject({ url: path, headers: { host: 'data.test' } });
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
  for (const { ruleId, severity, message, location } of await lintFromString({ source: body, config })) {
    problems++;
    console.error(`${path} ${location[0]?.pointer ?? ''}: ${severity}: ${message} (${ruleId})`);
  }
}
await app.close();
if (problems > 0) process.exitCode = 1;

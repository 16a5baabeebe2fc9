// timezone: what the loader says of it. How it counts is in timezone.yaml.
import { expect, test } from 'vitest';
import { good, said } from '../judged.ts';

const file = (line: string) => ({
  'routes.yaml': `version: 1
${line}destinations: { log: { plugin: console } }
routes: [{ name: all, send: [log] }]
fallback: { send: [log] }
operator: log
`,
});

test('timezone: left out it is UTC, with a warning and no mistake', async () => {
  const { rules, warnings } = await good(file(''));
  expect(rules.timezone).toBe('UTC');
  expect(warnings.map(({ text }) => text)).toEqual(['`timezone` is missing, so clock times are in UTC. Add it.']);
});

test('timezone: a name that is no zone is a mistake with the nearest one', async () => {
  expect(await said(file('timezone: Europe/Madird\n'))).toMatch(/^routes\.yaml:2:11 {2}[\s\S]*write: +timezone: Europe\/Madrid/);
});

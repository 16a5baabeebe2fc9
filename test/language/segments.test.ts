// segments: what the loader says of them. Whom they hold is in segments.yaml.
import { expect, test } from 'vitest';
import { said } from '../judged.ts';

const file = (segment: string) => ({
  'routes.yaml': `version: 1
timezone: Europe/Madrid
segments:
  internal: { ids: ["demo-*"] }
destinations: { log: { plugin: console } }
routes:
  - name: all
    where: { segment: ${segment} }
    send: [log]
fallback: { send: [log] }
operator: log
`,
});

test('segments: an unknown one that a route names is a mistake with the nearest name', async () => {
  expect(await said(file('internal'))).toBe('');
  expect(await said(file('interna'))).toMatch(
    /^routes\.yaml:8:23 {2}There is no segment `interna`.*`internal`[\s\S]*write: +where: \{ segment: internal \}/,
  );
});

test('segments: one that says nothing is a mistake, for it would hold nobody', async () => {
  const text = file('internal')['routes.yaml'].replace('{ ids: ["demo-*"] }', '{}');
  expect(await said({ 'routes.yaml': text })).toMatch(/^routes\.yaml:4:3 {2}.*`internal`/m);
});

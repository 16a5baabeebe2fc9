// version: the file says which language it is written in, and a word that is not of it is never passed over.
import { expect, test } from 'vitest';
import { said } from '../judged.ts';

const file = (first: string, more = '') => ({
  'routes.yaml': `${first}
timezone: Europe/Madrid
destinations:
  log: { plugin: console }
routes:
  - name: all
    send: [log]
${more}fallback: { send: [log] }
operator: log
`,
});

test('version: 1 is the one there is, as a number or in quotes', async () => {
  expect(await said(file('version: 1'))).toBe('');
  expect(await said(file('version: "1"'))).toBe('');
});

test('version: an unknown one is a mistake at its line and column, and so is none at all', async () => {
  expect(await said(file('version: 2'))).toMatch(/^routes\.yaml:1:10 {2}.*2.*\n +version: 2\n[\s\S]*write: +version: 1/);
  expect(await said(file('# no version'))).toMatch(/`version` is missing/);
});

test('version: an unknown key is a mistake wherever it stands, with its line and column and the nearest word that is known', async () => {
  expect(await said(file('version: 1', '    holdd: 5m\n'))).toMatch(/^routes\.yaml:8:5 {2}.*`holdd`.*`hold`[\s\S]*write: +hold: 5m$/);
  expect(await said(file('version: 1', 'fallbak: { send: [log] }\n'))).toMatch(/^routes\.yaml:8:1 {2}.*`fallbak`.*`fallback`/);
  expect(await said(file('version: 1', '    where: { workspce: acme }\n'))).toMatch(/^routes\.yaml:8:14 {2}.*`workspce`.*`workspace`/);
  expect(await said(file('version: 1', '    limit: { max: 3, pre: 1h }\n'))).toMatch(/^routes\.yaml:8:22 {2}.*`pre`.*`per`/m);
});

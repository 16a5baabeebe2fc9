// workspaces.file: what the loader makes of the table. What routes make of it is in workspaces-file.yaml.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openInForce } from '../../src/in-force/in-force.ts';
import { good, said } from '../judged.ts';

const file = (table: string) => `version: 1
timezone: Europe/Madrid
workspaces: { file: ${table} }
destinations: { log: { plugin: console } }
routes: [{ name: all, where: { workspace.plan: gold }, send: [log] }]
fallback: { send: [log] }
operator: log
`;
const csv = 'id,name,tags,plan,timezone,language\nacme,Acme,vip;spain new,gold,Europe/London,en\n';
const row = { id: 'acme', name: 'Acme', tags: ['vip', 'spain', 'new'], plan: 'gold', timezone: 'Europe/London', language: 'en' };

test('workspaces.file: CSV or YAML, and both say the same', async () => {
  const { workspaces } = await good({ 'routes.yaml': file('workspaces.csv'), 'workspaces.csv': csv });
  expect({ ...workspaces.find('acme') }).toEqual(row);
  const yaml = '- { id: acme, name: Acme, tags: [vip, spain, new], plan: gold, timezone: Europe/London, language: en }\n';
  const other = await good({ 'routes.yaml': file('who.yaml'), 'who.yaml': yaml });
  expect({ ...other.workspaces.find('acme') }).toEqual(row);
});

test('workspaces.file: who is not in it has an id, and no tags', async () => {
  const { workspaces } = await good({ 'routes.yaml': file('workspaces.csv'), 'workspaces.csv': csv });
  expect({ ...workspaces.find('nobody-yet') }).toEqual({ id: 'nobody-yet' });
});

test('workspaces.file: it is looked for beside routes.yaml, also in a folder there', async () => {
  const { workspaces } = await good({ 'routes.yaml': file('tables/who.csv'), 'tables/who.csv': csv });
  expect(workspaces.size).toBe(1);
  expect(await said({ 'routes.yaml': file('none.csv') })).toMatch(/^routes\.yaml:3:21 {2}.*`none\.csv` could not be read/);
});

test('workspaces.file: an id that stands twice is a mistake at its second line', async () => {
  expect(await said({ 'routes.yaml': file('workspaces.csv'), 'workspaces.csv': `${csv}acme,Again,,,,\n` })).toMatch(
    /^workspaces\.csv:3:1 {2}.*acme.*line 2/,
  );
});

test('workspaces.file: a column that the table does not have is a mistake where a route asks for it', async () => {
  const table = csv.replace('plan', 'plann');
  expect(await said({ 'routes.yaml': file('workspaces.csv'), 'workspaces.csv': table })).toMatch(/^routes\.yaml:5:32 {2}.*`plan`.*`plann`/);
});

test('workspaces.file: a bad new version keeps the table of before, until it is good again', async () => {
  const configDir = mkdtempSync(join(tmpdir(), 'relay-table-'));
  mkdirSync(configDir, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(configDir, name), text);
  write('routes.yaml', file('workspaces.csv'));
  write('workspaces.csv', csv);
  const settings = { configDir, proxy: {}, secrets: [], partnerSecrets: [] };
  const inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now });
  onTestFinished(async () => {
    await inForce.close(100);
    rmSync(configDir, { recursive: true });
  });
  write('workspaces.csv', csv.replace('gold', 'basic').replace('\n', '\nacme,Twice,,,,\n'));
  expect(await inForce.reload()).toMatchObject({ ok: false });
  expect(inForce.whoIs('acme').workspace).toMatchObject({ name: 'Acme', plan: 'gold' });
  write('workspaces.csv', csv.replace('gold', 'basic'));
  expect(await inForce.reload()).toMatchObject({ ok: true });
  expect(inForce.whoIs('acme').workspace).toMatchObject({ plan: 'basic' });
});

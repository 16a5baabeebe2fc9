import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fleetNumber, partnerApiDouble } from '../partner-api/double.ts';
import { call, folder, routes } from './call.ts';
import { running } from './running.ts';

async function double() {
  const api = await partnerApiDouble();
  onTestFinished(() => api.close());
  const env = { PARTNER_ID: 'partner_12345', PARTNER_SECRET: 'double-secret-not-real', PARTNER_API_URL: api.url };
  return { api, env };
}
const files = (table: string) => {
  const dir = folder({ 'routes.yaml': routes, 'workspaces.csv': table });
  return { dir, env: { CONFIG_DIR: dir, DATABASE_URL: `sqlite:${join(dir, 'none.db')}` } };
};

test('workspaces lists the table and every workspace that an event named, and says whom the table lacks', async () => {
  const relay = await running();
  await relay.call('simulate', '--event', 'seats-full', '--workspace', 'new-one');
  const { code, out, err } = await relay.call('workspaces');
  expect(code).toBe(0);
  expect(out).toMatch(/^acme +Acme Ltd +vip +yes *$/m);
  expect(out).toMatch(/^new-one +no +20\d\d-/m);
  expect(err).toContain('The table lacks 1 of them: npm run relay -- workspaces pull');
  const { items } = JSON.parse((await relay.call('workspaces', '--json')).out);
  expect(items[0]).toEqual({ id: 'acme', name: 'Acme Ltd', name_from: 'table', tags: ['vip'], in_table: true });
});

test('without a store the table alone is listed', async () => {
  const { env } = files('id,name,tags\nacme,Acme Ltd,vip\n');
  const { code, out, err } = await call(['workspaces'], env);
  expect(code).toBe(0);
  expect(out).toContain('acme');
  expect(err).toContain('there is no store yet');
});

test('pull prints rows in the columns of the table, and leaves the file alone', async () => {
  const { api, env } = await double();
  const { dir, env: where } = files('id;owner_email;name\nacme;a@acme.example;Acme Ltd\n');
  api.fleet.set('shop', { display_name: 'Shop; "best"', whatsapp_accounts: [fleetNumber(1)] });
  const { code, out, err } = await call(['workspaces', 'pull', 'shop', 'gone'], { ...env, ...where });
  expect({ code, out }).toEqual({ code: 0, out: 'shop;;"Shop; ""best"""\n' });
  expect(err).toContain('The Partner API knows none of these: gone');
  expect(err).toContain('Not written. With --write');
  expect(readFileSync(join(dir, 'workspaces.csv'), 'utf8')).toBe('id;owner_email;name\nacme;a@acme.example;Acme Ltd\n');
});

test('pull --write adds the rows and leaves the rest byte for byte: BOM, line ends, mode, link; a second time there is nothing to add', async () => {
  const { api, env } = await double();
  const table = '\ufeffid,name,tags\r\nacme, "Acme, Ltd" ,vip\r\n\r\nlast,Last,';
  const { dir, env: where } = files(table);
  const real = folder({ 'real.csv': table });
  const linked = join(dir, 'linked.csv');
  symlinkSync(join(real, 'real.csv'), linked);
  chmodSync(join(real, 'real.csv'), 0o640);
  const config = folder({ 'routes.yaml': routes.replace('workspaces.csv', linked) });
  api.fleet.set('shop', { display_name: '=1+1', whatsapp_accounts: [] });
  const settings = { ...env, ...where, CONFIG_DIR: config };
  expect((await call(['workspaces', 'pull', 'shop', '--write'], settings)).code).toBe(0);
  expect(readFileSync(join(real, 'real.csv'), 'utf8')).toBe(`${table}\r\nshop,'=1+1,\r\n`);
  expect(lstatSync(linked).isSymbolicLink()).toBe(true);
  expect(statSync(linked).mode & 0o777).toBe(0o640);
  const again = await call(['workspaces', 'pull', 'shop', '--write'], settings);
  expect(again).toMatchObject({ code: 0, out: '' });
  expect(again.err).toContain('The table lacks nobody.');
});

test('pull needs credentials, a table that can be added to, and an API that answers', async () => {
  const { env: where } = files('id,name\nacme,Acme\n');
  const bare = await call(['workspaces', 'pull', 'shop'], where);
  expect(bare.code).toBe(1);
  expect(bare.err).toContain('set PARTNER_ID, PARTNER_SECRET and PARTNER_API_URL');
  const { api, env } = await double();
  api.secret('another');
  const refused = await call(['workspaces', 'pull', 'shop', '--json'], { ...env, ...where });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({ rows: [], failed: ['shop'], written: false });
  expect(refused.err).toContain('Are PARTNER_ID and PARTNER_SECRET what TimelinesAI gave you?');
  const yaml = folder({ 'routes.yaml': routes.replace('workspaces.csv', 'w.yaml'), 'w.yaml': '- { id: acme }\n' });
  const { code, err } = await call(['workspaces', 'pull', 'shop', '--write'], { ...env, ...where, CONFIG_DIR: yaml });
  expect(code).toBe(1);
  expect(err).toContain('only a CSV table is added to');
});

test.each([
  [['workspaces', 'push'], 'it lists, or it takes the word pull; it found "push".'],
  [['workspaces', '--write'], '--write belongs to pull.'],
])('%j is a wrong call', async (args, said) => {
  const { code, err } = await call(args);
  expect(code).toBe(2);
  expect(err).toContain(said);
});

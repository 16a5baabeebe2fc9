// Reports and erasure as a user calls them: a relay of its own, its store read beside it, its API asked.
import { expect, test } from 'vitest';
import { call, folder } from './call.ts';
import { running } from './running.ts';

type List = { items: { type: string; workspace: string }[] };

test('a month is reported as table, CSV and JSON, and a workspace that is forgotten is in none of them', async () => {
  const relay = await running();
  for (const workspace of ['acme', 'shop'])
    for (const event of ['disconnected', 'connected', 'messaging-100', 'token-rotated'])
      expect((await relay.call('simulate', '--event', event, '--workspace', workspace)).code).toBe(0);
  await relay.until<List>('/events', ({ items }) => items.length === 8);
  const [tabled, csv, json, wrong] = await Promise.all([
    relay.call('report', 'security'),
    relay.call('report', 'usage', '--csv'),
    relay.call('report', 'downtime', '--workspace', 'acme', '--json'),
    relay.call('report', 'weather'),
  ]);
  expect([tabled.code, tabled.out.match(/token-rotated/g)?.length]).toEqual([0, 2]);
  expect(tabled.out).not.toContain('123456789');
  expect(csv.out.split('\r\n')[0]).toBe('workspace,resource,period_end,nearly_full,full,used,total,percent,per_day,projected,seats');
  expect(JSON.parse(json.out)).toMatchObject({ report: 'downtime', timezone: 'Europe/Madrid', rows: [{ workspace: 'acme', drops: 1 }] });
  expect(wrong.code).toBe(2);
  // What is asked of a time before the store is answered: nothing, and since when it is kept. What has not begun is no month.
  const [before, ahead] = await Promise.all(['2020-01', '2099-01'].map((month) => relay.call('report', 'security', '--month', month)));
  expect([before?.code, before?.out]).toEqual([0, expect.stringContaining('nothing to report: security, 2020-01')]);
  expect(before?.err).toContain('not a whole month: kept since');
  expect([ahead?.code, ahead?.err]).toEqual([1, expect.stringContaining('"2099-01" is no month that has begun')]);

  const base = `http://127.0.0.1:${relay.env.ADMIN_PORT}/api/v1/reports`;
  const month = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(Date.now()).slice(0, 7);
  const asCsv = await fetch(`${base}/security?month=${month}`, { headers: { accept: 'text/csv' } });
  expect(asCsv.headers.get('content-type')).toContain('text/csv');
  expect((await asCsv.text()).split('\r\n').filter((line) => line.includes(',acme,'))).toHaveLength(2);
  expect((await fetch(`${base}/security?month=${month}&phones=full`)).status).toBe(403);
  expect((await fetch(`${base}/security?month=1999`)).status).toBe(400);

  const forgotten = await relay.call('forget', '--workspace', 'shop', '--reason', 'they left', '--json');
  expect(JSON.parse(forgotten.out)).toMatchObject({
    workspace: 'shop',
    deleted: { events: 4 },
    left: {},
    in_files: false,
    compacted: true,
  });
  expect(forgotten.code).toBe(0);
  // Its table names acme, and that is for whoever wrote it to change.
  const named = await relay.call('forget', '--workspace', 'acme', '--reason', 'they left');
  expect(named.code).toBe(0);
  expect(named.err).toContain('Files of CONFIG_DIR name it');
  expect((await (await fetch(`${base}/security?month=${month}`)).json()) as object).toMatchObject({ rows: [] });
  // It goes on as before.
  expect((await relay.call('simulate', '--event', 'disconnected', '--workspace', 'shop')).code).toBe(0);
  await relay.until<List>('/events', ({ items }) => items.length === 1);
});

test('a report of a month that has not begun, and one without a store, say so', async () => {
  const env = { DATABASE_URL: `sqlite:${folder({})}/relay.db` };
  const none = await call(['report', 'usage', '--timezone', 'UTC'], env);
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('there is no store yet')]);
  const wrong = await call(['report', 'usage', '--month', 'November'], env);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('write 2026-11')]);
});

test('nothing is forgotten without a reason', async () => {
  const { code, err } = await call(['forget', '--workspace', 'acme']);
  expect([code, err]).toEqual([2, expect.stringContaining('--reason is missing')]);
});

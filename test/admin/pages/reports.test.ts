import { expect, onTestFinished, test } from 'vitest';
import { at } from '../../decide/paper.ts';
import { openPages, token } from './stage.ts';

const number = (n: number, more: object = {}) => ({ id: String(n), phone: `+3460011${String(n).padStart(4, '0')}`, ...more });
async function open(options: Parameters<typeof openPages>[0] = {}) {
  const stage = await openPages(options);
  onTestFinished(() => stage.close());
  return stage;
}
const rowsIn = (html: string) => html.match(/<tr><td data-label="Workspace"/g)?.length ?? 0;

test('a report is a table of masked rows, what they come to in all, and the way to all of it as CSV and JSON', async () => {
  const stage = await open();
  await stage.happens('09:10', 'connected', { account: number(1111) });
  await stage.happens('09:11', 'connected', { workspaceId: 'acme', account: number(2222), incidentKey: 'wa:acme:2222' });
  await stage.clock.advance(60 * 60_000);
  const { status, text } = await stage.get('/reports?report=numbers');
  expect(status).toBe(200);
  expect(rowsIn(text)).toBe(2);
  expect(text).toContain('+•••••••1111');
  expect(text).not.toContain('60011');
  expect(text).toContain('<dt>Days connected, in all</dt><dd>2</dd>');
  expect(text).toContain('<dt>Numbers</dt><dd>2</dd>');
  const links = [...text.matchAll(/<a href="([^"]+)" hx-boost="false">(CSV|JSON)/g)].map(([, to]) => to!.replaceAll('&#x2F;', '/'));
  const [csv, json] = await Promise.all(links.map((to) => stage.get(to.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'))));
  expect(csv!.headers['content-type']).toContain('text/csv');
  expect(csv!.text.trimEnd().split('\r\n')).toHaveLength(3);
  expect(json!.json()).toMatchObject({ report: 'numbers', count: 2, totals: { workspaces: 2, numbers: 2, days: 2 } });
  expect(csv!.text + json!.text).not.toContain('60011');
});

test('it is asked for by name, month and workspace, and what is no month is refused by a page', async () => {
  const stage = await open();
  await stage.happens('09:10', 'disconnected');
  await stage.happens('09:11', 'disconnected', { workspaceId: 'acme', incidentKey: 'wa:acme:1' });
  await stage.clock.advance(60_000);
  const down = (await stage.get('/reports?report=downtime&month=2026-11&workspace=acme')).text;
  expect(rowsIn(down)).toBe(1);
  expect(down).toContain('value="acme"');
  expect(down).toMatch(/<option value="downtime" selected>/);
  expect(rowsIn((await stage.get('/reports?report=numbers&month=&workspace=')).text)).toBe(2);
  // Nothing is counted before it is asked for.
  const { text } = await stage.get('/reports?report=&month=&workspace=');
  expect(text).toContain('Choose one');
  expect(rowsIn(text)).toBe(0);
  for (const wrong of ['month=2026-13', 'report=usage&month=2027-01', 'report=weather']) {
    const { status, text } = await stage.get(`/reports?${wrong}`);
    expect([status, text.includes('<h1>')], wrong).toEqual([400, true]);
  }
});

test('the months are those since the store was made, the latest first, and what is missing of one is said', async () => {
  const stage = await open();
  const monthsOf = (html: string) => [...html.matchAll(/<option value="(\d{4}-\d\d)"/g)].map(([, month]) => month);
  const first = (await stage.get('/reports?report=numbers')).text;
  expect(monthsOf(first)).toEqual(['2026-11']);
  expect(first).toMatch(/not complete<\/span> The month still runs\. The relay has its store since <time/);
  await stage.clock.advance(Date.parse('2027-01-10T00:00:00Z') - at('09:00'));
  const later = (await stage.get('/reports?report=numbers')).text;
  expect(monthsOf(later)).toEqual(['2027-01', '2026-12', '2026-11']);
  const december = (await stage.get('/reports?report=numbers&month=2026-12')).text;
  expect(december).toContain('complete</span> The whole month');
  expect((await stage.get('/reports?report=numbers&month=2026-11')).text).not.toContain('still runs');
  expect(december).toContain('Nothing to report.');
});

test('of a long month the first 200 rows are shown, and how many there are', async () => {
  const stage = await open();
  for (let n = 0; n < 203; n++)
    await stage.happens('09:10', 'connected', { workspaceId: `w${n}`, incidentKey: `wa:w${n}:1`, account: { id: '1' } });
  await stage.clock.advance(60_000);
  const { text } = await stage.get('/reports?report=numbers');
  expect(rowsIn(text)).toBe(200);
  expect(text).toContain('all 203 are in the CSV');
  expect(text).toContain('<dt>Days connected, in all</dt><dd>203</dd>');
});

test('whole numbers are for whoever shows ADMIN_TOKEN itself: a browser that signed in with it gets them neither here nor from the API', async () => {
  const stage = await open({ token });
  await stage.signIn();
  await stage.happens('09:10', 'connected', { account: number(1111) });
  await stage.clock.advance(60_000);
  expect((await stage.get('/reports?phones=full')).text).not.toContain('60011');
  const asked = '/api/v1/reports/numbers?month=2026-11&phones=full';
  expect((await stage.get(asked)).status).toBe(403);
  stage.setCookies('');
  expect((await stage.get(asked, { headers: { authorization: `Bearer ${token}` } })).text).toContain('+34600111111');
});

// The pages of routes over real files: the text in force with what was found at its lines, who hears of what, and an edited text tried before it is saved.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InForce, openInForce } from '../../../src/in-force/in-force.ts';
import { openPages, type Stage } from './stage.ts';

const hostile = `<script>alert(1)</script>`;
const dir = mkdtempSync(join(tmpdir(), 'relay-routes-page-'));
const routes = (down = 'ops') => `version: 1
timezone: UTC
segments: { vip: { tags: [vip] } }
destinations:
  ops: { plugin: http, url: "https://ops.example/in", signing_secret: "whsec_c2VrcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0" } # ${hostile} +34600111222
  out: { plugin: console }
routes:
  - { name: down, events: [disconnected], send: [${down}], hold: 5m }
fallback: { send: [out] }
operator: out
`;
const write = (text: string) => writeFileSync(join(dir, 'routes.yaml'), text);

let inForce: InForce;
let stage: Stage;
let id: string;
beforeAll(async () => {
  write(routes());
  const settings = { configDir: dir, proxy: {}, secrets: [], partnerSecrets: [] };
  inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now });
  stage = await openPages({ rules: inForce.rules(), parts: { inForce, judgeRoutes: inForce.judge, imagine: inForce.imagine } });
  const reason = hostile;
  id = (await stage.happens('09:10', 'disconnected', { account: { id: '1', phone: '+34600111222', reason } })).id;
});
afterAll(async () => {
  await stage.close();
  await inForce.close(100);
  rmSync(dir, { recursive: true });
});

const form = (more: Record<string, string> = {}) => ({
  routes: routes('out'),
  by: 'edited',
  event: '',
  workspace: '',
  percent: '',
  ...more,
});
const attempt = async (path: string, fields: Record<string, string>, headers?: Record<string, string>) => {
  const { status, text } = await stage.submit('/routes/try', path, fields, headers);
  return { status, text: text.replaceAll('&#x60;', '`').replaceAll('&#x2F;', '/') };
};
const heard = (text: string) =>
  [
    ...text.matchAll(
      /<td data-label="When"><time[^>]*>([^<]*)<\/time>\s*<\/td><td data-label="To">(\w+)<\/td><td data-label="By route">(\w+)/g,
    ),
  ].map(([, at, to, by]) => `${at} ${to} ${by}`);

test('the file is shown with its lines, warnings at them, and no secret, whole number or markup', async () => {
  const { text } = await stage.get('/routes');
  expect(text).toMatch(/<li id="L9"><code>fallback: \{ send: \[out\] \}/);
  expect(text).toMatch(/<li id="L5"><code>[^\n]*<\/code><p class="notice warning">/);
  expect(text).toContain(inForce.rules().revision);
  expect(text).toContain('as read from routes.yaml');
  expect(text).toContain('+•••••••1222');
  for (const page of ['/routes', '/routes/try']) expect((await stage.get(page)).text).not.toMatch(/c2VrcmV0|alert\(1\)<\/script>/);
});

test('who hears of what stands in a table, holds run to their end, and what only the fallback hears is marked', async () => {
  const { text } = await stage.get('/routes');
  expect(text).toMatch(/<strong>disconnected<\/strong><\/td><td data-label="vip">ops<\/td><td data-label="everyone else">ops<\/td>/);
  expect(text).toMatch(/<strong>any other event<\/strong><\/td><td data-label="vip">out <span class="badge warning">fallback/);
});

test('a file on disk that is refused is told above the one that stays in force', async () => {
  write(routes().replace('send: [ops]', 'send: [opps]'));
  await inForce.reload();
  const { text } = await stage.get('/routes');
  expect(text).toContain('The files on disk are refused');
  expect(text).toMatch(/routes\.yaml:8:\d+/);
  write(routes());
  await inForce.reload();
  expect((await stage.get('/routes')).text).not.toContain('are refused');
});

test('a text is judged as it is typed, with the line as it should read, and as a whole page without script', async () => {
  const bad = form({ routes: routes('opps') });
  const typed = await attempt('/routes/check', bad, { 'hx-request': 'true', 'hx-target': 'judged' });
  expect(typed.text).toContain('1 mistake: the relay would refuse this file.');
  expect(typed.text).toMatch(/routes\.yaml:8:\d+[\s\S]*Write:<\/p>\s*<pre class="code">[^<]*\[ops\]/);
  expect(typed.text).not.toMatch(/<textarea|alert\(1\)<\/script>/);
  const whole = await attempt('/routes/check', bad);
  expect(whole.text).toMatch(/^<!doctype html>[\s\S]*<textarea[\s\S]*1 mistake/);
  expect(whole.text).toContain('routes:\n  - { name: down, events: [disconnected], send: [opps], hold: 5m }\n');
  const long = form({ routes: `${routes('out')}${'# a line\r\n'.repeat(2000)}# the end\r\n` });
  expect((await attempt('/routes/check', long)).text).toContain('# a line\n# the end\n</textarea>');
  expect((await attempt('/routes/check', form())).text).toContain('Fine: the relay would take this file.');
  expect(inForce.rules().routes[0]?.send).toEqual([{ to: 'ops' }]);
  expect((await stage.send('/routes/check', bad)).status).toBe(403);
});

test('a stored event is tried by the file in force and by the edited text, with times, words and trace, without its number', async () => {
  const running = await attempt('/routes/try', form({ event: id, by: 'running' }));
  expect(heard(running.text)).toEqual([expect.stringMatching(/09:15 ops down|09:15 UTC ops down/)]);
  const edited = await attempt('/routes/try', form({ event: id }));
  expect(heard(edited.text)).toEqual([expect.stringMatching(/out down$/)]);
  for (const { text } of [running, edited]) {
    expect(text).toMatch(/data-label="Words">[^<]* is down/);
    expect(text).toMatch(/data-label="Gate">hold/);
    expect(text).not.toMatch(/600111222<\/td>|alert\(1\)<\/script>/);
  }
  expect(await stage.parts.read.deliveries({})).toMatchObject({ items: [] });
});

test('a sample is tried with what is filled in, one of nobody falls to the fallback, and an event that is not there is told', async () => {
  const quota = await attempt('/routes/try', form({ type: 'messaging-90', workspace: 'acme', percent: '93' }));
  expect(heard(quota.text)).toEqual([expect.stringMatching(/out fallback$/)]);
  expect(quota.text).toMatch(/data-label="Words">[^<]*93/);
  expect(heard((await attempt('/routes/try', form({ type: 'unknown' }))).text)).toEqual([expect.stringMatching(/out fallback$/)]);
  expect(await attempt('/routes/try', form({ event: 'e_none' }))).toMatchObject({ status: 404 });
  expect(await attempt('/routes/try', form({ percent: 'many' }))).toMatchObject({ status: 400 });
  expect((await attempt('/routes/try', form({ routes: 'version: 2' }))).text).toContain('Nobody can say');
});

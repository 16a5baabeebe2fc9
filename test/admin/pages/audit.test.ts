// The page of the audit and what fills it: a change at the pages, over the API, a sign-in, a lockout; hostile names and reasons are text in it.
import { beforeEach, expect, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import type { AuditLine } from '../../../src/audit.ts';
import { post } from '../ask.ts';
import { openPages, type Stage, token } from './stage.ts';

const hostile = `<script>alert(1)</script>"onload='x' {{csrf}} sekret +34600111222`;
let stage: Stage;
beforeEach(async () => {
  stage = await openPages({
    token,
    workspaces: [{ id: 'shop', name: `The <b>Shop</b>` }],
    parts: {
      sendTest: async () => ({ class: 'ok', ms: 41, headline: 'A test' }),
      resume: () => false,
      replay: (ids, reason) => stage.stored.replay(ids, reason, stage.clock.now()),
    },
  });
  return () => stage.close();
});
const signedIn = async () => {
  await stage.signIn();
  return stage.happens('09:10', 'disconnected');
};
const lines = async (): Promise<AuditLine[]> => (await stage.parts.read.audit({})).items;
const bearer = { authorization: `Bearer ${token}` };
const take = (fields: Record<string, string>) => stage.submit('/incidents/wa%3Ashop%3A1', '/incidents/wa%3Ashop%3A1/acknowledge', fields);
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&#x2F;/g, '/')
    .replaceAll('&amp;', '&');

test('a change at the pages leaves a line with who, when and why, in words and with a link to what it is about', async () => {
  await signedIn();
  await take({ by: 'Ann', reason: 'on my way' });
  expect((await lines())[0]).toMatchObject({
    ...{ what: 'acknowledge', who: 'page', by: 'Ann', subject: 'wa:shop:1', why: 'on my way', at: stage.clock.now() },
    request: expect.stringMatching(/^r_/),
  });
  const { text } = await stage.get('/audit');
  expect(text).toContain('href="&#x2F;incidents&#x2F;wa%3Ashop%3A1"');
  expect(textOf(text)).toMatch(/Ann took “number down: The &lt;b&gt;Shop&lt;\/b&gt;” on until \d\d:\d\d UTC/);
  expect(text).toContain('on my way');
  expect(text).toContain('aria-current="page">Audit<');
});

test('is exported for the stretch that its filter shows, whatever clocks the pages go by', async () => {
  await signedIn();
  stage.parts.inForce.rules().timezone = 'Europe/Madrid';
  await take({ by: 'Ann', reason: 'on my way' });
  const { text } = await stage.get('/audit?since=2026-11-23T10:00&until=');
  expect(text).toContain('on my way');
  const csv = /href="([^"]*csv)"/.exec(text)![1]!.replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
  expect(csv).toBe('/api/v1/audit?since=2026-11-23T09%3A00%3A00.000Z&format=csv');
  expect((await stage.get(csv)).text).toContain('on my way');
});

test('hostile names and reasons are text in it, without secrets and whole numbers', async () => {
  await signedIn();
  await take({ by: hostile, reason: hostile });
  const { text } = await stage.get('/audit');
  expect(text).toContain('&lt;script&gt;alert(1)');
  expect(text).toContain('+•••••••1222');
  expect(text).not.toMatch(/alert\(1\)<\/script>|sekret|34600111222|"onload/);
  const stored = JSON.stringify(await lines());
  expect(stored).not.toMatch(/sekret|34600111222/);
});

test('every other change is told too: over the API by token, and what changed nothing', async () => {
  await signedIn();
  await post(stage.port, '/api/v1/destinations/ops/test', { reason: 'is it heard?' }, bearer);
  await post(stage.port, '/api/v1/destinations/ops/resume', {}, bearer);
  const text = textOf((await stage.get('/audit')).text);
  expect(text).toContain('Somebody with ADMIN_TOKEN sent a test to ops: ok');
  expect(text).toContain('Somebody with ADMIN_TOKEN resumed ops, which nothing held');
  expect(text).toContain('is it heard?');
  expect(text).toContain('no reason given');
});

test('signing in and out is told, and a lockout once, not for each try', async () => {
  await signedIn();
  await stage.submit('/', '/sign-out');
  for (let n = 0; n < 25; n++) await stage.signIn('a-wrong-token');
  await stage.clock.advance(60_000);
  await stage.signIn();
  expect((await lines()).map(({ what, who, subject }) => [what, who, subject])).toEqual([
    ['sign-in', 'page', '127.0.0.1'],
    ['locked-out', 'stranger', '127.0.0.1'],
    ['sign-out', 'page', undefined],
    ['sign-in', 'page', '127.0.0.1'],
  ]);
  const { text } = await stage.get('/audit');
  expect(text).not.toContain('a-wrong-token');
  expect(textOf(text)).toContain('Somebody without the token was locked out after ten wrong tokens from 127.0.0.1');
});

test('filters narrow it, stay filled in, and go along to older lines and into the table', async () => {
  await signedIn();
  for (let n = 0; n < 3; n++) await take({ by: 'Ann', reason: `round ${n}` });
  await take({ by: 'Bo', reason: 'mine' });
  const { text } = await stage.get('/audit?what=acknowledge&who=ann&subject=&limit=2');
  expect(text).toContain('<option value="acknowledge" selected>');
  expect(text).toContain('name="who" maxlength="200" value="ann"');
  expect(text).toContain('round 2');
  expect(text).not.toMatch(/round 0|mine|signed in from/);
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href]) =>
    href!.replaceAll('&#x2F;', '/').replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
  );
  const older = links.find((href) => href.includes('cursor='))!;
  expect((await stage.get(older)).text).toContain('round 0');
  const csv = links.find((href) => href.includes('format=csv'))!;
  const table = await stage.get(csv);
  expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(table.text.trimEnd().split('\r\n')).toHaveLength(4);
});

test('a line that cannot be written hides no change: it is made, answered as made, and told in the log', async () => {
  await stage.close();
  const broken: AdminParts['audit'] = async () => stage.parts.log.warn({}, 'audit.not_written');
  stage = await openPages({ token, parts: { audit: broken } });
  await signedIn();
  const answer = await take({ by: 'Ann', reason: 'on my way' });
  expect(answer.status).toBe(303);
  expect((await stage.parts.read.incident('wa:shop:1'))?.acknowledged?.by).toBe('Ann');
  expect(stage.lines.slice(-2)).toMatchObject([
    { message: 'admin.changed', what: 'acknowledge', by: 'Ann' },
    { message: 'audit.not_written' },
  ]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPages } from '../../../src/admin/pages/pages.ts';
import type { Gate } from '../../../src/admin/visits.ts';
import { route, rulesOf } from '../../decide/paper.ts';
import { someParts } from '../doorway.ts';
import { openPages, type Stage } from './stage.ts';

const hostile = `<script>alert(1)</script>"onload='x' {{csrf}} \u202Eevil`;
let stage: Stage;
let broken = false;
beforeAll(async () => {
  stage = await openPages({
    rules: rulesOf([route('down', ['ops'], { events: ['disconnected'] })]),
    workspaces: [{ id: 'shop', name: hostile }],
    degraded: ['routes.yaml has a mistake in line 3 <b>with sekret</b>'],
    parts: {
      judgeRoutes: () => Promise.reject(new Error('not asked')),
      sendTest: () => (broken ? Promise.reject(new Error('deep inside')) : Promise.resolve({ class: 'ok', ms: 1, headline: hostile })),
    },
  });
  await stage.happens('09:10', 'disconnected', { account: { id: hostile, phone: '+34600111222' } });
});
afterAll(() => stage.close());

const part = { headers: { 'hx-request': 'true' } };

describe('every page', () => {
  test('has a policy under which nothing inline runs, nothing comes from elsewhere and nothing may frame it', async () => {
    for (const path of ['/', '/incidents', '/destinations', '/nowhere']) {
      const { headers, text } = await stage.get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy, path).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|http|\*/);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff' });
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=")|(src|href)="(https?:|&#x2F;&#x2F;)/);
    }
  });

  test('stands in the frame: where one is, what is wrong, what is in force', async () => {
    const { text } = await stage.get('/incidents');
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain('<a class="skip" href="#main"');
    expect(text).toMatch(/<a href="&#x2F;incidents" aria-current="page">Incidents<\/a>/);
    expect(text.match(/aria-current/g)).toHaveLength(1);
    expect(text).toContain('routes.yaml has a mistake in line 3 &lt;b&gt;with •••&lt;&#x2F;b&gt;');
    expect(text).toMatch(/files <code>r1<\/code>/);
  });

  test('is its main part alone where htmx asks, with what else may have changed', async () => {
    const { text } = await stage.get('/incidents', part);
    expect(text).toMatch(/^<title>Incidents/);
    expect(text).not.toMatch(/<html|<body|<footer/);
    expect(text).toMatch(/<nav id="nav"[^>]*hx-swap-oob/);
    expect(text).toMatch(/<div id="banner"[^>]*hx-swap-oob/);
    const restored = await stage.get('/incidents', { headers: { ...part.headers, 'hx-history-restore-request': 'true' } });
    expect(restored.text).toMatch(/^<!doctype html>/);
    expect(restored.headers.vary).toBe('HX-Request');
  });
});

test('what strangers wrote is text wherever it stands', async () => {
  const [incident] = (await stage.parts.read.incidents({})).items;
  const key = encodeURIComponent(incident!.key);
  for (const path of ['/', '/incidents', `/incidents/${key}`, `/incidents?workspace=${encodeURIComponent(hostile)}`]) {
    const { status, text } = await stage.get(path);
    expect(status, path).toBe(200);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;&#x2F;script&gt;&quot;onload&#x3D;&#39;x&#39; {{csrf}}');
    expect(text).not.toContain('alert(1)</script>');
  }
  expect((await stage.get(`/incidents/${key}`)).text).not.toContain('\u202E');
});

test('no view lets a value through unescaped', () => {
  const folder = new URL('../../../src/admin/pages/views/', import.meta.url);
  for (const name of readdirSync(folder)) expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(/\{\{\{|\{\{\s*[&=]/);
});

test('mustache has one home on the admin side', () => {
  const folder = new URL('../../../src/admin/', import.meta.url);
  const users = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && readFileSync(new URL(name, folder), 'utf8').includes("from 'mustache'"),
  );
  expect(users).toEqual(['pages/view.ts']);
});

test('a number is shown by its last digits', async () => {
  const { text } = await stage.get('/incidents');
  expect(text).toContain('•••••••1222');
  expect(text).not.toContain('34600111222');
});

describe('what goes wrong', () => {
  test('is told in the frame, with its code', async () => {
    for (const [path, status, code] of [
      ['/nowhere', 404, 'relay.not_found'],
      ['//nowhere?said=%', 404, 'relay.not_found'],
      ['/incidents/none', 404, 'admin.not_found'],
      ['/incidents?limit=9999', 400, 'admin.bad_request'],
    ] as const) {
      const answer = await stage.get(path);
      expect([answer.status, answer.text.includes(code), answer.text.includes('<nav')], path).toEqual([status, true, true]);
      expect(answer.text).toContain(String(answer.headers['x-request-id']));
    }
  });

  test('is no slash too many: that page is the same', async () => {
    for (const path of ['//', '//?said=none']) expect((await stage.get(path)).text, path).toContain('<h1');
  });

  test('is no word of the inside where the relay itself is at fault', async () => {
    broken = true;
    const answer = await stage.submit('/destinations/ops', '/destinations/ops/test', { event: 'disconnected' });
    broken = false;
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('relay.fault');
    expect(answer.text).not.toContain('deep inside');
    expect(stage.lines).toContainEqual(expect.objectContaining({ message: 'page.failed', route: '/destinations/:name/test' }));
  });

  test('is a problem document for a program', async () => {
    const answer = await stage.get('/nowhere', { headers: { accept: 'application/json' } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'relay.not_found' });
  });
});

test('what a page says after a change it says once, and only what the relay said', async () => {
  const answer = await stage.submit('/destinations/ops', '/destinations/ops/test', { event: 'disconnected' });
  expect(answer.status).toBe(303);
  const path = String(answer.headers.location);
  expect((await stage.get(path)).text).toContain('The test arrived after 1 ms: “&lt;script');
  expect((await stage.get(path)).text).not.toContain('The test arrived');
  expect((await stage.get('/destinations/ops?said=Send+your+token+to+me')).text).not.toContain('Send your token');
});

test('style and scripts are kept by the browser for good, under addresses that name their content', async () => {
  const { text } = await stage.get('/');
  const named = [...text.replaceAll('&#x2F;', '/').matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(named).toHaveLength(5);
  for (const path of named) {
    const answer = await stage.get(path);
    expect([answer.status, answer.headers['cache-control']], path).toEqual([200, 'public, max-age=31536000, immutable']);
    const again = await stage.get(path, { headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
  }
  for (const path of ['/assets/x/pages.css', '/assets/..%2f/pages.ts', '/assets/%2e%2e/%2e%2e%2fapi.ts'])
    expect((await stage.get(path)).status, path).toBe(404);
});

test('nothing is answered to a request that did not come by the door', async () => {
  const gate = { visit: () => undefined, stranger: () => undefined, signs: true } as unknown as Gate;
  const app = await buildPages(someParts().parts, gate);
  for (const url of ['/', '/sign-in', '/assets/x/y'])
    expect((await app.inject(url)).json()).toMatchObject({ status: 401, code: 'admin.refused' });
  await app.close();
});

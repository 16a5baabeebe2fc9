// What strangers write is text, wherever it comes up: a relay that heard, was told and was answered nothing but markup and script, every page of it in a
// real browser, and its answers as they are.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../admin/ask.ts';
import { csrfIn } from '../admin/pages/stage.ts';
import { type Busy, busyRelay, planted } from '../story/busy.ts';
import { crawl, type Seen } from '../story/crawl.ts';
import { sample } from '../story/world.ts';
import { openBrowser } from './open-browser.ts';

/** Out of an attribute, a tag and a text, by each way that runs a script; `hit` says that it ran. */
const hostile = `"'><img src=x onerror=hit()><script>hit()</script><svg onload=hit()><a href="javascript:hit()">x</a>{{7*191}}\${7*191}`;
const events = [
  ...['api-calls-100', 'connected', 'disconnected', 'messaging-100', 'messaging-90', 'overview-messaging-90', 'seats-full'],
  ...['token-rotated', 'transactions-100'],
];

/** Each sample once for each text and number in it, with that one taken over; and once as nobody has sent it. */
function bodies(): object[] {
  const now = new Date().toISOString();
  return events.flatMap((name) => {
    const whole = { ...sample(name), ...('triggered_at' in sample(name) && { triggered_at: now }) } as Record<string, unknown>;
    const { data } = whole as { data?: Record<string, unknown> };
    const fields = Object.keys(data ?? whole).filter((field) => field !== 'partner_id');
    const taken = fields.map((field) =>
      data === undefined ? { ...whole, [field]: hostile } : { ...whole, data: { ...data, [field]: hostile } },
    );
    return [whole, ...taken, { ...whole, [hostile]: hostile, note: { deep: [hostile] } }];
  });
}

let busy: Busy;
let seen: Seen[];
let browser: Browser;
let close: () => Promise<void>;
const query = encodeURIComponent(hostile);
const queries = [
  ...[
    '/events?workspace=',
    '/events?since=',
    '/events?phone=',
    '/events?type=',
    '/incidents?workspace=',
    '/incidents?state=',
    '/reports?workspace=',
  ],
  ...[
    '/reports?month=',
    '/reports?report=',
    '/routes/try?event=',
    '/sign-in?to=',
    '/?said=',
    '/events?cursor=',
    '/events/',
    '/incidents/',
    '/destinations/',
  ],
  ...[
    '/nowhere/',
    '/api/v1/events?workspace=',
    '/api/v1/events?type=',
    '/api/v1/events/',
    '/api/v1/incidents/',
    '/api/v1/reports/usage?month=',
  ],
].map((path) => path + query);

beforeAll(async () => {
  [{ browser, close }, busy] = await Promise.all([openBrowser(), busyRelay({ said: hostile, named: hostile, bodies: bodies() })]);
  seen = await crawl(busy, [...queries, '/sign-in?to=javascript:hit()', '/sign-in?to=//evil.example']);
  // Mistakes that quote what stands in the files.
  busy.stage.file(
    'routes.yaml',
    `version: 1\ndestinations:\n  ops: { plugin: ${JSON.stringify(hostile)} }\nroutes:\n  - { name: ${JSON.stringify(hostile)}, events: [${JSON.stringify(hostile)}], send: [${JSON.stringify(hostile)}] }\n`,
  );
  for (let n = 0; n < 200 && !(await ask(busy.relay.port, '/readyz')).text.includes('rules.bad'); n++)
    await new Promise((go) => setTimeout(go, 50));
  seen.push(
    ...(await crawl({ relay: busy.relay, ids: { ...busy.ids, events: [], deliveries: [], incidents: [] } })).map((one) => ({
      ...one,
      path: `${one.path} (refused files)`,
    })),
  );
}, 240_000);
afterAll(async () => {
  await busy?.close();
  await close?.();
});

const pages = () => seen.filter(({ type }) => type.startsWith('text/html'));

test('it came up nearly everywhere', () => {
  const quoted = pages().filter(({ text }) => text.includes('&lt;img src') && text.includes('{{7*191}}'));
  for (const path of [
    '/',
    '/events/',
    '/incidents/',
    '/destinations/',
    '/silences',
    '/reports',
    '/reports?report=numbers',
    '/routes',
    '/routes/try',
    '/events?workspace',
    '/ack/',
  ])
    expect(
      quoted.some((one) => one.path.startsWith(path)),
      path,
    ).toBe(true);
  expect(busy.ids.events.length).toBeGreaterThan(35);
});

test('as it is sent, no page has a tag, an attribute or a link of it', () => {
  for (const { path, text } of pages()) {
    expect(text, path).not.toMatch(/<img src=x|<script>|<svg onload|onerror=hit|<a href="javascript|href="javascript|1337/);
    expect(text.replaceAll(/<(script src|svg width|svg xmlns|iframe class="mail" src="&#x2F;events&#x2F;)/g, ''), path).not.toMatch(
      /<(script|svg|iframe|object|embed|base)\b/,
    );
    // One attribute that it began would be one too many.
    expect(text, path).not.toMatch(/\son\w+\s*=/);
  }
});

test('nobody is led away', () => {
  const led = seen.filter(({ headers }) => headers.location !== undefined);
  expect(led.length).toBeGreaterThan(0);
  for (const { path, headers } of led) expect(String(headers.location), path).toMatch(/^\/(?![/\\])/);
});

test('each page forbids what it does not bring along, and each answer of the API is nothing but data', () => {
  for (const { path, headers, type } of seen) {
    if (path.startsWith('/ack/') || path.startsWith('/list/')) continue;
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    if (type.startsWith('text/html')) expect(headers['content-security-policy'], path).toMatch(/default-src 'none'/);
    if (!path.startsWith('/api/v1')) continue;
    expect(type, path).toMatch(/^(application\/(problem\+)?json|text\/csv)\b/);
    if (type.startsWith('text/csv')) expect(headers['content-disposition'], path).toContain('attachment');
  }
});

test('in a browser no script of it runs, and nothing is made of it', async () => {
  const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${planted.adminToken}` } });
  const page = await context.newPage();
  const hits: string[] = [];
  await page.exposeFunction('hit', () => hits.push(page.url()));
  page.on('dialog', (dialog) => {
    hits.push(dialog.message());
    void dialog.dismiss();
  });
  // One of each kind where there are hundreds of the same.
  const kinds = new Map(
    pages()
      .filter(({ path }) => !/^\/(ack|list)\/|refused/.test(path))
      .map((one) => [kindOf(one), one.path]),
  );
  const all = [
    ...new Set([
      ...kinds.values(),
      ...queries.filter((path) => !path.startsWith('/api')),
      ...busy.ids.events.slice(0, 25).map((id) => `/events/${id}`),
    ]),
  ];
  expect(all.length).toBeGreaterThan(40);
  for (const path of all) {
    await page.goto(`http://127.0.0.1:${busy.relay.adminPort}${path}`, { waitUntil: 'load' });
    expect({ path, made: await page.evaluate(madeOf) }).toEqual({ path, made: [] });
  }
  await context.close();
  expect(hits).toEqual([]);
}, 180_000);

const kindOf = ({ path }: Seen): string => path.replace(/\/[de]_[0-9A-Z]+/g, '/id').replace(/^\/incidents\/.*?%3A.*?/, '/incidents/');

/** Elements and attributes that no page of ours has; run in the page. */
const madeOf = `[...document.querySelectorAll('*')].flatMap((one) => {
  const ours = one.matches('iframe.mail[sandbox=""][src^="/events/"]');
  const strange = !ours && (['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(one.tagName) || (one.tagName === 'SCRIPT' && !one.src));
  const handlers = [...one.attributes].filter(({ name }) => /^on/.test(name) || name === 'style');
  const leads = ['href', 'src', 'action', 'formaction'].map((name) => one.getAttribute(name) ?? '').filter((to) => /^\\s*(javascript|data|https?):|^\\/\\//i.test(to));
  const found = [...(strange ? [one.tagName] : []), ...handlers.map(({ name }) => name), ...leads];
  return location.pathname.includes('/mail/') ? found.filter((what) => what !== 'style' && !/^https?:/.test(what)) : found;
})`;

test('what a form answers quotes it as text too', async () => {
  const { relay } = busy;
  const headers = { authorization: `Bearer ${planted.adminToken}`, accept: 'text/html' };
  const csrf = csrfIn((await ask(relay.adminPort, '/silences', { headers })).text)!;
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const fields = {
    csrf,
    workspace: hostile,
    tag: hostile,
    more: hostile,
    lasts: hostile,
    reason: hostile,
    by: hostile,
    routes: hostile,
    account: hostile,
    event: 'disconnected',
  };
  for (const path of [
    '/silences/preview',
    '/silences',
    '/routes/check',
    '/routes/try',
    '/destinations/refusing/test',
    '/destinations/x/test',
    '/sign-in',
  ]) {
    const sent = { ...fields, ...(path === '/routes/try' && { event: hostile }), token: hostile, to: hostile };
    const answer = await ask(relay.adminPort, path, { method: 'POST', headers: form, body: new URLSearchParams(sent).toString() });
    const to = answer.headers.location;
    const { text } = typeof to === 'string' ? await ask(relay.adminPort, to, { headers }) : answer;
    expect(text, path).not.toMatch(/<img src=x|<script>|<svg onload|href="javascript|\son\w+\s*=/);
  }
});

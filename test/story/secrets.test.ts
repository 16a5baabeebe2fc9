// Nothing that a relay says of itself holds a secret or a whole phone number: a relay to which everything happened is asked for everything.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../admin/ask.ts';
import { csrfIn } from '../admin/pages/stage.ts';
import { routeTables } from '../admin/route-tables.ts';
import { type Busy, busyRelay, planted } from './busy.ts';
import { crawl, type Seen } from './crawl.ts';
import { sample, secret, until } from './world.ts';

const number = '+34600111222';
const said = 'asked by +34600111222, 34600111222, 34 600 111 222';
let busy: Busy;
let seen: Seen[];

function bodies(now: number): object[] {
  const times = { triggered_at: new Date(now).toISOString(), current_period_start: undefined, current_period_end: undefined };
  const of = (name: string, more: object = {}) => ({ ...sample(name), ...times, ...more });
  const { whatsapp_account_id: _, ...without } = of('disconnected') as Record<string, unknown>;
  return [
    of('disconnected', { phone_number_e164: number, reason: said }),
    // Without an id of its account its number stands in its key.
    { ...without, workspace_id: 'by-phone', phone_number_e164: number, reason: said },
    { ...without, workspace_id: 'by-digits', phone_number_e164: '34600111222', reason: said },
    { ...without, workspace_id: 'by-groups', phone_number_e164: '34 600 111 222', reason: said },
    of('disconnected', { workspace_id: 'by-id', whatsapp_account_id: number, phone_number_e164: number, reason: said }),
    of('connected', { workspace_id: 'other', phone_number_e164: number }),
    of('token-rotated', { note: said }),
    of('seats-full', { note: said }),
    of('messaging-90', { note: { phone: number, text: said } }),
    of('connected', {
      event_type: 'whatsapp_account:quite_new',
      workspace_id: 'other',
      phone_number_e164: '34 600 111 222',
      reason: said,
      note: said,
    }),
  ];
}

beforeAll(async () => {
  busy = await busyRelay({ said, named: 'My workspace', bodies: bodies(Date.now()) });
  seen = await crawl(busy, [`/events?phone=1222`, `/routes/try?event=${busy.ids.events[0]}`]);
}, 180_000);
afterAll(() => busy?.close());

const secrets = { ...planted, partnerSecret: secret };
/** The secret as it is, as an address and as HTML have it; its first half is as bad. */
const formsOf = (text: string) => [text.slice(0, 18), encodeURIComponent(text), text.replaceAll('/', '&#x2F;').replaceAll('=', '&#x3D;')];
/** All but the last digits, however they are written, escaped or not. */
const whole = /34[ ().-]{0,2}600[ ().-]{0,2}111/;

function leaks(text: string): string[] {
  const found = Object.entries(secrets).filter(([, value]) => formsOf(value).some((form) => text.includes(form)));
  const at = whole.exec(text);
  const around = (index: number) => text.slice(Math.max(0, index - 120), index + 40);
  return [
    ...found.map(
      ([name, value]) =>
        `${name}: …${around(
          formsOf(value)
            .map((form) => text.indexOf(form))
            .find((one) => one >= 0)!,
        )}`,
    ),
    ...(at === null ? [] : [`a number: …${around(at.index)}`]),
  ];
}
const leaking = (all: { path: string; text: string }[]) => all.flatMap(({ path, text }) => leaks(text).map((what) => `${path}: ${what}`));

test('everything was asked for, and found', async () => {
  const { pages, api } = await routeTables();
  for (const { method, url } of [...pages, ...api]) {
    if (method !== 'GET' || url.startsWith('/assets/') || url.endsWith('/live')) continue;
    const form = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/?]+')}(\\?|$)`);
    const answers = seen.filter(({ path }) => form.test(path));
    expect(
      answers.some(({ status }) => status < 400),
      url,
    ).toBe(true);
  }
  expect(seen.filter(({ status }) => status >= 500)).toEqual([]);
  for (const kind of ['/ack/', '/list/'])
    expect(
      seen.some(({ path, status }) => path.startsWith(kind) && status === 200),
      kind,
    ).toBe(true);
  // Had nothing been said of them, nothing could have been masked.
  const all = seen.map(({ text }) => text).join('\n');
  for (const word of ['the plug-in failed', 'the receiver answered HTTP 400', '•••', '1222']) expect(all, word).toContain(word);
});

test('no secret and no whole number on any page, in any answer of the API, CSV, figure or page behind a link', () => {
  expect(leaking(seen)).toEqual([]);
});

test('none in the live streams', () => {
  expect(busy.streams()).toContain('event: said');
  expect(busy.streams()).toContain('"kind":"delivery"');
  expect(leaking([{ path: 'streams', text: busy.streams() }])).toEqual([]);
});

test('none on what a form answers', async () => {
  const { relay, ids } = busy;
  const headers = { authorization: `Bearer ${planted.adminToken}`, accept: 'text/html' };
  const csrf = csrfIn((await ask(relay.adminPort, '/silences', { headers })).text)!;
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const answers: { path: string; text: string }[] = [];
  const send = async (path: string, fields: Record<string, string>) => {
    const answer = await ask(relay.adminPort, path, {
      method: 'POST',
      headers: form,
      body: new URLSearchParams({ csrf, ...fields }).toString(),
    });
    const to = answer.headers.location;
    const text = typeof to === 'string' ? (await ask(relay.adminPort, to, { headers })).text : answer.text;
    answers.push({ path, text });
  };
  for (const event of ids.events) await send('/routes/try', { by: 'running', event });
  await send('/silences/preview', { workspace: '*', lasts: '1h', reason: 'a look' });
  for (const name of ['slack', 'mail', 'thrower', 'refusing', 'failing'])
    await send(`/destinations/${name}/test`, { event: 'disconnected', workspace: 'my-workspace' });
  expect(answers.map(({ text }) => text).join()).toContain('The test did not arrive');
  expect(leaking(answers)).toEqual([]);
});

test('none in files that are refused', async () => {
  const { stage, relay, ids } = busy;
  // Broken before anybody could know which of it is secret, on the line that is shown.
  stage.file('routes.yaml', `version: 1\ndestinations:\n  slack: { plugin: slack, chanel: [ "${planted.slack}", "${number}" }\n`);
  await until('the mistake to be found', async () => (await ask(relay.port, '/readyz')).text.includes('rules.bad'));
  const asked = ['/', '/routes', '/api/v1/config', '/routes/try'];
  const again = await crawl({ relay, ids: { ...ids, events: [], deliveries: [], incidents: [] } }, asked);
  expect(again.find(({ path }) => path === '/routes')!.text).toContain('refused');
  expect(leaking([...again, { path: 'readyz', text: (await ask(relay.port, '/readyz')).text }])).toEqual([]);
});

test('none in the log', () => {
  const lines = busy.relay.log().split('\n');
  expect(lines.length).toBeGreaterThan(50);
  expect(leaking(lines.map((text) => ({ path: 'log', text })))).toEqual([]);
});

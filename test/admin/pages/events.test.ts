// Events as pages: found, told whole, each message as it looks, by the real files in force and the shipped words.
import { expect, onTestFinished, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import { at, eventAt, route, rulesOf } from '../../decide/paper.ts';
import { inForceOf } from '../../judged.ts';
import { openPages, type Stage } from './stage.ts';

const hostile = '<script>alert(1)</script>';
const file = `version: 1
timezone: UTC
destinations:
  ops: { plugin: slack, token: xoxb-a-secret-token, channel: "#ops" }
  mail: { plugin: email, smtp: "smtp://mail.invalid", from: a@relay.example, to: b@relay.example, show_phone: yes }
  billing: { plugin: http, url: "https://billing.example/in" }
routes:
  - { name: down, events: [disconnected], send: [ops, mail, billing] }
fallback: { send: [ops] }
operator: ops
`;
const names = ['ops', 'mail', 'billing'];

/** One drop told to three, of whom the first message died, and a quota of another workspace. */
async function told() {
  const { prepare, mask } = await inForceOf({ 'routes.yaml': file });
  const rules = rulesOf([route('down', names, { events: ['disconnected'] })]);
  const replay: AdminParts['replay'] = (ids, reason) => stage.stored.replay(ids, reason, stage.clock.now());
  const stage: Stage = await openPages({ rules, parts: { replay } });
  onTestFinished(() => stage.close());
  Object.assign(stage.parts.inForce, { prepare, mask });
  await stage.happens('09:05', 'messaging-90', { workspaceId: 'other' });
  const event = eventAt('09:10', 'disconnected', {
    id: stage.stored.ids('e'),
    account: { id: '1', phone: '+34600111222', reason: hostile },
  });
  const leased = await stage.stored.accept(event, JSON.stringify({ phone: '+34600111222', note: hostile }));
  await stage.stored.settle(leased[0]!, { class: 'permanent', error: hostile }, { state: 'dead' }, at('09:11'));
  const idOf = (name: string) => leased.find(({ delivery }) => delivery.destination === name)!.delivery.id;
  return { stage, event, path: `/events/${event.id}`, idOf };
}

test('each filter narrows the list, and what is left empty asks for nothing', async () => {
  const { stage } = await told();
  const rows = async (query: string) => (await stage.get(`/events?${query}`)).text.match(/data-label="Outcome"/g)?.length ?? 0;
  expect(await rows('workspace=&phone=&type=&outcome=&since=&until=')).toBe(2);
  for (const query of [
    ...['workspace=other', 'phone=1222', 'type=disconnected', 'outcome=unrouted'],
    ...['since=2026-11-23T09:08:00Z', 'until=2026-11-23T09:08:00Z'],
  ])
    expect(await rows(query), query).toBe(1);
  expect((await stage.get('/events?limit=1')).text).toContain('Older ones');
});

test('a filter by time is by the clocks of the pages and keeps what was written', async () => {
  const stage = await openPages({ rules: rulesOf([route('down', ['ops'])], { timezone: 'Europe/Madrid' }) });
  onTestFinished(() => stage.close());
  await stage.happens('09:05', 'disconnected');
  const rows = async (query: string) => (await stage.get(`/events?${query}`)).text.match(/data-label="Outcome"/g)?.length ?? 0;
  // 09:05 UTC is 10:05 in Madrid.
  for (const [query, found] of [
    ['since=2026-11-23T10:05', 1],
    ['since=2026-11-23T10:06', 0],
    ['until=2026-11-23%2010:05', 0],
    ['until=2026-11-23T10:05:01', 1],
    ['since=2026-11-23T09:05:00Z', 1],
  ] as const)
    expect(await rows(query), query).toBe(found);
  const { text } = await stage.get('/events?since=2026-11-23T09:05:00Z&until=2026-11-23T10:06:07');
  expect(text).toContain('type="datetime-local" value="2026-11-23T10:05"');
  expect(text).toContain('type="datetime-local" value="2026-11-23T10:06:07"');
  const wrong = await stage.get('/events?since=2026-02-30T10:05');
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('since: is a date and time such as 2026-11-23 09:00');
});

test('one event is told whole: each message as it looks, strangers are text, numbers and secrets are masked', async () => {
  const { stage, path } = await told();
  const { status, text } = await stage.get(path);
  expect(status).toBe(200);
  expect(text).not.toMatch(/<script>alert|34600111222|600 111 222|xoxb-a-secret|\sstyle=/);
  expect(text).not.toContain('It cannot be shown');
  expect(text.match(/in the words of today/g)).toHaveLength(names.length);
  // Slack with its colour, the mail by its subject, and what has no look of its own by its parts.
  expect(text).toContain('fill="#D92D20"');
  expect(text).toMatch(/<strong>\[CRITICAL\] shop: WhatsApp \S*1222 down/);
  for (const words of ['As received', 'No message goes out or comes in on this number', 'down: yes']) expect(text).toContain(words);
});

test('a message about many is shown by the first 200 of them, with how many there are and where to read on', async () => {
  const gathered = file.replace(
    '{ name: down, events: [disconnected], send: [ops, mail, billing] }',
    '{ name: gathered, send: [ops], digest: { every: 5m } }',
  );
  const { prepare, mask } = await inForceOf({ 'routes.yaml': gathered });
  const stage: Stage = await openPages({ rules: rulesOf([route('gathered', ['ops'], { digest: { everyMs: 300_000 } })]) });
  onTestFinished(() => stage.close());
  Object.assign(stage.parts.inForce, { prepare, mask });
  for (let n = 0; n < 210; n++) await stage.happens('09:10', 'seats-full', { workspaceId: `ws-${n}`, incidentKey: `seats:ws-${n}` });
  const [ticked] = await stage.stored.commit([{ do: 'tick' }], at('09:20'));
  const [timer] = ticked?.did === 'tick' ? ticked.timers : [];
  await stage.stored.commit([{ do: 'decide', input: { kind: 'timer', timer: timer!, workspace: { id: '' }, reach: {} } }], at('09:20'));
  const { items } = await stage.stored.reads.read.deliveries({});
  const digest = items.find(({ kind }) => kind === 'digest')!;
  const read = await stage.parts.read.event(digest.eventId!, { from: 0, limit: 200 });
  expect(read?.deliveries[0]?.members).toHaveLength(200);
  const { text } = await stage.get(`/events/${digest.eventId}`);
  expect(text).toContain('ws-0');
  expect(text).toMatch(/It tells of 210[^<]*first 200/);
  const [, to] = /href="([^"]*alerts_from[^"]*)"/.exec(text) ?? [];
  expect((await stage.get(to!.replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '='))).json().alerts).toHaveLength(10);
});

test('a mail is shown where it may do nothing', async () => {
  const { stage, path, idOf } = await told();
  const { text, headers } = await stage.get(`${path}/mail/${idOf('mail')}`);
  expect(text).toContain('</html>');
  expect(text).toMatch(/1222 is down/);
  expect(text).not.toMatch(/34600111222|600 111 222|<script/);
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
  expect((await stage.get(`${path}/mail/${idOf('billing')}`)).status).toBe(404);
});

test('a delivery that died is sent again with a reason, and not without', async () => {
  const { stage, path, idOf } = await told();
  const replay = `${path}/replay/${idOf('ops')}`;
  expect((await stage.submit(path, replay, { reason: '' })).status).toBe(400);
  const answer = await stage.submit(path, replay, { reason: 'mended' });
  expect(answer.status).toBe(303);
  expect((await stage.get(String(answer.headers.location))).text).toContain('It is sent again as d_');
  expect(stage.lines).toContainEqual(expect.objectContaining({ message: 'admin.changed', what: 'replay', why: 'mended' }));
  expect((await stage.submit(path, `${path}/replay/${idOf('mail')}`, { reason: 'twice' })).status).toBe(404);
});

test('a search that has looked far enough says how far, and leads on from there', async () => {
  const { stage } = await told();
  const looked = { next: 'further', lookedTo: at('08:00') };
  Object.assign(stage.parts.read, { events: async () => ({ items: [], ...looked }) });
  const nothing = (await stage.get('/events?workspace=acme')).text;
  expect(nothing).toContain('<p>None so far.</p>');
  expect(nothing).toMatch(
    /Looked back to <time datetime="2026-11-23T08:00:00.000Z"[^>]*>[^<]+<\/time>\s+<a href="[^"]*further">Look further/,
  );
});

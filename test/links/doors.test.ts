// What somebody meets who follows a link of a message.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RelayError } from '../../src/errors.ts';
import { at, destination, route, rulesOf } from '../decide/paper.ts';
import { openDoors } from './stage.ts';

const hour = 3_600_000;
const rules = rulesOf(
  [
    route('down', ['ops'], { events: ['disconnected'], ackForMs: 8 * hour, escalate: [{ afterMs: hour, send: [{ to: 'boss' }] }] }),
    route('quota', ['ops', 'owner'], { events: ['messaging-90'], digest: { everyMs: hour } }),
    route('night', ['ops', 'owner'], { events: ['seats-full'], digest: { everyMs: hour } }),
  ],
  { timezone: 'Europe/Madrid' },
);
rules.destinations.owner = destination('owner', { showPhone: true });
const workspaces = [
  { id: 'shop', name: 'Anna & <Söhne>' },
  { id: 'tienda', name: 'La Tienda', language: 'es-MX' },
];
const key = 'wa:shop:1';
type Doors = Awaited<ReturnType<typeof openDoors>>;
let doors: Doors;
beforeEach(async () => {
  doors = await openDoors(rules, workspaces);
});
afterEach(() => doors.close());

const dropped = async (clock = '09:30', workspaceId = 'shop') => {
  const [alert] = await doors.send(clock, 'disconnected', { workspaceId });
  return doors.path('ack', alert!.id);
};

test('looking changes nothing, however often and by whichever method: only the button takes it on', async () => {
  const path = await dropped();
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) expect(await doors.ask(path, method)).toMatchObject({ status: 200 });
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) expect((await doors.ask(path, method)).status).toBe(404);
  expect((await doors.ask(path, 'HEAD')).text).toBe('');
  expect((await doors.incident(key))?.acknowledged).toBeUndefined();
  const { text } = await doors.ask(path);
  expect(text).toContain('<form method="post"><button type="submit">I have it</button></form>');
  expect(text).toContain('Do you see to it?');
});

test('the page says what it is about, and nothing in it can be more than text', async () => {
  const { text } = await doors.ask(await dropped());
  expect(text).toContain('Anna &amp; &lt;Söhne&gt; (shop)');
  expect(text).toContain('WhatsApp number down');
  expect(text).toContain('+•••••••1222');
  expect(text).not.toContain('34600111222');
  expect(text).toContain('23 Nov, 10:30 CET (0 s)');
  expect(text).not.toMatch(/<script|javascript:|\son\w+=|<Söhne/);
});

test('the page is kept by no cache, framed by no site, runs nothing and tells no other site where it was', async () => {
  const { headers } = await doors.ask(await dropped());
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex, nofollow',
  });
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
});

test('the button takes it on, in the name of whom the link was sent to, and says until when', async () => {
  const path = await dropped();
  await doors.until('09:40');
  const taken = await doors.ask(path, 'POST', '');
  expect(taken.status).toBe(200);
  expect(taken.text).toContain('<h1 dir="auto">You have it until 23 Nov, 18:40 CET</h1>');
  expect(taken.text).not.toContain('<form');
  expect((await doors.incident(key))?.acknowledged).toEqual({ at: at('09:40'), until: at('17:40'), by: 'the link sent to ops' });
  expect(doors.logged).toMatchObject([{ message: 'incident.taken', incident: key, by: 'the link sent to ops', until: at('17:40') }]);
  expect((await doors.stored.reads.read.audit({})).items).toMatchObject([
    {
      what: 'acknowledge',
      who: 'link',
      by: 'the link sent to ops',
      subject: key,
      at: at('09:40'),
      facts: { until: '2026-11-23T17:40:00.000Z' },
    },
  ]);
  const { text } = await doors.ask(path);
  expect(text).toContain('Somebody has it');
  expect(text).toContain('the link sent to ops has it until 23 Nov, 18:40 CET.');
  await doors.until('12:00');
  expect((await doors.stored.reads.read.deliveries({ destination: 'boss' })).items).toEqual([]);
});

test('what is over says so, and cannot be taken on', async () => {
  const path = await dropped();
  await doors.send('09:45', 'connected', { workspaceId: 'shop' });
  const looked = await doors.ask(path);
  expect(looked.status).toBe(200);
  expect(looked.text).toContain('It is over');
  expect(looked.text).toContain('over since 23 Nov, 10:45 CET');
  expect(looked.text).not.toContain('<form');
  expect((await doors.ask(path, 'POST', '')).status).toBe(409);
});

test('the link of an old outage does nothing to the next one of the same number', async () => {
  const old = await dropped('09:30');
  await doors.send('09:45', 'connected', { workspaceId: 'shop' });
  const next = await dropped('10:00');
  const looked = await doors.ask(old);
  expect(looked.text).toContain('It is over');
  expect(looked.text).not.toContain('<form');
  expect((await doors.ask(old, 'POST', '')).status).toBe(409);
  expect((await doors.incident(key))?.acknowledged).toBeUndefined();
  expect((await doors.ask(next, 'POST', '')).status).toBe(200);
  expect((await doors.incident(key))?.acknowledged?.by).toBe('the link sent to ops');
});

test('a reader of Spanish reads Spanish', async () => {
  const path = await dropped('09:30', 'tienda');
  expect((await doors.ask(path)).text).toMatch(/<html lang="es">[\s\S]*¿Se encarga usted\?[\s\S]*Me encargo/);
  expect((await doors.ask(path, 'POST', '')).text).toContain('Queda a su cargo hasta el 23 nov, 18:30 CET');
});

test('a link that is not whole, made up or of another kind is 404, and nothing is looked up or read for it', async () => {
  const [alert] = await doors.send('09:30', 'disconnected');
  const path = doors.path('ack', alert!.id);
  const wrong = [
    `${path}x`,
    path.slice(0, -1),
    '/ack/x',
    '/list/x',
    path.replace('/ack/', '/list/'),
    '/ack/%00',
    `/ack/${'d'.repeat(400)}.x`,
  ];
  for (const one of wrong)
    for (const method of ['GET', 'POST']) {
      if (method === 'POST' && one.startsWith('/list/')) continue;
      const answer = await doors.ask(one, method, method === 'POST' ? 'x'.repeat(4000) : undefined);
      expect({ one, method, status: answer.status }).toEqual({ one, method, status: 404 });
      expect(answer.text).toContain('This link leads nowhere');
    }
  expect(doors.asked).toEqual([]);
  expect((await doors.ask(doors.path('ack', 'd_of_before'))).status).toBe(404);
});

test('where the store cannot be written the page says so, and nothing was changed', async () => {
  const full = await openDoors(rules, [], {
    acknowledge: async () => {
      throw new RelayError('store.full', 'the disk of /data is full');
    },
  });
  const [alert] = await full.send('09:30', 'disconnected');
  const answer = await full.ask(full.path('ack', alert!.id), 'POST', '');
  await full.close();
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('That did not work');
  expect(answer.text).not.toContain('/data');
  expect(full.logged).toMatchObject([{ message: 'link.failed', error: expect.stringContaining('/data') }]);
});

test('a relay that has made no link yet answers 404', async () => {
  const bare = await openDoors(rules, [], { key: undefined });
  const [alert] = await bare.send('09:30', 'disconnected');
  expect((await bare.ask(bare.path('ack', alert!.id))).status).toBe(404);
  await bare.close();
});

async function digestTo(name: string) {
  const { items } = await doors.stored.reads.read.deliveries({ destination: name });
  return items.find(({ kind }) => kind === 'digest')!;
}

test('behind the link of a digest stands all that it tells of, as it is now', async () => {
  await doors.send('09:10', 'seats-full', { workspaceId: 'shop', account: { phone: '+34600111222' } });
  await doors.send('09:20', 'seats-full', { workspaceId: 'tienda', account: { id: '77' } });
  await doors.send('09:25', 'seats-full', { workspaceId: 'third' });
  await doors.until('10:30');
  const { id } = await digestTo('ops');
  await doors.stored.commit(
    [{ do: 'decide', input: { kind: 'acknowledge', incidentKey: 'seats:tienda', by: 'Ann <ann@x>' } }],
    at('10:31'),
  );
  const { status, text, headers } = await doors.ask(doors.path('list', id));
  expect(status).toBe(200);
  expect(headers['cache-control']).toBe('no-store');
  expect(text).toContain('3 in this message');
  expect(text).toContain('Sent to ops on ');
  expect([...text.matchAll(/<tr><td.*<\/tr>/g)].map(([row]) => row.replace(/<[^>]+>/g, '|').replace(/\|+/g, '|'))).toEqual([
    '|Anna &amp; &lt;Söhne&gt; (shop)|+•••••••1222|all seats taken|23 Nov, 10:10 CET|not over|',
    '|La Tienda (tienda)|77|all seats taken|23 Nov, 10:20 CET|Ann &lt;ann@x&gt; has it until 23 Nov, 19:31 CET|',
    '|third|all seats taken|23 Nov, 10:25 CET|not over|',
  ]);
});

test('a destination that is shown whole numbers has them on its list, and only that one', async () => {
  await doors.send('09:10', 'seats-full', { workspaceId: 'shop', account: { phone: '+34600111222' } });
  await doors.until('10:30');
  expect((await doors.ask(doors.path('list', (await digestTo('owner')).id))).text).toContain('+34600111222');
  expect((await doors.ask(doors.path('list', (await digestTo('ops')).id))).text).not.toContain('+34600111222');
});

test('the list comes as CSV too, in which no name is a formula', async () => {
  await doors.send('09:10', 'seats-full', { workspaceId: '=cmd|x', account: { phone: '+34600111222' } });
  await doors.send('09:20', 'seats-full', { workspaceId: 'a,"b"' });
  await doors.until('10:30');
  const { id } = await digestTo('owner');
  const { text, headers } = await doors.ask(`${doors.path('list', id)}?format=csv`);
  expect(headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${id}.csv"`,
    'referrer-policy': 'no-referrer',
  });
  expect(text.split('\r\n')).toEqual([
    '\ufeffworkspace,name,number,event,since,state,taken_by,taken_until,ended_at',
    "'=cmd|x,,+34600111222,seats-full,2026-11-23T09:10:00.000Z,open,,,",
    '"a,""b""",,,seats-full,2026-11-23T09:20:00.000Z,open,,,',
    '',
  ]);
});

// What strangers, broken senders and a changed secret bring to the door: refused without a trace, without a cost, and without a word too much.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, readyz, rows, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { type Answer, drop, partner, post, type Running, sample, secret, signature, until, type World, world } from './world.ts';

type Target = Awaited<ReturnType<typeof receiver>>;
const signing = 'whsec_c3RvcnktcGxhbnRlZC1zaWduaW5nLXNlY3JldA==';
const inUrl = 'planted-password-in-a-url';
const inQuery = 'planted-token-in-a-query';
const bearer = 'planted-bearer-of-the-receiver';
let hook: Target;
let ops: Target;
let stage: World;
let relay: Running;

const routes = (more = '') => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${hook.url}?token=${inQuery}", allow_private: yes, signing_secret: env:SIGNING, headers: { authorization: env:BEARER } }
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
${more}routes:
  - { name: everything, send: [hook] }
fallback: { send: [ops] }
operator: ops
`;

beforeAll(async () => {
  hook = await receiver();
  ops = await receiver();
  stage = world(routes());
  relay = await stage.start({ SIGNING: signing, BEARER: bearer, LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await stage.close();
  hook.close();
  ops.close();
});

const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${relay.process.pid}/status`, 'utf8'))![1]) / 1024;
const count = (table: string) => Number(rows(stage, `SELECT count(*) AS n FROM ${table}`)[0]!.n);
const rotation = (workspace: string) => ({ ...sample('token-rotated'), workspace_id: workspace });
const answers: string[] = [];
const knock = async (body: object | string | Buffer, headers: Record<string, string> = {}): Promise<Answer> => {
  const answer = await post(relay, body, headers);
  answers.push(JSON.stringify(answer));
  return answer;
};
const times = async (n: number, run: () => Promise<unknown>) => {
  let left = n;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await run();
    }),
  );
};
const jwt = (head: object, claims: object, algorithm = 'sha256') => {
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${algorithm === '' ? '' : createHmac(algorithm, secret).update(text).digest('base64url')}`;
};
const seconds = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({ partner_id: partner, nbf: seconds() - 180, exp: seconds() + 180, ...more });

test('bodies too large, too deep or no UTF-8 are refused, and five hundred more of each move the memory by less than 40 MB', async () => {
  const large = Buffer.alloc(2 * 1024 * 1024, 0x20);
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const broken = Buffer.concat([Buffer.from('{"event_type":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","workspace_id":"a"}')]);
  const each = async (n: number) => {
    await times(n, async () => expect(await knock(large)).toMatchObject({ status: 413, body: { code: 'webhook.too_large' } }));
    await times(n, async () => expect(await knock(deep)).toMatchObject({ status: 400, body: { code: 'webhook.too_deep' } }));
    await times(n, async () => expect(await knock(broken)).toMatchObject({ status: 400, body: { code: 'webhook.not_json' } }));
  };
  await knock(rotation('warm'));
  await each(50);
  const before = residentMb();
  await each(500);
  const grown = residentMb() - before;
  expect(grown).toBeLessThan(40);
  expect(count('events')).toBe(1);
});

const forged: Record<string, () => Record<string, string>> = {
  'an expired one': () => ({ 'x-tl-signature': jwt({ alg: 'HS256' }, claims({ nbf: seconds() - 600, exp: seconds() - 120 })) }),
  'one that is not valid yet': () => ({ 'x-tl-signature': jwt({ alg: 'HS256' }, claims({ nbf: seconds() + 120, exp: seconds() + 600 })) }),
  'one without an end': () => ({ 'x-tl-signature': jwt({ alg: 'HS256' }, { partner_id: partner, nbf: seconds() - 180 }) }),
  'alg none': () => ({ 'x-tl-signature': jwt({ alg: 'none' }, claims(), '') }),
  'alg none with a signature': () => ({ 'x-tl-signature': jwt({ alg: 'none' }, claims()) }),
  HS512: () => ({ 'x-tl-signature': jwt({ alg: 'HS512' }, claims(), 'sha512') }),
  'another secret': () => ({ 'x-tl-signature': signature({ secret: 'guessed' }) }),
  'the signature of another partner': () => ({ 'x-tl-signature': jwt({ alg: 'HS256' }, claims({ partner_id: 'someone' })) }),
  'another partner in the header': () => ({ 'x-tl-partner-id': 'someone' }),
  'no partner in the header': () => ({ 'x-tl-partner-id': '' }),
  'an empty signature': () => ({ 'x-tl-signature': '' }),
  'what is no token': () => ({ 'x-tl-signature': 'Bearer a.b.c' }),
};

test('what is forged, whichever way, is answered 401 and nothing of it is stored or sent', async () => {
  const before = { events: count('events'), seen: count('seen'), sent: hook.arrived.length };
  for (const [name, headers] of Object.entries(forged)) {
    const answer = await knock(rotation('forged'), headers());
    expect({ name, ...answer }).toMatchObject({ name, status: 401, body: { code: 'webhook.refused' } });
  }
  expect(await knock({ ...rotation('forged'), partner_id: 'someone' })).toMatchObject({ status: 401 });
  expect({ events: count('events'), seen: count('seen'), sent: hook.arrived.length }).toEqual(before);
});

test('refused signatures, five and more, are told to the operator once', async () => {
  const told = await until('the operator to hear of it', () => toldTo(ops).find((text) => text.includes('webhooks are refused')));
  expect(told).toContain('PARTNER_SECRET');
  for (let n = 0; n < 6; n++) await knock(rotation('forged'), forged['another secret']!());
  // Whatever would be told of these is told before what comes later.
  await knock(rotation('marker'));
  await until('a later message', () => hook.taken.some((one) => one.body.alert?.workspace.id === 'marker'));
  expect(rows(stage, "SELECT id FROM deliveries WHERE kind = 'relay' AND details LIKE '%source.refused%'")).toHaveLength(1);
});

test('two hundred copies at once are one event and one message, and each hears the first one’s id', async () => {
  const body = drop('burst');
  const all = await Promise.all(Array.from({ length: 200 }, () => knock(body)));
  expect(all.every(({ status }) => status === 200)).toBe(true);
  expect(new Set(all.map((one) => one.body.id)).size).toBe(1);
  expect(all.filter((one) => one.body.duplicate === false)).toHaveLength(1);
  await knock(rotation('marker-2'));
  await until('a later message', () => hook.taken.some((one) => one.body.alert?.workspace.id === 'marker-2'));
  expect(hook.arrived.filter((one) => one.body.alert?.workspace.id === 'burst')).toHaveLength(1);
});

test('no secret appears in the log, in any answer, in the store or at the receiver', async () => {
  const used = signature();
  // A receiver that hands back what it was sent: its words go into the log, the store and the API.
  hook.answer(({ headers }, reply) => {
    reply.writeHead(500).end(`cannot let in ${headers.authorization}`);
    return 'silence';
  });
  await knock(rotation('secret'), { 'x-tl-signature': used });
  await knock(rotation('secret-2'), { 'x-tl-signature': `${used}x` });
  const failed = await until('a failed attempt', () => rows(stage, "SELECT last_error FROM deliveries WHERE last_code = 'HTTP 500'")[0]);
  expect(failed.last_error).toContain('cannot let in •••');
  const bob = `http://bob:${inUrl}@127.0.0.1:9/`;
  stage.file('routes.yaml', routes(`  wrong: { plugin: http, url: "${bob}", allow_private: yes }\n`));
  const reload = await admin(relay, '/config/reload', {});
  expect(reload.status).toBe(422);
  const asked = ['/events', '/deliveries', '/destinations', '/incidents', '/config'].map(async (path) => {
    const answer = await admin(relay, path);
    expect(answer.status, path).toBe(200);
    return JSON.stringify(answer.body);
  });
  const metrics = await (await fetch(`http://127.0.0.1:${relay.adminPort}/metrics`)).text();
  const said = [...answers, JSON.stringify(reload.body), ...(await Promise.all(asked)), metrics, JSON.stringify(await readyz(relay))];
  hook.answer(() => 200);

  const planted = { secret, used, signing, inUrl, inQuery, bearer };
  const places = {
    log: relay.log(),
    answers: said.join('\n'),
    operator: ops.arrived.map((one) => one.text).join('\n'),
    receiver: hook.arrived.map((one) => one.text).join('\n'),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const [name, value] of Object.entries(planted)) expect(text.includes(value), `${name} in ${place}`).toBe(false);
  }
  const store = readdirSync(stage.dir).filter((name) => name.startsWith('relay.db'));
  for (const name of store) {
    const bytes = readFileSync(join(stage.dir, name));
    for (const value of [secret, used, signing, bearer]) expect(bytes.includes(value), name).toBe(false);
  }
  stage.file('routes.yaml', routes());
});

test('an address that goes on guessing is answered 429, and what is genuine passes from there all the same', async () => {
  let last = 0;
  for (let n = 0; n < 120 && last !== 429; n++) last = (await knock(rotation('guess'), forged['another secret']!())).status;
  expect(last).toBe(429);
  expect(await knock(rotation('genuine'))).toMatchObject({ status: 200, body: { duplicate: false } });
});

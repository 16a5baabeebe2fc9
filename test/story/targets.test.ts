// One relay, one destination for each thing that can be wrong with a target: what is wrong with one of them is no matter of the others.
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, attemptsOf, deliveriesTo, openDeliveries, toldTo } from './ask.ts';
import { type Arrival, type Rule, receiver } from './receiver.ts';
import { post, type Running, sample, until, type World, world } from './world.ts';

type Target = Awaited<ReturnType<typeof receiver>>;
const names = [
  'fine',
  'ops',
  'limited',
  'hanging',
  'dripping',
  'redirecting',
  'moved',
  'canary',
  'locked',
  'picky',
  'backup',
  'broken',
  'away',
  'cutting',
  'tenants',
  'paths',
] as const;
const targets = {} as Record<(typeof names)[number], Target>;
let stage: World;
let relay: Running;
let closedPort: number;

const routes = (key: string) => `version: 1
timezone: UTC
destinations:
  fine: { plugin: http, url: "${targets.fine.url}", allow_private: yes }
  ops: { plugin: http, url: "${targets.ops.url}", allow_private: yes }
  limited: { plugin: http, url: "${targets.limited.url}", allow_private: yes }
  hanging: { plugin: http, url: "${targets.hanging.url}", allow_private: yes, timeout: 1s }
  dripping: { plugin: http, url: "${targets.dripping.url}", allow_private: yes, timeout: 1s }
  redirecting: { plugin: http, url: "${targets.redirecting.url}", allow_private: yes }
  moved: { plugin: http, url: "${targets.moved.url}", allow_private: yes }
  private: { plugin: http, url: "${targets.canary.url}" }
  locked: { plugin: http, url: "${targets.locked.url}", allow_private: yes, headers: { authorization: "${key}" } }
  picky: { plugin: http, url: "${targets.picky.url}", allow_private: yes, if_it_fails: backup }
  backup: { plugin: http, url: "${targets.backup.url}", allow_private: yes }
  broken: { plugin: http, url: "${targets.broken.url}", allow_private: yes }
  away: { plugin: http, url: "${targets.away.url}", allow_private: yes }
  cutting: { plugin: http, url: "${targets.cutting.url}", allow_private: yes }
  tenants: { plugin: http, url: "${targets.tenants.url}", allow_private: yes, headers: { x-tenant: "{{workspace.id}}" } }
  paths: { plugin: http, url: "${targets.paths.url}{{workspace.id}}", allow_private: yes }
  dead: { plugin: http, url: "http://127.0.0.1:${closedPort}/", allow_private: yes }
routes:
${[...names.filter((name) => name !== 'ops' && name !== 'canary' && name !== 'backup'), 'private', 'dead']
  .map((name) => `  - { name: to-${name}, where: { workspace: "${name}-*" }, send: [${name}] }`)
  .join('\n')}
fallback: { send: [ops] }
operator: ops
`;

beforeAll(async () => {
  for (const name of names) targets[name] = await receiver();
  targets.away.close();
  const free = await receiver();
  closedPort = Number(new URL(free.url).port);
  free.close();
  stage = world(routes('old'));
  relay = await stage.start();
});
afterAll(async () => {
  await stage.close();
  for (const target of Object.values(targets)) target.close();
});

const send = async (workspace: string) => {
  expect(await post(relay, { ...sample('token-rotated'), workspace_id: workspace })).toMatchObject({ status: 200 });
};
const of = (target: Target, workspace: string) => target.arrived.filter((one) => one.body.alert?.workspace.id === workspace);
const firstOf = <T>(list: readonly T[]) => list[0]!;
/** The first answer is this, every later one the other. */
const once = (first: Rule, later: Rule = () => 200): Rule => {
  let answered = false;
  return (arrival, reply) => {
    if (answered) return later(arrival, reply);
    answered = true;
    return first(arrival, reply);
  };
};
const health = async (name: string) => {
  const { body } = await admin<{ items: { name: string; health: string }[] }>(relay, '/destinations');
  return body.items.find((one) => one.name === name)?.health;
};

test.concurrent('429 with Retry-After 3 costs no attempt, and delays only its own lane', async () => {
  const { limited, fine } = targets;
  limited.answer(
    once((_, reply) => {
      reply.setHeader('retry-after', '3');
      return 429;
    }),
  );
  await send('limited-0');
  await until('the lane to pause', async () => (await health('limited')) === 'paused');
  const waiting = await until('it to wait', () => deliveriesTo(stage, 'limited').find(({ state }) => state === 'pending'));
  expect(waiting).toMatchObject({ attempts: 0, last_class: 'rate-limited' });
  for (const n of [1, 2, 3]) await send(`limited-${n}`);
  await send('fine-limited');
  await until('the message to another destination', () => of(fine, 'fine-limited').length === 1);
  expect(limited.arrived).toHaveLength(1);
  await until('all that waited', () => limited.taken.length === 4);
  await until('their outcomes', () => deliveriesTo(stage, 'limited').every(({ state }) => state === 'delivered'));
  const [refused, ...after] = limited.arrived;
  for (const one of after) expect(one.at - refused!.at).toBeGreaterThanOrEqual(2990);
  expect(of(fine, 'fine-limited')[0]!.at).toBeLessThan(after[0]!.at);
  for (const delivery of deliveriesTo(stage, 'limited')) {
    expect(delivery).toMatchObject({ attempts: 1 });
    expect(attemptsOf(stage, String(delivery.id)).filter((one) => one.class !== 'ok')).toEqual([]);
  }
});

test.concurrent('a receiver that hangs is cut off at its timeout and tried again under the same id', async () => {
  const { hanging, fine } = targets;
  let cut = false;
  hanging.answer(
    once((_, reply) => {
      reply.on('close', () => {
        cut = true;
      });
      return 'silence';
    }),
  );
  await send('hanging-1');
  await until('the request that hangs', () => hanging.arrived.length === 1);
  await send('fine-hanging');
  await until('the message to another destination', () => of(fine, 'fine-hanging').length === 1);
  expect(cut).toBe(false);
  await until('the end of the hanging request', () => cut);
  await until('the second attempt', () => hanging.taken.length === 1);
  expect(hanging.arrived.map((one) => one.id)).toEqual([hanging.arrived[0]!.id, hanging.arrived[0]!.id]);
  const done = await until('its outcome', () => deliveriesTo(stage, 'hanging').find(({ state }) => state === 'delivered'));
  expect(done.attempts).toBe(2);
  expect(attemptsOf(stage, String(done.id))[0]).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: 1 });
});

test.concurrent('a response that drips is cut off at the same timeout, and its status counts: 500 is tried again, 200 is not', async () => {
  const { dripping } = targets;
  const cut: number[] = [];
  const drip = (status: number) => (_: Arrival, reply: ServerResponse) => {
    reply.writeHead(status, { 'content-type': 'text/plain' });
    const drops = setInterval(() => reply.write('.'), 50);
    reply.on('close', () => {
      clearInterval(drops);
      cut.push(status);
    });
    return 'silence' as const;
  };
  dripping.answer(once(drip(500), drip(200)));
  await send('dripping-1');
  const done = await until('its outcome', () => deliveriesTo(stage, 'dripping').find(({ state }) => state === 'delivered'));
  expect(cut).toEqual([500, 200]);
  expect(done.attempts).toBe(2);
  expect(new Set(dripping.arrived.map((one) => one.id)).size).toBe(1);
});

test.concurrent('a redirect, to the cloud metadata address or to a neighbour, gets no second request and holds the destination', async () => {
  const { redirecting, moved, canary, ops } = targets;
  const to = (status: number, location: string) => (_: Arrival, reply: ServerResponse) => {
    reply.setHeader('location', location);
    return status;
  };
  redirecting.answer(to(302, 'http://169.254.169.254/latest/meta-data/iam/'));
  moved.answer(to(307, canary.url));
  await send('redirecting-1');
  await send('moved-1');
  for (const name of ['redirecting', 'moved']) {
    await until(`${name} to be held`, async () => (await health(name)) === 'held');
    await until('the operator to hear of it', () => toldTo(ops).some((text) => text.includes(`${name} refuses every message`)));
    expect(deliveriesTo(stage, name)).toMatchObject([{ state: 'pending', attempts: 0, last_class: 'config' }]);
  }
  expect(String(firstOf(deliveriesTo(stage, 'redirecting')).last_error)).toMatch(
    /a redirect to http:\/\/169\.254\.169\.254\/.*not followed/,
  );
  expect([redirecting.arrived.length, moved.arrived.length, canary.arrived.length]).toEqual([1, 1, 0]);
});

test.concurrent('an address in a private network is refused without allow_private, before a packet is sent', async () => {
  const { canary, ops } = targets;
  await send('private-1');
  await until('the destination to be held', async () => (await health('private')) === 'held');
  await until('the operator to hear of it', () => toldTo(ops).some((text) => text.includes('private refuses every message')));
  expect(deliveriesTo(stage, 'private')).toMatchObject([{ state: 'pending', last_code: 'outgoing.refused' }]);
  expect(canary.arrived).toEqual([]);
});

test.concurrent('401 holds the destination and the operator hears of it by another; once the file is mended all that waited arrives', async () => {
  const { locked, ops } = targets;
  locked.answer((arrival) => (arrival.headers.authorization === 'new' ? 200 : 401));
  await send('locked-1');
  await until('the destination to be held', async () => (await health('locked')) === 'held');
  for (const n of [2, 3, 4]) await send(`locked-${n}`);
  const told = await until('the operator to hear of it', () => toldTo(ops).find((text) => text.includes('locked refuses every message')));
  expect(told).toContain('HTTP 401');
  expect(locked.arrived).toHaveLength(1);
  expect(deliveriesTo(stage, 'locked').map(({ state, attempts }) => ({ state, attempts }))).toEqual(
    Array.from({ length: 4 }, () => ({ state: 'pending', attempts: 0 })),
  );
  stage.file('routes.yaml', routes('new'));
  await until('all that waited', () => locked.taken.length === 4);
  expect(new Set(locked.taken.map((one) => one.body.alert?.workspace.id)).size).toBe(4);
  expect(await health('locked')).toBe('ok');
});

test.concurrent('404 holds a destination whose table fills in a header alone, and ends one message where it fills in the path', async () => {
  const { tenants, paths } = targets;
  tenants.answer(() => 404);
  paths.answer(() => 404);
  await send('tenants-1');
  await send('paths-1');
  await until('the destination to be held', async () => (await health('tenants')) === 'held');
  await until('the end of the message', () => deliveriesTo(stage, 'paths').some(({ state }) => state === 'dead'));
  expect(tenants.arrived[0]!.headers['x-tenant']).toBe('tenants-1');
  expect(deliveriesTo(stage, 'tenants')).toMatchObject([{ state: 'pending', attempts: 0, last_class: 'config', last_code: 'HTTP 404' }]);
  expect(deliveriesTo(stage, 'paths')).toMatchObject([{ state: 'dead', attempts: 1, last_class: 'permanent', last_code: 'HTTP 404' }]);
  expect(await health('paths')).toBe('ok');
});

test.concurrent('500 is retried with growing waits', async () => {
  const { broken } = targets;
  broken.answer(() => (broken.arrived.length < 3 ? 500 : 200));
  await send('broken-1');
  await until('the third attempt', () => broken.taken.length === 1);
  const [first, second, third] = broken.arrived.map((one) => one.at) as [number, number, number];
  expect(second - first).toBeGreaterThanOrEqual(1990);
  expect(third - second).toBeGreaterThanOrEqual(4990);
  const done = await until('its outcome', () => deliveriesTo(stage, 'broken').find(({ state }) => state === 'delivered'));
  expect(done.attempts).toBe(3);
  expect(attemptsOf(stage, String(done.id)).map((one) => one.code)).toEqual(['HTTP 500', 'HTTP 500', null]);
});

test.concurrent('400 is the end of a message at once: if_it_fails takes it, the operator hears', async () => {
  const { picky, backup, ops } = targets;
  picky.answer(() => 400);
  await send('picky-1');
  await until('the message at the other destination', () => backup.taken.length === 1);
  expect(backup.taken[0]!.body).toMatchObject({ destination: 'backup', route: 'to-picky', alert: { workspace: { id: 'picky-1' } } });
  const told = await until('the operator to hear of it', () => toldTo(ops).find((text) => text.includes('A message for picky')));
  expect(told).toContain('backup was told instead');
  expect(deliveriesTo(stage, 'picky')).toMatchObject([{ state: 'dead', attempts: 1, last_class: 'permanent', last_code: 'HTTP 400' }]);
  expect(picky.arrived).toHaveLength(1);
});

test.concurrent('a connection cut without an answer counts as perhaps told, and is tried again under the same id', async () => {
  const { cutting } = targets;
  cutting.answer(
    once((_, reply) => {
      reply.socket!.resetAndDestroy();
      return 'silence';
    }),
  );
  await send('cutting-1');
  const done = await until('its outcome', () => deliveriesTo(stage, 'cutting').find(({ state }) => state === 'delivered'));
  expect(attemptsOf(stage, String(done.id))[0]).toMatchObject({ class: 'transient', perhaps: 1 });
  expect(cutting.arrived.map((one) => one.id)).toEqual([done.id, done.id]);
});

test.concurrent('connection refused is retried until the receiver is back', async () => {
  await send('away-1');
  await until('the first attempt to fail', () => deliveriesTo(stage, 'away').some(({ last_code }) => last_code === 'ECONNREFUSED'));
  targets.away = await receiver(undefined, Number(new URL(targets.away.url).port));
  await until('the message', () => targets.away.taken.length === 1);
});

test('a dead destination with 2 000 waiting delays no other', async () => {
  const waiting = Array.from({ length: 2000 }, (_, n) => n);
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) await send(`dead-${n}`);
    }),
  );
  for (let n = 0; n < 20; n++) {
    await send(`fine-beside-${n}`);
    await until('the message beside them', () => of(targets.fine, `fine-beside-${n}`).length === 1, 5000);
  }
  expect(deliveriesTo(stage, 'dead').filter(({ state }) => state === 'delivered' || state === 'dead')).toEqual([]);
  expect(openDeliveries(stage)).toBeGreaterThanOrEqual(2000);
});

// A recovery never overtakes its problem, whatever happens to the receiver or the relay in between. The relay's time runs thirty times as fast,
// so that a minute of outage is two seconds.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, openDeliveries, type Row, rows } from './ask.ts';
import { receiver } from './receiver.ts';
import { back, drop, post, type Running, sample, until, type World, world } from './world.ts';

type Target = Awaited<ReturnType<typeof receiver>>;
const speed = 30;
const minute = 60_000;
let hook: Target;
let locked: Target;
let stage: World;
let relay: Running;

beforeAll(async () => {
  hook = await receiver();
  locked = await receiver();
  const routes = `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${hook.url}", allow_private: yes }
  locked: { plugin: http, url: "${locked.url}", allow_private: yes }
routes:
  - { name: to-locked, where: { workspace: "locked-*" }, send: [locked] }
  - { name: held, where: { workspace: "held-*" }, events: [disconnected], hold: 10s, send: [hook] }
  - { name: everything, except: [{ workspace: ["locked-*", "held-*"] }], send: [hook] }
fallback: { send: [hook] }
operator: hook
`;
  stage = world(routes, {}, { speed });
  relay = await stage.start();
});
afterAll(async () => {
  await stage.close();
  hook.close();
  locked.close();
});

const restart = async () => {
  await stage.kill(relay);
  relay = await stage.start();
};
const tell = async (body: object) => expect(await post(relay, body)).toMatchObject({ status: 200 });
const passed = (since: number, ms: number) => until('the time to pass', () => stage.now() >= since + ms);
const kindsOf = (target: Target, workspace: string) =>
  target.arrived.filter((one) => one.body.alert?.workspace.id === workspace).map((one) => one.body.kind);
/** Each message that was taken, once, in the order of the first time. */
const heard = (target: Target, workspace: string) => {
  const own = target.taken.filter((one) => one.body.alert?.workspace.id === workspace);
  return [...new Map(own.map((one) => [one.id, one.body.kind])).values()];
};
const deliveriesFor = (workspace: string): Row[] =>
  rows(stage, 'SELECT d.* FROM deliveries d JOIN events e ON e.id = d.event_id WHERE e.workspace_id = ? ORDER BY d.id', workspace);
/** Every attempt of the problem, the failed ones too, before any of its end. */
const inOrder = (target: Target, workspace: string) => {
  const kinds = kindsOf(target, workspace);
  expect(kinds.lastIndexOf('alert'), `${workspace}: ${kinds}`).toBeLessThan(kinds.indexOf('resolved'));
};
const down = () => hook.answer(() => 503);
/** Down, but says so only when all of them have been tried: after five refusals in a row those still untried would have to wait for their turn. */
const downForAll = (names: string[]) => {
  const kept: (() => void)[] = [];
  hook.answer((_, reply) => {
    kept.push(() => reply.writeHead(503).end());
    if (names.every((name) => kindsOf(hook, name).length > 0)) {
      for (const refuse of kept) refuse();
      down();
    }
    return 'silence';
  });
};
const up = () => hook.answer(() => 200);

test('a receiver that is down for a minute hears of each problem first, then of its end', async () => {
  const names = Array.from({ length: 6 }, (_, n) => `down-${n}`);
  downForAll(names);
  const since = stage.now();
  for (const name of names) await tell(drop(name, stage.now()));
  await until('attempts', () => names.every((name) => kindsOf(hook, name).length > 0));
  // Some end at once, some later, while attempts go on.
  for (const [n, name] of names.entries()) {
    await passed(since, n * 8000);
    await tell(back(name, stage.now()));
  }
  await passed(since, minute);
  expect(hook.taken).toEqual([]);
  up();
  await until('the ends', () => names.every((name) => heard(hook, name).includes('resolved')));
  for (const name of names) {
    expect(heard(hook, name)).toEqual(['alert', 'resolved']);
    inOrder(hook, name);
  }
});

test('also with kill -9 after each step', async () => {
  down();
  await tell(drop('killed', stage.now()));
  await tell(drop('held-killed', stage.now()));
  await until('an attempt', () => kindsOf(hook, 'killed').length > 0);
  await until('an attempt after the hold', () => kindsOf(hook, 'held-killed').length > 0);
  await restart();
  await tell(back('killed', stage.now()));
  await restart();
  await tell(back('held-killed', stage.now()));
  await restart();
  up();
  for (const name of ['killed', 'held-killed']) {
    await until(`the end of ${name}`, () => heard(hook, name).includes('resolved'));
    expect(heard(hook, name)).toEqual(['alert', 'resolved']);
    inOrder(hook, name);
  }
});

test('what was over before its held destination was tried is told to nobody, problem nor end', async () => {
  locked.answer(() => 401);
  await tell({ ...sample('token-rotated'), workspace_id: 'locked-first' });
  await until('the hold', async () => {
    const { body } = await admin<{ items: { name: string; health: string }[] }>(relay, '/destinations');
    return body.items.some(({ name, health }) => name === 'locked' && health === 'held');
  });
  await tell(drop('locked-a', stage.now()));
  await tell(drop('locked-b', stage.now()));
  await tell(back('locked-a', stage.now()));
  expect(deliveriesFor('locked-a')).toMatchObject([
    { kind: 'alert', state: 'cancelled', claims: 0, last_error: 'over before it was sent' },
  ]);
  locked.answer(() => 200);
  expect(await admin(relay, '/destinations/locked/resume', { reason: 'mended' })).toMatchObject({ status: 200, body: { resumed: true } });
  await until('what still holds', () => heard(locked, 'locked-b').length === 1);
  await tell(back('locked-b', stage.now()));
  await until('its end', () => heard(locked, 'locked-b').length === 2);
  expect(heard(locked, 'locked-first')).toEqual(['notice']);
  expect(heard(locked, 'locked-a')).toEqual([]);
});

test('nor what was over while its destination had asked for a pause', async () => {
  locked.answer((_, reply) => {
    reply.setHeader('retry-after', '60');
    return 429;
  });
  const before = locked.arrived.length;
  await tell({ ...sample('seats-full'), workspace_id: 'locked-second' });
  await until('the refusal', () => deliveriesFor('locked-second').some((one) => one.last_class === 'rate-limited'));
  locked.answer(() => 200);
  await tell(drop('locked-c', stage.now()));
  await tell(back('locked-c', stage.now()));
  await until('the pause to end', () => heard(locked, 'locked-second').length === 1);
  expect(locked.arrived).toHaveLength(before + 2);
  expect(heard(locked, 'locked-c')).toEqual([]);
});

test('under load, with a slow receiver and a kill in the middle, nobody hears of an end alone, first, or twice', async () => {
  hook.answer((_, reply) => {
    setTimeout(() => reply.writeHead(200).end(), 3);
    return 'taken';
  });
  const names = Array.from({ length: 120 }, (_, n) => `load-${n}`);
  const todo = [...names];
  let answered = 0;
  const surely = async (body: object) => {
    await until('an answer', async () => (await post(relay, body).catch(() => undefined))?.status === 200);
    answered++;
  };
  const posters = Array.from({ length: 12 }, async () => {
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      await surely(drop(name, stage.now()));
      await surely(back(name, stage.now()));
    }
  });
  await until('half of them', () => answered >= names.length);
  await restart();
  await Promise.all(posters);
  await until('all outcomes', () => openDeliveries(stage) === 0);
  const told = names.filter((name) => heard(hook, name).length > 0);
  expect(told.length).toBeGreaterThan(0);
  for (const name of told) {
    expect(heard(hook, name), name).toEqual(['alert', 'resolved']);
    inOrder(hook, name);
  }
});

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { call, config, folder } from './call.ts';
import { running } from './running.ts';

type Deliveries = { items: { id: string; state: string; destination: string; kind: string; replay_of?: string }[]; next?: string };

test('simulate sends a signed webhook, and the same again is its duplicate', async () => {
  const relay = await running();
  const dir = folder({ 'body.json': '{"workspace_id":"shop","triggered_at":"2026-11-23T09:00:00Z","event_type":"workspace:seats_full"}' });
  const first = await relay.call('simulate', '--event', `${dir}/body.json`);
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/body\.json +200 +e_\w+ +new$/m);
  const second = await relay.call('simulate', '--event', `${dir}/body.json`);
  expect(second.code).toBe(0);
  expect(second.out).toMatch(/ 200 +e_\w+ +a duplicate of it$/m);
  expect(/e_\w+/.exec(second.out)?.[0]).toBe(/e_\w+/.exec(first.out)?.[0]);
});

test('simulate says what to look at when the relay refuses: exit 1', async () => {
  const relay = await running();
  const { code, out, err } = await call(['simulate', '--event', 'seats-full'], { ...relay.env, PARTNER_SECRET: 'another-secret' });
  expect(code).toBe(1);
  expect(out).toMatch(/seats-full +401 +webhook\.refused/);
  expect(err).toContain('Are PARTNER_ID and PARTNER_SECRET here the same as the relay has');
  const bare = await call(['simulate', '--event', 'seats-full'], { PORT: relay.env.PORT! });
  expect(bare.code).toBe(1);
  expect(bare.err).toContain('Sent without proof');
});

test('simulate comes in by the secret address where no partner secret is set', async () => {
  const relay = await running({ PARTNER_ID: '', PARTNER_SECRET: '', WEBHOOK_TOKEN: 'a-token-of-this-test' });
  const { code, out } = await relay.call('simulate', '--event', 'seats-full', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ proof: 'by token', answers: [{ status: 200, duplicate: false }] });
});

test('simulate --burst sends so many, each a new event, and counts the answers', async () => {
  const relay = await running();
  const { code, out } = await relay.call('simulate', '--burst', '60', '--rate', '600/s', '--mix', 'disconnected=2,seats-full', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ sent: 60, accepted: 60, duplicates: 0, refused: {} });
  const { items } = JSON.parse((await relay.call('events', '--limit', '200', '--json')).out);
  expect(items).toHaveLength(60);
  expect(items.filter(({ type }: { type: string }) => type === 'disconnected')).toHaveLength(40);
});

test('events lists what came in, filtered, page by page, without a whole phone number', async () => {
  const relay = await running();
  await relay.call('simulate', '--event', 'disconnected', '--event', 'seats-full', '--event', 'workspace:suspended', '--workspace', 'shop');
  const { code, out } = await relay.call('events');
  expect(code).toBe(0);
  expect(out).toMatch(/^received \(UTC\) +event +workspace +number +outcome +id$/m);
  expect(out).toMatch(/ disconnected +shop +\+•••••6789 +routed +e_\w+$/m);
  expect(out).toMatch(/ workspace:suspended +shop +unrouted +e_\w+$/m);
  const named = await relay.call('events', '--type', 'seats-full', '--since', '1h', '--workspace', 'shop', '--json');
  expect(JSON.parse(named.out).items).toEqual([expect.objectContaining({ type: 'seats-full', workspace: 'shop' })]);
  const page = await relay.call('events', '--limit', '2', '--json');
  const { items, next } = JSON.parse(page.out);
  expect(items).toHaveLength(2);
  const rest = await relay.call('events', '--limit', '2', '--cursor', next, '--json');
  expect(JSON.parse(rest.out).items).toHaveLength(1);
  const one = await relay.call('events', '--id', items[0].id);
  expect(one.out).toMatch(/ incident +/);
  const whole = await relay.call('events', '--id', items[0].id, '--json');
  expect(JSON.parse(whole.out)).toMatchObject({
    id: items[0].id,
    workspace: 'shop',
    trace: expect.any(Array),
    deliveries: expect.any(Array),
  });
  expect((await relay.call('events', '--id', 'e_nothing')).code).toBe(1);
  const nothing = await relay.call('events', '--workspace', 'nobody');
  expect({ code: nothing.code, out: nothing.out }).toEqual({ code: 0, out: 'no events\n' });
});

test('deliveries lists messages; --id shows one with its attempts; replay sends a dead one again', async () => {
  const relay = await running();
  relay.answer.status = 422;
  await relay.call('simulate', '--event', 'seats-full', '--workspace', 'shop');
  const { items } = await relay.until<Deliveries>('/deliveries?destination=ops&state=dead', (found) => found.items.length === 1);
  const dead = items[0]!.id;
  const list = await relay.call('deliveries', '--state', 'dead', '--destination', 'ops');
  expect(list.out).toMatch(new RegExp(`alert +ops +everything-else +dead +${dead} +the receiver answered HTTP 422: not today$`, 'm'));
  const one = await relay.call('deliveries', '--id', dead);
  expect(one.code).toBe(0);
  expect(one.out).toMatch(/^state +dead$/m);
  expect(one.out).toMatch(/^1 +\d{4}-.* permanent +HTTP 422 +the receiver answered/m);

  relay.answer.status = 200;
  const dry = await relay.call('replay', '--destination', 'ops', '--dry-run');
  expect({ code: dry.code, out: dry.out }).toEqual({ code: 0, out: '1 delivery would be sent again\n' });
  const done = await relay.call('replay', dead, '--reason', 'the receiver is mended', '--json');
  expect(done.code).toBe(0);
  const [again] = JSON.parse(done.out).created;
  await relay.until<{ state: string }>(`/deliveries/${again}`, ({ state }) => state === 'delivered');
  expect(relay.posts.find(({ id }) => id === again)).toMatchObject({ kind: 'alert', destination: 'ops' });
  const shown = JSON.parse((await relay.call('deliveries', '--id', again, '--json')).out);
  expect(shown).toMatchObject({ replay_of: dead, replay_reason: 'the receiver is mended' });
});

test('silence makes one, lists it with what it kept, and ends it, whereupon the message comes', async () => {
  const relay = await running();
  expect((await relay.call('silence')).out).toBe('no silences\n');
  const call = ['silence', '--where', 'workspace=shop', '--where', 'workspace=sh?p', '--where', 'reason=*', '--for', '2h', '--by', 'ann'];
  const made = await relay.call(...call, '--reason', 'they move', '--json');
  expect(made.code).toBe(0);
  const { id } = JSON.parse(made.out);
  await relay.call('simulate', '--event', 'disconnected', '--workspace', 'shop');
  const list = await relay.call('silence');
  expect(list.out).toMatch(/^until \(UTC\) +where +kept +by +id +reason$/m);
  expect(list.out).toMatch(new RegExp(`workspace shop or sh\\?p, reason \\* +1 +ann +${id} +they move$`, 'm'));
  const end = await relay.call('silence', '--end', id, '--reason', 'they have moved');
  expect({ code: end.code, out: end.out }).toEqual({ code: 0, out: `${id} is over: what it kept and is still open is told now\n` });
  await relay.until<Deliveries>('/deliveries?destination=ops&route=down', ({ items }) => items[0]?.state === 'delivered');
  const again = await relay.call('silence', '--end', id, '--reason', 'x');
  expect(again.code).toBe(1);
  expect(again.err).toContain('admin.not_found: There is no silence with this id, or it is over.');
  const wrong = await relay.call('silence', '--where', 'percent>=95', '--for', '2h', '--reason', 'x');
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('Did you mean `percent`?');
  const long = await relay.call('silence', '--where', 'workspace=shop', '--for', '60d', '--reason', 'x');
  expect(long.err).toContain('for: 60d is too long: between 1s and 30d. What may be asked');
});

test('what is not there is the answer no', async () => {
  const relay = await running();
  const delivery = await relay.call('deliveries', '--id', 'd_nothing');
  expect(delivery.code).toBe(1);
  expect(delivery.err).toContain('there is no delivery d_nothing');
  const replay = await relay.call('replay', 'd_nothing', '--reason', 'to see');
  expect(replay.code).toBe(1);
  const filter = await relay.call('replay', '--state', 'dead', '--reason', 'to see', '--json');
  expect(filter.code).toBe(1);
  expect(JSON.parse(filter.out)).toMatchObject({ matched: 0, created: [] });
});

test('send-test says whether the message arrived, and what the destination answered', async () => {
  const relay = await running();
  const good = await relay.call('send-test', 'ops', '--event', 'messaging-100');
  expect(good.code).toBe(0);
  expect(good.out).toMatch(/^arrived at ops within \d+ ms: TEST: /);
  expect(relay.posts).toEqual([expect.objectContaining({ kind: 'test', destination: 'ops' })]);
  relay.answer.status = 401;
  const bad = await relay.call('send-test', 'ops', '--json');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({ destination: 'ops', class: 'config', code: 'HTTP 401' });
  const unknown = await relay.call('send-test', 'opps');
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain('admin.not_found: routes.yaml has no destination `opps`. Did you mean `ops`?');
});

test('what changes something shows ADMIN_TOKEN, and says so where it is the wrong one', async () => {
  const relay = await running({ ADMIN_TOKEN: 'a-token-of-many-letters' });
  expect((await relay.call('send-test', 'ops')).code).toBe(0);
  const { code, err } = await call(['send-test', 'ops'], { ...relay.env, ADMIN_TOKEN: 'another-of-many-letters' });
  expect(code).toBe(1);
  expect(err).toContain('admin.refused');
});

test('where no relay listens, what needs one says so and how to point at it: exit 1', async () => {
  // A port that was free a moment ago.
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
  const env = { ...config(), ADMIN_PORT: String(port), PORT: '0' };
  for (const args of [
    ['send-test', 'ops'],
    ['replay', 'd_1', '--reason', 'x'],
  ]) {
    const { code, err } = await call(args, env);
    expect(code).toBe(1);
    expect(err).toContain(`no relay answers at http://127.0.0.1:${port}`);
    expect(err).toContain('ADMIN_URL or ADMIN_PORT');
  }
  const simulated = await call(['simulate', '--event', 'seats-full', '--url', `http://127.0.0.1:${port}`], env);
  expect(simulated.code).toBe(1);
  expect(simulated.err).toContain(`no relay answers at http://127.0.0.1:${port}`);
});

test('a store that is not there is told, and none is made by looking', async () => {
  const dir = folder({});
  const { code, err } = await call(['events'], { DATABASE_URL: `sqlite:${dir}/none.db` });
  expect(code).toBe(1);
  expect(err).toContain(`${dir}/none.db`);
});

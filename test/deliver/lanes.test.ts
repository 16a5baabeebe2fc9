// Lanes side by side: one destination's trouble is nobody else's, and every trouble is got over without a person, a stampede or a lost message.
import { expect, test } from 'vitest';
import { destination, type Target, world } from './lane-world.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const works: Target = () => ({ class: 'ok', afterMs: 10 });
const unauthorised = { class: 'config', error: 'the receiver answered HTTP 401' } as const;
const broken = { class: 'transient', code: 'HTTP 503', error: 'the receiver answered HTTP 503', afterMs: 20 } as const;

test('a destination that hangs delays no other by a millisecond', async () => {
  const it = world([destination('hangs'), destination('fast')], { hangs: () => 'hangs', fast: works });
  it.arrive('hangs', 1000);
  const began: number[] = [];
  for (let n = 0; n < 60; n++) {
    it.arrive('fast', 3);
    began.push(it.clock.now(), it.clock.now(), it.clock.now());
    await it.run(second);
  }
  expect(it.sent.filter((one) => one.destination === 'fast').map((one) => one.at)).toEqual(began);
  expect(it.lanes.states().map((lane) => lane.health)).toEqual(['open', 'ok']);
});

test('a rate limit pauses its own lane alone', async () => {
  const it = world([destination('slack'), destination('mail')], {
    slack: () => ({ class: 'rate-limited', retryAfterMs: 3000 }),
    mail: works,
  });
  it.arrive('slack');
  it.arrive('mail');
  await it.clock.advance(100);
  expect(it.lanes.states().map((lane) => lane.health)).toEqual(['paused', 'ok']);
  expect(it.lanes.room()).toEqual({ slack: 0, mail: 128 });
  it.arrive('mail', 5);
  await it.clock.advance(100);
  expect(it.sent.filter((one) => one.destination === 'mail')).toHaveLength(6);
});

test('401 holds the destination: the operator is told once, one probe goes out every five minutes, no attempt is lost, a success frees it', async () => {
  let mended = false;
  const it = world([destination('ops', { concurrency: 4 })], { ops: () => (mended ? { class: 'ok' } : unauthorised) });
  const start = it.clock.now();
  const ids = it.arrive('ops', 50);
  await it.run(20 * minute);
  const probes = it.sent.slice(4);
  expect(probes.map((one) => Math.round((one.at - start) / minute))).toEqual([5, 10, 15, 20].slice(0, probes.length));
  expect(probes.length).toBeGreaterThanOrEqual(3);
  expect(it.health).toEqual([{ destination: 'ops', at: start, health: 'held', since: start, reason: 'the receiver answered HTTP 401' }]);
  expect(it.lanes.states()[0]).toMatchObject({ health: 'held', waiting: 0, lastClass: 'config' });
  mended = true;
  await it.run(11 * minute);
  expect(it.health.slice(1)).toMatchObject([{ destination: 'ops', health: 'ok', after: 'success' }]);
  expect(it.rows().map((row) => [row.id, row.state, row.attempts])).toEqual(ids.map((id) => [id, 'delivered', 1]));
});

test('a hold survives a restart and begins with one probe, for whoever mended it may have restarted the relay', async () => {
  const held = { ops: { reason: 'HTTP 401', since: 5 } };
  const still = world([destination('ops')], { ops: () => unauthorised }, { held });
  expect(still.lanes.states()[0]).toMatchObject({ health: 'held', since: 5, reason: 'HTTP 401' });
  still.arrive('ops', 20);
  await still.run(2 * minute);
  expect(still.sent).toHaveLength(1);
  expect(still.health).toEqual([]);

  const mended = world([destination('ops')], { ops: works }, { held });
  mended.arrive('ops', 20);
  await mended.run(5 * second);
  expect(mended.rows().every((row) => row.state === 'delivered')).toBe(true);
  expect(mended.health).toMatchObject([{ health: 'ok', after: 'success' }]);
});

test('what is too old or poisoned is ended by a probe without being one, so a held lane empties', async () => {
  const it = world(
    [destination('ops')],
    { ops: () => unauthorised },
    { held: { ops: { reason: 'HTTP 401', since: 5 } }, maxAgeMs: minute },
  );
  it.arrive('ops', 30, { receivedAt: it.clock.now() - hour });
  it.arrive('ops', 1, { starts: 3 });
  const [young] = it.arrive('ops', 1);
  await it.run(10 * second);
  expect(it.sent.map((one) => one.id)).toEqual([young]);
  // The young one too: its next probe would come after its minute.
  expect(it.rows().filter((row) => row.lastClass === 'expired')).toHaveLength(31);
  expect(it.rows().filter((row) => row.lastClass === 'poison')).toHaveLength(1);
});

test('a changed destination is released from its hold and tried with one place first; an unchanged one stays held', async () => {
  let mended = false;
  const it = world([destination('ops')], { ops: () => (mended ? { class: 'ok', afterMs: 100 } : unauthorised) });
  it.arrive('ops', 40);
  await it.run(second);
  mended = true;
  it.lanes.reconfigure([destination('ops')]);
  await it.run(second);
  expect(it.lanes.states()[0]!.health).toBe('held');
  expect(it.changed).toEqual([]);
  const before = it.sent.length;
  it.lanes.reconfigure([destination('ops', { fingerprint: 'another password' })]);
  expect(it.health.at(-1)).toMatchObject({ health: 'ok', after: 'change' });
  expect(it.changed).toEqual(['ops']);
  await it.clock.settle();
  expect(it.sent).toHaveLength(before + 1);
  await it.run(10 * second);
  expect(it.rows().every((row) => row.state === 'delivered')).toBe(true);
});

test('a 401 to what was begun before the destination was mended does not hold it again', async () => {
  let mended = false;
  const it = world([destination('ops')], {
    ops: () => (mended ? { class: 'ok' } : { ...unauthorised, afterMs: 2 * second }),
  });
  it.arrive('ops', 1);
  await it.run(second);
  mended = true;
  it.lanes.reconfigure([destination('ops', { fingerprint: 'another password' })]);
  await it.run(10 * second);
  expect(it.health.filter((one) => one.health === 'held')).toEqual([]);
  expect(it.rows().map((row) => row.state)).toEqual(['delivered']);
});

test('an outage of ten minutes: few probes, the operator told once, then a ramp without a stampede, oldest first', async () => {
  const it = world(
    [destination('ops')],
    { ops: (_delivery, now) => (now < end ? broken : { class: 'ok', afterMs: 50 }) },
    { random: () => 0.5 },
  );
  const start = it.clock.now();
  const end = start + 10 * minute;
  for (let n = 0; n < 600; n++) {
    it.arrive('ops');
    await it.run(second);
  }
  const probes = it.sent.filter((one) => one.at > start + 30 * second);
  expect(it.sent.length - probes.length).toBeLessThan(15);
  expect(probes.length).toBeLessThanOrEqual(5);
  expect(it.health).toMatchObject([{ health: 'open', since: it.sent[4]!.at + 20, reason: 'the receiver answered HTTP 503' }]);
  expect(it.health[0]!.at - it.sent[4]!.at).toBeLessThan(5 * minute + second);

  const tried = new Set(it.sent.map((one) => one.id));
  const seen = it.sent.length;
  for (let n = 0; n < 600; n++) {
    it.arrive('ops');
    await it.run(second);
  }
  const after = it.sent.slice(seen).filter((one) => one.at >= end);
  expect(it.health.slice(1)).toMatchObject([{ health: 'ok', after: 'success' }]);
  const first = after[0]!.at;
  expect(first - end).toBeLessThan(10 * minute);
  // One by one until it has shown that it works, and never more at once than the destination's eight.
  expect(after.slice(0, 8).map((one) => one.at - first)).toEqual([0, 50, 100, 100, 150, 150, 150, 150]);
  for (const { at } of after) expect(after.filter((one) => one.at >= at && one.at < at + 50).length).toBeLessThanOrEqual(8);
  // What was tried in the outage has times of its own; all else goes by age.
  const fresh = after.map((one) => one.id).filter((id) => !tried.has(id));
  expect(fresh).toEqual(fresh.toSorted());
  expect(it.rows().every((row) => row.state === 'delivered')).toBe(true);
  // Waiting for it cost nobody an attempt.
  expect(it.rows().filter((row) => row.attempts > 1).length).toBeLessThan(20);
});

test('an outage that turns into a refusal is told as that, not as over', async () => {
  let unknown = false;
  const it = world([destination('ops')], { ops: () => (unknown ? unauthorised : broken) });
  it.arrive('ops', 10);
  await it.run(6 * minute);
  unknown = true;
  await it.run(10 * minute);
  expect(it.health.map((one) => one.health)).toEqual(['open', 'held']);
});

test('100 000 waiting for a dead destination cost the others nothing and are not fetched in vain', async () => {
  const it = world([destination('dead'), destination('alive')], { dead: () => broken, alive: works });
  it.arrive('dead', 100_000);
  it.arrive('alive');
  for (let n = 0; n < 20; n++) {
    await it.clock.advance(10 * second);
    it.arrive('alive');
  }
  await it.clock.advance(second);
  expect(it.sent.filter((one) => one.destination === 'alive')).toHaveLength(21);
  expect(it.sent.filter((one) => one.destination === 'dead').length).toBeLessThan(20);
  expect(it.claims.filter((one) => one.destination === 'dead').length).toBeLessThan(20);
});

test('a drain starts nothing more, waits for what runs, and hands the rest back without an attempt', async () => {
  const it = world([destination('ops', { concurrency: 2 })], { ops: () => ({ class: 'ok', afterMs: 3000 }) });
  const ids = it.arrive('ops', 10);
  await it.clock.advance(second);
  const drained = it.lanes.drain(7 * second);
  it.arrive('ops');
  expect(it.lanes.room()).toEqual({ ops: 0 });
  await it.clock.advance(2 * second);
  const { unstarted, unfinished } = await drained;
  expect(unstarted.map((one) => one.delivery.id)).toEqual(ids.slice(2));
  expect(unfinished).toEqual([]);
  expect(it.sent).toHaveLength(2);
  expect(
    it
      .rows()
      .slice(2)
      .every((row) => row.attempts === 0),
  ).toBe(true);
  expect(it.clock.planned()).toBe(0);
});

test('a drain ends at its deadline and names what is still under way', async () => {
  const it = world([destination('ops', { concurrency: 2 }), destination('gone', { concurrency: 1 })], {
    ops: () => 'hangs',
    gone: () => 'hangs',
  });
  const ids = [...it.arrive('ops', 3), ...it.arrive('gone')];
  await it.clock.advance(second);
  it.lanes.reconfigure([destination('ops', { concurrency: 2 })]);
  const drained = it.lanes.drain(7 * second);
  await it.clock.advance(7 * second);
  const { unstarted, unfinished } = await drained;
  expect(unstarted.map((one) => one.delivery.id)).toEqual([ids[2]]);
  expect(unfinished.map((one) => one.delivery.id)).toEqual([ids[0], ids[1], ids[3]]);
});

test('a destination that leaves the file finishes what runs, gives back what waits and is no longer held', async () => {
  const it = world([destination('ops', { concurrency: 1 }), destination('bad')], { ops: works, bad: () => unauthorised });
  const ids = it.arrive('ops', 3);
  it.arrive('bad');
  await it.clock.settle();
  it.lanes.reconfigure([]);
  expect(it.handedBack).toEqual(ids.slice(1));
  expect(it.lanes.room()).toEqual({});
  expect(it.health.map(({ health, after }) => after ?? health)).toEqual(['held', 'removal']);
  it.lanes.put([{ delivery: it.row(ids[1]!) }]);
  expect(it.handedBack).toEqual([ids[1], ids[2], ids[1]]);
  await it.clock.advance(second);
  expect(it.row(ids[0]!).state).toBe('delivered');
});

test('a recalled delivery is found in whichever lane it waits', async () => {
  const it = world([destination('a', { concurrency: 1 }), destination('b', { concurrency: 1 })], { a: works, b: works });
  const [running, waiting] = it.arrive('b', 2);
  expect(it.lanes.takeBack(running!)).toBeUndefined();
  expect(it.lanes.takeBack(waiting!)?.delivery.id).toBe(waiting);
  expect(it.lanes.takeBack('d_unknown')).toBeUndefined();
});

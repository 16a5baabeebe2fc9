// A platform outage is one message: the first ones singly, then one summary that grows, one ending that lists all of it.
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import type { Event } from '../../src/model.ts';
import type { Route, Rules } from '../../src/rules/rules.ts';
import { at, destination, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const storm = { moreThan: 4, withinMs: 5 * minute };
const file = (more: Partial<Route> = {}, rules: Partial<Rules> = {}, others: Route[] = []) =>
  rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more }), ...others], { storm, ...rules });
const down = (clock: string, shop: string) => eventAt(clock, 'disconnected', { workspaceId: shop });
const back = (clock: string, shop: string) => eventAt(clock, 'connected', { workspaceId: shop });
type World = ReturnType<typeof paper>;

function drop(world: World, clock: string, ...shops: string[]): Event[] {
  const events = shops.map((shop) => down(clock, shop));
  for (const event of events) world.send(event);
  return events;
}
const everything = (world: World) => world.runTo(at('23:59'));
const storms = (world: World): Delivery[] => world.deliveries().filter(({ kind }) => kind === 'storm');
const started = (options: Parameters<typeof paper>[1] = {}, rules = file()) => {
  const world = paper(rules, options);
  drop(world, '10:00', 'a', 'b', 'c', 'd');
  const [first] = drop(world, '10:01', 'e');
  return { world, first: first! };
};
const pendingUntilStorm = { fate: ({ kind }: Delivery) => (kind === 'storm' ? 'delivered' : 'pending') as 'delivered' | 'pending' };

test('the first ones come singly, the next begins one summary, and from then on nothing single comes', () => {
  const { world, first } = started();
  drop(world, '10:01', 'f', 'g', 'h');
  expect(world.heard()).toEqual([...Array(4).fill('10:00 ops alert'), '10:01 ops storm']);
  expect(storms(world)[0]).toMatchObject({
    level: 1,
    eventId: first.id,
    details: { members: [first.id], storm: { counts: { disconnected: 1 } } },
  });
});

test('without `storm` nothing is folded, and nothing is remembered', () => {
  const world = paper(rulesOf([route('down', ['ops'], {})]));
  drop(world, '10:00', ...'abcdefgh');
  expect(world.heard()).toEqual(Array(8).fill('10:00 ops alert'));
  expect(world.memory.cell('storm:http:at-ops')).toBeUndefined();
});

test('the summary is edited as it grows, half a minute apart at least, quietly, and only where something changed', () => {
  const { world } = started();
  drop(world, '10:01:10', 'f', 'g');
  drop(world, '10:02:05', 'h');
  world.until('10:05');
  const [begin, second, third, ...more] = storms(world);
  expect(more).toEqual([]);
  expect([second, third].map((one) => new Date(one!.createdAt).toISOString().slice(11, 19))).toEqual(['10:01:30', '10:02:30']);
  expect(second).toMatchObject({ follows: begin!.id, details: { editOnly: true, storm: { counts: { disconnected: 3 } } } });
  expect(third).toMatchObject({ follows: second!.id, details: { editOnly: true, storm: { counts: { disconnected: 4 } } } });
});

test('the window slides: as many in twice the time are told singly', () => {
  const world = paper(file());
  for (const [clock, shop] of ['10:00 a', '10:00 b', '10:03 c', '10:03 d', '10:05 e', '10:05 f', '10:08 g', '10:08 h'].map((one) =>
    one.split(' '),
  ))
    drop(world, clock!, shop!);
  expect(storms(world)).toEqual([]);
  drop(world, '10:09', 'i');
  expect(storms(world)).toHaveLength(1);
});

test('it is over when fewer than half as many came within the window: one ending lists all of it, those first that are still open', () => {
  const { world, first } = started();
  const [f, g] = drop(world, '10:01', 'f', 'g');
  world.send(back('10:02', 'f'));
  everything(world);
  const ending = storms(world).at(-1)!;
  expect(storms(world).filter(({ details }) => details.storm?.over)).toEqual([ending]);
  expect(new Date(ending.createdAt).toISOString().slice(11, 16)).toBe('10:06');
  expect(ending.follows).toBe(storms(world).at(-2)!.id);
  expect(ending.details).toMatchObject({
    ...{ members: [first.id, g!.id, f!.id], gone: 1, ended: [at('10:02')] },
    storm: { counts: { disconnected: 3 }, over: true, open: 2 },
  });
  expect(ending.details.editOnly).toBeUndefined();
});

test('what is still open at the ending is then resolved singly, as a message beside it', () => {
  const { world } = started();
  drop(world, '10:01', 'f');
  world.until('11:00');
  world.send(back('11:00', 'e'));
  world.send(back('11:05', 'f'));
  world.send(back('11:06', 'a'));
  const ending = storms(world).at(-1)!;
  const [e, f, a] = world.deliveries().slice(-3);
  for (const one of [e, f]) expect(one).toMatchObject({ kind: 'resolved', follows: ending.id, details: { whenResolved: 'new' } });
  expect(a).toMatchObject({ kind: 'resolved', follows: world.deliveries()[0]!.id });
  expect(a?.details.whenResolved).toBeUndefined();
});

test('while the storm runs, who was told singly hears of the end as always; one of the summary only leaves it', () => {
  const { world } = started();
  world.send(back('10:02', 'a'));
  const gone = back('10:02', 'e');
  world.send(gone);
  expect(world.heard().slice(5)).toEqual(['10:02 ops resolved']);
  expect(world.lines(gone)).toContain('storm: ops: was told of it only in the summary of a storm, which still runs: counted there as over');
  everything(world);
  expect(world.heard().filter((line) => line.includes('resolved'))).toHaveLength(1);
  expect(storms(world).map(({ details }) => details.gone)).toEqual([undefined, 1, 1]);
});

test('entering folds in what was not sent yet, and leaves alone what was tried', () => {
  const world = paper(file(), pendingUntilStorm);
  const events = drop(world, '10:00', ...'abcd');
  const fifth = down('10:01', 'e');
  world.send(fifth);
  expect(world.heard()).toEqual(['10:01 ops storm']);
  expect(storms(world)[0]?.details.members).toEqual([...events, fifth].map(({ id }) => id));
  expect(world.memory.incident('wa:a:1')?.told).toEqual(world.memory.incident('wa:e:1')?.told);
  everything(world);
  world.send(back('23:59', 'b'));
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'resolved', follows: storms(world).at(-1)!.id });
});

test('a digest that is not sent yet is folded in with all that it tells of', () => {
  const quiet = { during: 'early', keep: true };
  const quietHours = { early: { from: 9 * 60, to: 10 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const world = paper(file({ quiet }, { quietHours }), pendingUntilStorm);
  const kept = drop(world, '09:30', 'x', 'y');
  world.until('10:00');
  const rest = drop(world, '10:00', ...'abcd');
  expect(world.heard()).toEqual(['10:00 ops storm']);
  expect(storms(world)[0]?.details.members).toEqual([...kept, ...rest].map(({ id }) => id));
  expect(world.memory.incident('wa:x:1')?.told).toEqual(world.memory.incident('wa:a:1')?.told);
});

test('a destination with storm: no is exempt, and its neighbour is not', () => {
  const rules = file();
  rules.routes.push(route('audit', ['billing']));
  rules.destinations.billing = destination('billing', { storm: false });
  const world = paper(rules);
  drop(world, '10:00', ...'abcdefgh');
  expect(world.heard().filter((line) => line.includes('billing'))).toEqual(Array(8).fill('10:00 billing alert'));
  expect(storms(world)).toHaveLength(1);
});

test('counted by target: two destinations of one channel are one reader, two channels of one destination are two', () => {
  const rules = file();
  rules.routes.push(route('vip', ['mail'], { where: { workspace: ['v*'] } }));
  const world = paper(rules, {
    reach: (row) => ({ ops: row.id.startsWith('x') ? 'other' : 'one', mail: 'one', 'catch-all': 'z', boss: 'y' }),
  });
  drop(world, '10:00', 'a', 'b', 'x1', 'x2', 'x3', 'x4');
  expect(storms(world)).toEqual([]);
  world.send(eventAt('10:00', 'token-rotated', { workspaceId: 'v1' }));
  world.send(eventAt('10:00', 'token-rotated', { workspaceId: 'v2' }));
  world.send(eventAt('10:00', 'token-rotated', { workspaceId: 'v3' }));
  expect(storms(world).map(({ target }) => target)).toEqual(['http:one']);
});

test('counts are by event, segments by how many; only the five largest are named', () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const segments = Object.fromEntries(names.map((name) => [name, { tags: [name] }]));
  const workspaces = names.flatMap((tag, n) => Array.from({ length: n + 1 }, (_, i) => ({ id: `${tag}-${i}`, tags: [tag] })));
  const world = paper(file({ events: undefined as never }, { segments }), { workspaces });
  drop(world, '10:00', ...'abcd');
  for (const { id } of workspaces) world.send(eventAt('10:01', id.endsWith('0') ? 'seats-full' : 'disconnected', { workspaceId: id }));
  everything(world);
  const { storm: said } = storms(world).at(-1)!.details;
  expect(said?.counts).toEqual({ 'seats-full': 6, disconnected: 15 });
  expect(said?.segments).toEqual({ six: 6, five: 5, four: 4, three: 3, two: 2 });
});

test('an incident of the summary that gets worse is in it again, and once in the ending, at its highest level', () => {
  const world = paper(file({ events: undefined as never }));
  drop(world, '10:00', ...'abcd');
  world.send(eventAt('10:01', 'messaging-90', { workspaceId: 'q' }));
  const [other] = drop(world, '10:01', 'e');
  const worse = eventAt('10:02', 'messaging-100', { workspaceId: 'q' });
  world.send(worse);
  everything(world);
  const ending = storms(world).at(-1)!;
  expect(ending.level).toBe(2);
  expect(ending.details).toMatchObject({
    members: [other!.id, worse.id],
    storm: { counts: { 'messaging-90': 1, 'messaging-100': 1, disconnected: 1 } },
  });
});

test('what gets worse after the storm is a message of its own: it does not write over the summary, nor take it back', () => {
  for (const fate of ['delivered', 'pending'] as const) {
    const world = paper(file({ events: undefined as never }), { fate: ({ kind }) => (kind === 'storm' ? fate : 'delivered') });
    drop(world, '10:00', ...'abcd');
    world.send(eventAt('10:01', 'messaging-90', { workspaceId: 'q' }));
    world.until('10:30');
    world.send(eventAt('10:40', 'messaging-100', { workspaceId: 'q' }));
    const raised = world.deliveries().at(-1)!;
    expect(raised).toMatchObject({ kind: 'alert', level: 2 });
    expect(raised.follows).toBeUndefined();
    expect(storms(world).at(-1)?.state).toBe(fate);
  }
});

test('told singly and then again in the summary, it is resolved where it was told singly', () => {
  const world = paper(file({ events: undefined as never }));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'q' }));
  drop(world, '10:00', ...'abc');
  world.send(eventAt('10:01', 'messaging-100', { workspaceId: 'q' }));
  world.until('11:00');
  world.send(eventAt('11:00', 'connected', { workspaceId: 'q', incidentKey: 'messages:q:2026-12-01T00' }));
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'resolved', follows: world.deliveries()[0]!.id });
});

test('another route knows that the summary told it', () => {
  const world = paper(file({}, {}, [route('again', ['ops'], { events: ['disconnected'], holdMs: 10 * minute })]));
  drop(world, '10:00', ...'abcd');
  const fifth = down('10:00', 'e');
  world.send(fifth);
  everything(world);
  expect(world.lines(fifth)).toContain('deliver: again: ops was already told by down');
});

test('reminders and the next people are counted from the summary, and fold like anything else', () => {
  const world = paper(file({ repeat: { everyMs: hour, atMost: 1 }, escalate: [{ afterMs: 30 * minute, send: [{ to: 'boss' }] }] }));
  drop(world, '10:00', ...'abcdefghij');
  everything(world);
  const of = (name: string, kind: string) => world.heard().filter((line) => line.endsWith(`${name} ${kind}`)).length;
  expect(of('ops', 'alert')).toBe(4);
  expect(of('boss', 'escalation')).toBe(4);
  expect(of('ops', 'reminder')).toBe(4);
  expect(
    storms(world)
      .filter(({ details }) => details.storm?.over)
      .map(({ destination: name }) => name),
  ).toEqual(['ops', 'boss', 'ops']);
});

test('where the begin cannot be delivered the next destination hears of the storm once, and of its end, and each of its members ends there', () => {
  const rules = file();
  rules.destinations.ops = destination('ops', { ifItFails: 'mail' });
  const world = paper(rules, { fate: ({ destination: name, kind }) => (name === 'ops' && kind === 'storm' ? 'dead' : 'delivered') });
  drop(world, '10:00', ...'abcde');
  drop(world, '10:01', 'f');
  drop(world, '10:02', 'g');
  world.until('11:00');
  world.send(back('11:00', 'e'));
  world.send(back('11:00', 'f'));
  expect(world.heard().filter((line) => line.includes('mail'))).toEqual([
    '10:00 mail storm',
    '10:06 mail storm',
    '11:00 mail resolved',
    '11:00 mail resolved',
  ]);
});

test('a summary that waits for an edit to fail or arrive has one successor, not one for every half minute', () => {
  const world = paper(file(), { fate: ({ kind }) => (kind === 'storm' ? 'pending' : 'delivered') });
  drop(world, '10:00', ...'abcde');
  for (const [n, clock] of ['10:01', '10:02', '10:03', '10:04'].entries()) drop(world, clock, `late-${n}`);
  everything(world);
  const waiting = storms(world).filter(({ state }) => state !== 'cancelled');
  expect(waiting).toHaveLength(1);
  expect(waiting[0]?.details.storm?.over).toBe(true);
});

test('what leaves no receipt is not told again and again: it hears of the begin and of the end', () => {
  const world = paper(file(), {});
  drop(world, '10:00', ...'abcde');
  const [begin] = storms(world);
  const { receipt, ...bare } = begin!;
  expect(receipt).toBeDefined();
  const known = world.memory.delivery;
  world.memory.delivery = (id) => (id === bare.id ? bare : known(id));
  drop(world, '10:01', 'f');
  everything(world);
  expect(storms(world).map(({ details }) => details.storm?.over)).toEqual([undefined, true]);
});

test('a reload that turns storms off ends the one that runs; one that takes the destination away forgets it', () => {
  const { world } = started();
  world.use(file({}, { storm: undefined as never }));
  drop(world, '10:02', 'z');
  world.until('10:10');
  expect(world.heard().slice(4)).toEqual(['10:01 ops storm', '10:01 ops storm', '10:02 ops alert']);
  const other = started().world;
  other.use(rulesOf([], { storm, destinations: { boss: destination('boss') } }));
  everything(other);
  expect(storms(other)).toHaveLength(1);
  expect(other.memory.cell('storm:http:at-ops')).toBeUndefined();
});

test('the operator hears what the relay has to say about itself whatever the weather', () => {
  const world = paper(file({}, { operator: 'ops' }));
  drop(world, '10:00', ...'abcde');
  const notice = { code: 'source.quiet', subject: 'x', text: 'y' };
  world.put({ kind: 'relay', notice, reach: { ops: 'at-ops' } }, at('10:01'));
  expect(world.heard().at(-1)).toBe('10:01 ops relay');
});

test('an unstable number that is told by the summary hears its one end after it', () => {
  const world = paper(file({ flapping: { drops: 2, withinMs: hour } }));
  world.send(down('10:00', 'n'));
  world.send(back('10:01', 'n'));
  drop(world, '10:01', ...'abc');
  world.send(down('10:02', 'n'));
  world.send(back('10:03', 'n'));
  world.until('12:00');
  expect(world.heard().filter((line) => line.includes('flapping'))).toEqual([]);
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'resolved', follows: storms(world).at(-1)!.id, incidentKey: 'wa:n:1' });
  expect(new Date(world.deliveries().at(-1)!.createdAt).toISOString().slice(11, 16)).toBe('11:02');
});

test('when it is over nothing is remembered of it, and the next outage is told singly first', () => {
  const { world } = started();
  everything(world);
  expect(world.memory.cell('storm:http:at-ops')).toBeUndefined();
  expect(world.memory.cell('storm:http:at-ops:00000000')).toBeUndefined();
  expect(world.timers().filter(({ kind }) => kind === 'storm')).toEqual([]);
  const calm = paper(file());
  drop(calm, '10:00', 'a');
  everything(calm);
  expect(calm.memory.cell('storm:http:at-ops')).toBeUndefined();
});

test('three thousand numbers down within two minutes: each reader gets at most twenty messages, then one storm with one ending, and no number is missed or told twice', () => {
  const rules = file({}, { storm: { moreThan: 20, withinMs: 5 * minute } }, [
    route('owners', ['owner'], { events: ['disconnected'], holdMs: minute }),
  ]);
  const world = paper(rules);
  const events: Event[] = [];
  for (let n = 0; n < 3000; n++) {
    const clock = new Date(at('10:00') + n * 40).toISOString().slice(11, 23);
    const event = eventAt('10:00', 'disconnected', { workspaceId: `shop-${n}`, triggeredAt: at(clock), receivedAt: at(clock) });
    events.push(event);
    world.send(event);
  }
  world.until('12:00');
  for (const name of ['ops', 'owner']) {
    const own = world.deliveries().filter((one) => one.destination === name && one.state !== 'cancelled');
    const singles = own.filter(({ kind }) => kind === 'alert');
    expect(singles).toHaveLength(20);
    const summaries = own.filter(({ kind }) => kind === 'storm');
    expect(own).toHaveLength(20 + summaries.length);
    expect(summaries.length).toBeLessThan(10);
    const endings = summaries.filter(({ details }) => details.storm?.over);
    expect(endings).toHaveLength(1);
    expect(endings[0]?.details.storm?.counts).toEqual({ disconnected: 2980 });
    const told = [...singles.map(({ eventId }) => eventId), ...endings[0]!.details.members!];
    expect(told).toHaveLength(3000);
    expect(new Set(told)).toEqual(new Set(events.map(({ id }) => id)));
  }
});

test('a message in a storm reads and writes as much when thousands are in it as when there are few', () => {
  const world = paper(file());
  let reads = 0;
  const { cell, incident, delivery, event } = world.memory;
  const counted =
    <T>(read: (key: string) => T) =>
    (key: string): T => {
      reads += 1;
      return read(key);
    };
  Object.assign(world.memory, { cell: counted(cell), incident: counted(incident), delivery: counted(delivery), event: counted(event) });
  const costs: string[] = [];
  for (let n = 0; n < 2000; n++) {
    const sent = eventAt('10:00', 'disconnected', { workspaceId: `shop-${n}` });
    reads = 0;
    const { cells, timers } = world.send(sent);
    costs.push(
      `${reads} reads, ${timers.set.filter(({ kind }) => kind === 'storm').length} timers, ${Object.keys(cells).length} cells, ${Object.values(cells).join('').length > 2000 ? 'large' : 'small'}`,
    );
  }
  expect(costs.at(-1)).toBe(costs[10]);
  expect(costs.at(-1)).toContain('small');
  for (const cost of [costs[1], costs.at(-1)]) expect(cost).toContain('0 timers');
});

test('what ended and began again while the storm ran is in the ending once; where this reader has not heard of it yet, as the one that is over', () => {
  const { world, first } = started();
  world.send(back('10:02', 'e'));
  const again = down('10:03', 'e');
  world.send(again);
  const other = started();
  other.world.send(back('10:02', 'e'));
  other.world.use(file({ holdMs: hour }));
  other.world.send(down('10:03', 'e'));
  for (const one of [world, other.world]) one.until('11:30');
  expect(storms(world).at(-1)?.details).toMatchObject({ members: [again.id], storm: { counts: { disconnected: 2 }, over: true, open: 1 } });
  expect(storms(world)[0]?.details.members).toEqual([first.id]);
  expect(storms(other.world).at(-1)?.details).toMatchObject({
    ...{ members: [expect.any(String)], gone: 1, ended: [at('10:02')] },
    storm: { over: true, open: 0 },
  });
  expect(other.world.heard().at(-1)).toBe('11:03 ops alert');
});

test('an update lists all that came so far, each once, and of thousands upon thousands the latest five thousand; the ending lists them all', () => {
  const world = paper(file({ events: undefined as never }));
  drop(world, '10:00', ...'abcd');
  world.send(eventAt('10:01', 'messaging-90', { workspaceId: 'q' }));
  const few = Array.from({ length: 300 }, (_, n) => eventAt('10:01', 'disconnected', { workspaceId: `few-${n}` }));
  const worse = eventAt('10:01', 'messaging-100', { workspaceId: 'q' });
  for (const event of [...few, worse]) world.send(event);
  world.until('10:01:45');
  expect(storms(world).at(-1)?.details.members).toEqual([...few, worse].map(({ id }) => id));
  const many = Array.from({ length: 5000 }, (_, n) => eventAt('10:02', 'disconnected', { workspaceId: `many-${n}` }));
  for (const event of many) world.send(event);
  world.until('10:03');
  expect(storms(world).at(-1)?.details.members).toEqual(many.map(({ id }) => id));
  everything(world);
  expect(storms(world).at(-1)?.details.members).toEqual([...few, worse, ...many].map(({ id }) => id));
});

test('where the ending cannot be delivered either, the next destination has the list, and hears of the end of what was open', () => {
  const rules = file();
  rules.destinations.ops = destination('ops', { ifItFails: 'mail' });
  const over = ({ destination: name, details }: Delivery) => name === 'ops' && details.storm?.over === true;
  const world = paper(rules, { fate: (one) => (over(one) ? 'dead' : 'delivered') });
  drop(world, '10:00', ...'abcdef');
  world.send(back('10:02', 'e'));
  everything(world);
  expect(storms(world).at(-1)).toMatchObject({ destination: 'mail', details: { ended: [at('10:02')], storm: { open: 1 } } });
  expect(storms(world).at(-1)?.details.members).toHaveLength(2);
  expect(world.memory.incident('wa:e:1')?.told.some(({ destination: name }) => name === 'mail')).toBe(false);
  world.send(back('23:59', 'f'));
  expect(world.heard().at(-1)).toBe('23:59 mail resolved');
});

test('what is no incident is counted and listed, behind the rest, and is not open at the end', () => {
  const world = paper(file({ events: undefined as never }));
  drop(world, '10:00', ...'abcd');
  const token = eventAt('10:01', 'token-rotated', { workspaceId: 't' });
  const unknown = eventAt('10:01', 'unknown', { workspaceId: 'u', wireType: 'workspace:suspended' });
  world.send(token);
  world.send(unknown);
  const [e] = drop(world, '10:01', 'e');
  everything(world);
  expect(storms(world).at(-1)?.details).toMatchObject({
    members: [e!.id, token.id, unknown.id],
    storm: { counts: { 'token-rotated': 1, 'workspace:suspended': 1 }, over: true, open: 1 },
  });
  expect(storms(world).at(-1)?.details.gone).toBeUndefined();
});

test('the trace says that it is a storm, that the message is in its summary and as which number, and not that it was delivered', () => {
  const { world, first } = started();
  const [second] = drop(world, '10:01', 'f');
  expect(world.lines(first).slice(-2)).toEqual([
    'storm: ops: more than 4 messages within 5 min: a storm',
    'storm: ops: in the summary of the storm, as number 1',
  ]);
  expect(world.lines(second!).at(-1)).toBe('storm: ops: in the summary of the storm, as number 2');
  everything(world);
  expect(world.lines(second!).at(-1)).toBe('storm: ops: the storm is over after 5 min 30 s; 2 of 2 are still open');
});

/** As a lane has it: taken, and not yet answered. */
function lease(world: World, taken: Delivery): void {
  const known = world.memory.delivery;
  world.memory.delivery = (id) => (id === taken.id ? { ...taken, state: 'leased', claims: 1, attempts: 0 } : known(id));
}

test('an ending that is on its way is not asked back because one of its members is over', () => {
  const { world } = started();
  everything(world);
  lease(world, storms(world).at(-1)!);
  expect(world.send(back('23:59', 'e')).recall).toEqual([]);
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'resolved', follows: storms(world).at(-1)!.id });
});

test('a message that dies, over by then, whose next destination is in a storm: a line of its summary, and no end without a problem', () => {
  const rules = file({}, {}, [route('seats', ['mail'], { events: ['seats-full'] })]);
  rules.destinations.ops = destination('ops', { ifItFails: 'mail' });
  const world = paper(rules, { fate: ({ destination: name }) => (name === 'ops' ? 'pending' : 'delivered') });
  const dropped = down('10:00', 'a');
  world.send(dropped);
  for (const shop of 'bcdef') world.send(eventAt('10:01', 'seats-full', { workspaceId: shop }));
  const [alert] = world.deliveries();
  lease(world, alert!);
  world.send(back('10:02', 'a'));
  const reach = { ops: 'at-ops', mail: 'at-mail', boss: 'at-boss' };
  const died = world.put({ kind: 'undelivered', delivery: alert!, reason: 'gone', workspace: { id: 'a' }, reach }, at('10:03'));
  expect(died.cancel).toHaveLength(1);
  expect(died.deliveries.map(({ kind }) => kind)).toEqual(['relay']);
  world.until('10:04');
  expect(storms(world).at(-1)?.details.members).toContain(dropped.id);
});

// Random mornings: whatever order things come in, nobody hears too little, too much or out of turn.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import type { Event } from '../../src/model.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const start = at('08:00');

const files = [
  rulesOf([route('down', ['ops', 'owner'], { events: ['disconnected'], holdMs: 5 * minute }), route('audit', ['billing'])]),
  rulesOf([
    route('down', ['ops'], { events: ['disconnected'] }),
    route('late', ['owner', 'ops'], { events: ['disconnected'], holdMs: 10 * minute }),
  ]),
  rulesOf([route('renamed', ['mail'], { holdMs: 3 * minute, whenResolved: 'new' })]),
  rulesOf(
    [
      route('down', ['ops', 'owner'], {
        ...{ events: ['disconnected'], holdMs: 2 * minute, limit: { max: 1, perMs: 10 * minute } },
        repeat: { everyMs: 7 * minute, atMost: 2 },
        escalate: [{ afterMs: 6 * minute, send: [{ to: 'mail' }] }],
      }),
      route('all', ['billing'], { quiet: { during: 'morning', keep: true }, digest: { everyMs: 5 * minute } }),
    ],
    { quietHours: { morning: { from: 8 * 60 + 20, to: 9 * 60, days: [0, 1, 2, 3, 4, 5, 6] } } },
  ),
  rulesOf(
    [
      route('down', ['ops', 'owner'], { events: ['disconnected'], holdMs: 3 * minute, flapping: { drops: 2, withinMs: 25 * minute } }),
      route('all', ['billing', 'ops']),
    ],
    { storm: { moreThan: 2, withinMs: 8 * minute } },
  ),
  rulesOf(
    [
      route('down', ['ops', 'owner'], { events: ['disconnected'], flapping: { drops: 2, withinMs: 25 * minute } }),
      route('all', ['billing'], { digest: { everyMs: 5 * minute } }),
    ],
    { storm: { moreThan: 4, withinMs: 8 * minute } },
  ),
];
const isAnswer = ({ kind }: Delivery) => kind === 'reminder' || kind === 'escalation';

const step = fc.record({
  after: fc.integer({ min: 0, max: 12 * minute }),
  what: fc.constantFrom('disconnected', 'connected', 'repeat', 'reload', 'messaging-90', 'messaging-100') as fc.Arbitrary<string>,
  lag: fc.constantFrom(0, 0, 0, minute, 7 * minute),
  shop: fc.constantFrom('a', 'b') as fc.Arbitrary<string>,
  file: fc.nat(files.length - 1),
});
/** Many numbers that come and go within minutes, by files that call that unstable and a storm, or no longer do. */
const rough = fc.record({
  after: fc.integer({ min: 0, max: 2 * minute }),
  what: fc.constantFrom(...Array(6).fill('disconnected'), ...Array(4).fill('connected'), 'reload', 'messaging-90', 'messaging-100'),
  lag: fc.constantFrom(0, 0, 0, 0, minute),
  shop: fc.constantFrom('a', 'b', 'c', 'd'),
  file: fc.constantFrom(files.length - 1, files.length - 1, files.length - 2),
}) as typeof step;
const fate = fc.constantFrom('delivered', 'pending', 'dead') as fc.Arbitrary<'delivered' | 'pending' | 'dead'>;

function play(steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[], fates: ('delivered' | 'pending' | 'dead')[]) {
  let made = 0;
  const world = paper(files[steps[0]?.file ?? 0]!, { fate: () => fates[made++ % fates.length]! });
  const events: Event[] = [];
  let now = start;
  for (const one of steps) {
    now += one.after;
    if (one.what === 'reload') world.use(files[one.file]!);
    else {
      const last = events.at(-1);
      const clock = new Date(now).toISOString().slice(11, 19);
      const event =
        one.what === 'repeat' && last !== undefined
          ? { ...last, id: `e_again_${events.length}`, receivedAt: now }
          : { ...eventAt(clock, one.what === 'repeat' ? 'disconnected' : (one.what as 'connected'), { workspaceId: one.shop }) };
      const stamped =
        one.what === 'repeat' ? event : { ...event, triggeredAt: event.triggeredAt - one.lag, dedupKey: `${event.dedupKey}-${one.lag}` };
      const named = { ...stamped, id: `e_${events.length}` };
      events.push(named);
      world.send(named);
    }
  }
  world.runTo(now + 60 * minute);
  return { world, deliveries: world.deliveries(), keys: new Map(events.map(({ id, incidentKey }) => [id, incidentKey])) };
}

const perhapsHeard = (one: Delivery) => one.state === 'delivered';

function eachOnceAndInOrder(deliveries: Delivery[]): void {
  const byId = new Map(deliveries.map((one) => [one.id, one]));
  const ended = new Set<string>();
  for (const one of deliveries) {
    if (one.kind === 'resolved') {
      const problem = byId.get(one.follows ?? '');
      expect(problem, 'an end follows a problem').toBeDefined();
      expect(problem!.target).toBe(one.target);
      expect(['dead', 'cancelled']).not.toContain(problem!.state);
      // A digest and a storm tell of several, which end one by one.
      if (problem!.kind !== 'digest' && problem!.kind !== 'storm') expect(ended.has(problem!.id), 'one end for one problem').toBe(false);
      ended.add(problem!.id);
    }
  }
  for (const event of new Set(deliveries.map((one) => one.eventId).filter((id) => id !== undefined))) {
    const targets = deliveries
      .filter((one) => (one.details.members ?? [one.eventId]).includes(event) && !isAnswer(one))
      .filter((one) => one.state !== 'dead' && one.state !== 'cancelled')
      // What is still down when it no longer comes and goes is told a second time, for "unstable" did not say that it is down.
      .filter((one) => one.kind !== 'flapping' && one.details.whenResolved !== 'new')
      // Each summary of a storm says again what the one before it said, in its place.
      .filter(
        (one, at, all) => one.kind !== 'storm' || all.findIndex((other) => other.kind === 'storm' && other.target === one.target) === at,
      )
      .map((one) => one.target);
    expect(new Set(targets).size, 'a target hears of an event once').toBe(targets.length);
  }
}

function everyProblemHasItsEnd(deliveries: Delivery[], keys: Map<string, string | undefined>): void {
  const ended = new Set(deliveries.filter((one) => one.kind === 'resolved').map((one) => one.follows));
  // Who was told, and told again of the same by an escalation, hears of the end once: by either.
  const byEither = (one: Delivery) =>
    ended.has(one.id) ||
    deliveries.some(
      (other) => other.kind === 'escalation' && other.incidentKey === one.incidentKey && other.target === one.target && ended.has(other.id),
    );
  const drops = deliveries.filter((one) => one.kind === 'alert' && one.incidentKey?.startsWith('wa:') && perhapsHeard(one));
  for (const one of drops) expect(byEither(one), `${one.destination} heard of ${one.incidentKey}`).toBe(true);
  const ends = deliveries.filter((one) => one.kind === 'resolved');
  for (const one of deliveries.filter(({ kind }) => kind === 'flapping'))
    expect(
      ends.filter((end) => end.incidentKey === one.incidentKey && end.target === one.target && end.createdAt >= one.createdAt),
      `${one.destination} heard that ${one.incidentKey} is unstable`,
    ).not.toEqual([]);
  for (const one of deliveries.filter(({ details }) => details.storm?.over))
    for (const member of one.details.members!.filter((id) => keys.get(id)?.startsWith('wa:')))
      expect(
        ends.filter((end) => end.incidentKey === keys.get(member) && end.target === one.target && end.createdAt >= one.createdAt),
        `${one.destination} heard of ${keys.get(member)} in a storm`,
      ).not.toEqual([]);
}

test('nobody hears of an end without the problem, twice of one level, or twice of one end; the same morning twice is the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.array(fate, { minLength: 1, maxLength: 5 }), (steps, fates) => {
      const { deliveries } = play(steps, fates);
      eachOnceAndInOrder(deliveries);
      expect(play(steps, fates).deliveries).toEqual(deliveries);
    }),
    { numRuns: 2000 },
  );
});

test('whoever heard of a drop hears of its end, when the number is back at last', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const back = (['a', 'b'] as const).map((shop) => ({ after: 20 * minute, what: 'connected', lag: 0, shop, file: 0 }));
      const { deliveries, keys } = play([...steps, ...back], ['delivered']);
      everyProblemHasItsEnd(deliveries, keys);
    }),
    { numRuns: 2000 },
  );
});

test('both hold where numbers come and go and everything comes at once', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 40 }), fc.array(fate, { minLength: 1, maxLength: 5 }), (steps, fates) => {
      eachOnceAndInOrder(play(steps, fates).deliveries);
      const back = ['a', 'b', 'c', 'd'].map((shop) => ({ after: 20 * minute, what: 'connected', lag: 0, shop, file: files.length - 1 }));
      const { deliveries, keys } = play([...steps, ...back], ['delivered']);
      eachOnceAndInOrder(deliveries);
      everyProblemHasItsEnd(deliveries, keys);
    }),
    { numRuns: 2000 },
  );
});

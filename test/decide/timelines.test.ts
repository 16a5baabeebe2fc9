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
];
const isAnswer = ({ kind }: Delivery) => kind === 'reminder' || kind === 'escalation';

const step = fc.record({
  after: fc.integer({ min: 0, max: 12 * minute }),
  what: fc.constantFrom('disconnected', 'connected', 'repeat', 'reload', 'messaging-90', 'messaging-100') as fc.Arbitrary<string>,
  lag: fc.constantFrom(0, 0, 0, minute, 7 * minute),
  shop: fc.constantFrom('a', 'b'),
  file: fc.nat(files.length - 1),
});
const fate = fc.constantFrom('delivered', 'pending', 'dead') as fc.Arbitrary<'delivered' | 'pending' | 'dead'>;

function play(steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[], fates: ('delivered' | 'pending' | 'dead')[]) {
  let made = 0;
  const world = paper(files[0]!, { fate: () => fates[made++ % fates.length]! });
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
  return { world, deliveries: world.deliveries() };
}

const perhapsHeard = (one: Delivery) => one.state === 'delivered';

test('nobody hears of an end without the problem, twice of one level, or twice of one end; the same morning twice is the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.array(fate, { minLength: 1, maxLength: 5 }), (steps, fates) => {
      const { deliveries } = play(steps, fates);
      const byId = new Map(deliveries.map((one) => [one.id, one]));
      const ended = new Set<string>();
      for (const one of deliveries) {
        if (one.kind === 'resolved') {
          const problem = byId.get(one.follows ?? '');
          expect(problem, 'an end follows a problem').toBeDefined();
          expect(problem!.target).toBe(one.target);
          expect(['dead', 'cancelled']).not.toContain(problem!.state);
          // A digest tells of several, which end one by one.
          if (problem!.kind !== 'digest') expect(ended.has(problem!.id), 'one end for one problem').toBe(false);
          ended.add(problem!.id);
        }
      }
      for (const event of new Set(deliveries.map((one) => one.eventId).filter((id) => id !== undefined))) {
        const targets = deliveries
          .filter((one) => (one.details.members ?? [one.eventId]).includes(event) && !isAnswer(one))
          .filter((one) => one.state !== 'dead' && one.state !== 'cancelled')
          .map((one) => one.target);
        expect(new Set(targets).size, 'a target hears of an event once').toBe(targets.length);
      }
      expect(play(steps, fates).deliveries).toEqual(deliveries);
    }),
    { numRuns: 2000 },
  );
});

test('whoever heard of a drop hears of its end, when the number is back at last', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const back = (['a', 'b'] as const).map((shop) => ({ after: 20 * minute, what: 'connected', lag: 0, shop, file: 0 }));
      const { deliveries } = play([...steps, ...back], ['delivered']);
      const ended = new Set(deliveries.filter((one) => one.kind === 'resolved').map((one) => one.follows));
      // Who was told, and told again of the same by an escalation, hears of the end once: by either.
      const byEither = (one: Delivery) =>
        ended.has(one.id) ||
        deliveries.some(
          (other) =>
            other.kind === 'escalation' && other.incidentKey === one.incidentKey && other.target === one.target && ended.has(other.id),
        );
      const drops = deliveries.filter((one) => one.kind === 'alert' && one.incidentKey?.startsWith('wa:') && perhapsHeard(one));
      for (const one of drops) expect(byEither(one), `${one.destination} heard of ${one.incidentKey}`).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

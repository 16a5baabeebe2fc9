// Random mornings: whatever work comes in whatever order, with restarts between, nothing accepted is missing, nothing is with two lanes, what is
// final stays so, and no follower overtakes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import type { Done, Leased, Work } from '../../src/store/store.ts';
import {
  accepting,
  byEvent,
  type FreshDatabase,
  makeDelivery,
  makeEvent,
  openWorld,
  relayInput,
  type Say,
  settlementOf,
  type World,
} from './world.ts';

const destinations = ['ops', 'billing'];
const which = fc.nat(60);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('event'), to: fc.nat(1), follows: fc.option(which), copyOf: fc.option(which, { freq: 5 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('settle'), which, as: fc.constantFrom('delivered', 'pending', 'dead') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claim'), to: fc.nat(1), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recalled'), which }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const between = fc.constantFrom({ wait: 1 }, { wait: 1_000 }, { wait: 60_000 }, { restart: true });
const morning = fc.array(fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), after: fc.option(between), room: fc.nat(2) }), {
  maxLength: 30,
});

export function modelContract(fresh: FreshDatabase): void {
  test('keeps what was accepted, leases to one lane at a time, leaves the final alone, lets no follower overtake', async () => {
    const run = async (batches: typeof morning extends fc.Arbitrary<infer M> ? M : never) => {
      const world = await openWorld(fresh);
      const model = newModel();
      try {
        for (const { steps, after, room } of batches) {
          world.room = { ops: room, billing: room };
          await commit(world, model, steps);
          if (after === null) continue;
          if ('wait' in after) world.now += after.wait;
          else await world.reopen();
          await world.tick();
          await compare(world, model);
        }
      } finally {
        await world.close();
      }
    };
    await fc.assert(fc.asyncProperty(morning, run), { numRuns: 40 });
  });
}

/** What is known from the answers alone. */
const newModel = () => ({
  events: [] as string[],
  deliveries: [] as string[],
  follows: new Map<string, string>(),
  final: new Map<string, Delivery>(),
  /** Every lease ever given; the settlements of old ones come late. */
  leases: [] as Leased[],
  /** Leases not given up, lost or ended: id → generation. */
  held: new Map<string, number>(),
});
type Model = ReturnType<typeof newModel>;

async function commit(world: World, model: Model, steps: Step[]): Promise<void> {
  const said: Record<string, Say> = {};
  const work = steps.flatMap((one) => workOf(one, model, said, world.now));
  const answers = await world.commit(work, byEvent(said));
  const leased: Leased[] = [];
  for (const [at, done] of answers.entries()) {
    const one = work[at]!;
    expect(done.did).toBe(one.do);
    giveUp(model, one, done);
    for (const lease of 'leased' in done ? done.leased : []) {
      const { id, generation } = lease.delivery;
      expect(model.held.has(id), `${id} is with two lanes`).toBe(false);
      model.held.set(id, generation);
      leased.push(lease);
    }
  }
  model.leases.push(...leased);
  await compare(world, model);
  for (const { delivery } of leased) {
    const leader = model.follows.get(delivery.id);
    if (leader !== undefined) expect(model.final.has(leader), `${delivery.id} overtakes ${leader}`).toBe(true);
  }
}

function workOf(one: Step, model: Model, said: Record<string, Say>, now: number): Work[] {
  const lease = 'which' in one && model.leases.length > 0 ? model.leases[one.which % model.leases.length] : undefined;
  const { id = '', generation = 0 } = lease?.delivery ?? {};
  if (one.do === 'event' && 'to' in one && 'copyOf' in one) {
    const first = one.copyOf !== null && model.events.length > 0 ? model.events[one.copyOf % model.events.length] : undefined;
    if (first !== undefined) return [accepting(makeEvent(`copy_of_${first}`, { dedupKey: makeEvent(first).dedupKey }))];
    const event = `e_${String(model.events.length).padStart(4, '0')}`;
    const delivery = `d_${String(model.deliveries.length).padStart(4, '0')}`;
    const leader =
      one.follows !== null && model.deliveries.length > 0 ? model.deliveries[one.follows % model.deliveries.length] : undefined;
    const follows = leader === undefined ? {} : { follows: leader };
    said[event] = { deliveries: [makeDelivery(delivery, { eventId: event, destination: destinations[one.to]!, runAt: now, ...follows })] };
    model.events.push(event);
    model.deliveries.push(delivery);
    if (leader !== undefined) model.follows.set(delivery, leader);
    return [accepting(makeEvent(event))];
  }
  if (one.do === 'claim' && 'limit' in one) return [{ do: 'claim', destination: destinations[one.to]!, limit: one.limit }];
  if (one.do === 'cancel' && 'which' in one) {
    const event = `cancel_${model.events.length}_${now}_${one.which}`;
    const target = model.deliveries[one.which % Math.max(1, model.deliveries.length)];
    if (target === undefined || said[event] !== undefined || model.events.includes(event)) return [];
    said[event] = { cancel: [{ id: target, reason: 'over' }] };
    model.events.push(event);
    return [accepting(makeEvent(event))];
  }
  if (lease === undefined) return [];
  if (one.do === 'settle' && 'as' in one) {
    const next = one.as === 'pending' ? { state: one.as, runAt: now + 500 } : { state: one.as as 'delivered' | 'dead' };
    return [{ do: 'settle', settlement: settlementOf(lease, next, now) }];
  }
  if (one.do === 'release') return [{ do: 'release', released: [{ id, generation }] }];
  return [{ do: 'recalled', id, generation, reason: 'over' }];
}

/** By what was answered: who holds a lease no longer. */
function giveUp({ held }: Model, work: Work, done: Done): void {
  if (work.do === 'settle' && done.did === 'settle' && (done.current || work.settlement.next.state === 'delivered'))
    held.delete(work.settlement.id);
  if (work.do === 'recalled' && done.did === 'recalled' && done.current) held.delete(work.id);
  if (work.do === 'release') for (const { id, generation } of work.released) if (held.get(id) === generation) held.delete(id);
  if (work.do === 'decide' && done.did === 'decide' && work.input.kind === 'event' && work.input.event.id.startsWith('copy_of_'))
    expect(done).toMatchObject({ outcome: 'duplicate', eventId: work.input.event.id.slice('copy_of_'.length) });
}

/** The whole table against what is known. */
async function compare(world: World, model: Model): Promise<void> {
  let rows: (Delivery | undefined)[] = [];
  let events: unknown[] = [];
  await world.do({ do: 'decide', input: relayInput }, (memory) => {
    rows = model.deliveries.map((id) => memory.delivery(id));
    events = model.events.map((id) => memory.event(id)?.id);
    return {};
  });
  expect(events).toEqual(model.events);
  for (const row of rows as Delivery[]) {
    const before = model.final.get(row.id);
    if (before !== undefined) expect(row).toEqual(before);
    else if (['delivered', 'dead', 'cancelled'].includes(row.state)) model.final.set(row.id, row);
    // Leases that ran out or whose owner is gone.
    if (row.state !== 'leased') model.held.delete(row.id);
    else expect(model.held.get(row.id)).toBe(row.generation);
  }
  for (const row of rows as Delivery[])
    if (row.state === 'waiting') expect(model.final.has(model.follows.get(row.id)!), `${row.id} waits for what is over`).toBe(false);
}

// decide: the event, its key, what is remembered and what goes out are written together and read back as they were.
import { beforeEach, expect, test } from 'vitest';
import {
  accepting,
  byEvent,
  day,
  type FreshDatabase,
  idsOf,
  makeDelivery,
  makeEvent,
  makeIncident,
  makeTimer,
  openWorld,
  type World,
} from './world.ts';

export function decideContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  test('an event is kept as it was normalised, and answered by its own id', async () => {
    const event = makeEvent('e_1', { workspaceId: '12345678901234567890', wireType: 'a "quoted" \u0000 wire \u{1f600} type' });
    expect(await world.accept(event)).toEqual({ did: 'decide', eventId: 'e_1', outcome: 'routed', leased: [], waiting: [], recall: [] });
    await world.reopen();
    expect(await world.read((memory) => memory.event('e_1'))).toEqual(event);
    expect(await world.read((memory) => memory.event('e_2'))).toBeUndefined();
  });

  test('a repeat is answered with the first id and writes nothing, for 7 days and no longer', async () => {
    const { dedupKey } = makeEvent('e_1');
    await world.accept(makeEvent('e_1'));
    world.now += 7 * day - 1;
    const again = await world.accept(makeEvent('e_2', { dedupKey }), { incidents: [makeIncident('never')] });
    expect(again).toMatchObject({ eventId: 'e_1', outcome: 'duplicate', leased: [] });
    expect(await world.read((memory) => [memory.event('e_2'), memory.incident('never')])).toEqual([undefined, undefined]);
    world.now += 1;
    expect(await world.accept(makeEvent('e_3', { dedupKey }))).toMatchObject({ eventId: 'e_3', outcome: 'routed' });
    expect(await world.read((memory) => memory.seen(dedupKey))).toBe('e_3');
  });

  test('two copies in one batch are one event', async () => {
    const { dedupKey } = makeEvent('e_1');
    const done = await world.commit([accepting(makeEvent('e_1')), accepting(makeEvent('e_2', { dedupKey }))]);
    expect(done).toMatchObject([
      { eventId: 'e_1', outcome: 'routed' },
      { eventId: 'e_1', outcome: 'duplicate' },
    ]);
  });

  test('what is decided is remembered by the next decision, also within one batch', async () => {
    const incident = makeIncident('wa:acme:67890', { told: [{ target: 't', destination: 'ops', route: 'r', level: 1, delivery: 'd_1' }] });
    const seen: unknown[] = [];
    const decide = byEvent({
      e_1: (memory) => {
        seen.push(memory.incident('wa:acme:67890'));
        return { incidents: [incident], cells: { 'first:acme': '1', gone: 'x' }, deliveries: [makeDelivery('d_1', { eventId: 'e_1' })] };
      },
      e_2: (memory) => {
        seen.push(memory.incident('wa:acme:67890'), memory.cell('first:acme'), memory.delivery('d_1')?.state, memory.event('e_1')?.id);
        return { cells: { gone: null }, incidents: [{ ...incident, open: false, count: 2 }] };
      },
    });
    await world.commit([accepting(makeEvent('e_1')), accepting(makeEvent('e_2'))], decide);
    expect(seen).toEqual([undefined, incident, '1', 'pending', 'e_1']);
    await world.reopen();
    expect(await world.read((memory) => [memory.incident('wa:acme:67890'), memory.cell('gone'), memory.cell('first:acme')])).toEqual([
      { ...incident, open: false, count: 2 },
      undefined,
      '1',
    ]);
  });

  test('a cell is as it was last written', async () => {
    const cell = () => world.read((memory) => memory.cell('phone:acme:+34600123456'));
    for (const value of ['wa:acme:1', 'wa:acme:1', 'wa:acme:2', null, 'wa:acme:3']) {
      await world.accept(makeEvent(`e_${world.now++}`), { cells: { 'phone:acme:+34600123456': value } });
      expect(await cell()).toBe(value ?? undefined);
    }
  });

  test('an incident that is raised, ended and opened again is always as last decided', async () => {
    const say = [
      { level: 2, eventId: 'e_2' },
      { open: false, endedBy: 'recovery' as const },
      { openedAt: start2, eventId: 'e_4' },
    ];
    for (const [at, more] of [{}, ...say].entries()) {
      const incident = makeIncident('wa:acme:1', { ...more, count: at + 1 });
      await world.accept(makeEvent(`e_${at + 1}`), (memory) => {
        memory.incident('wa:acme:1');
        return { incidents: [incident] };
      });
      expect(await world.read((memory) => memory.incident('wa:acme:1'))).toEqual(incident);
    }
  });

  test('new deliveries come leased while their lane has room; the rest is pending, and its destination named', async () => {
    world.room = { ops: 2 };
    const deliveries = ['d_1', 'd_2', 'd_3'].map((id) => makeDelivery(id)).concat(makeDelivery('d_4', { destination: 'billing' }));
    const done = await world.send(...deliveries);
    expect(idsOf(done.leased)).toEqual(['d_1', 'd_2']);
    expect(done.leased[0]?.delivery).toMatchObject({ state: 'leased', claims: 1, generation: 1 });
    expect(done.waiting).toEqual(['ops', 'billing']);
    expect(await world.states('d_1', 'd_2', 'd_3', 'd_4')).toEqual(['leased', 'leased', 'pending', 'pending']);
    expect(await world.delivery('d_1')).toEqual(done.leased[0]?.delivery);
  });

  test('room is shared by all the work of one batch', async () => {
    world.room = { ops: 1 };
    const decide = byEvent({ e_1: { deliveries: [makeDelivery('d_1')] }, e_2: { deliveries: [makeDelivery('d_2')] } });
    const done = await world.commit([accepting(makeEvent('e_1')), accepting(makeEvent('e_2'))], decide);
    expect(done).toMatchObject([{ leased: [{ delivery: { id: 'd_1' } }] }, { leased: [], waiting: ['ops'] }]);
  });

  test('what is due later is neither leased nor named', async () => {
    world.room = { ops: 5 };
    const done = await world.send(makeDelivery('d_1', { runAt: world.now + 1 }));
    expect(done).toMatchObject({ leased: [], waiting: [] });
    expect(await world.tick()).toMatchObject({ destinations: [], nextAt: world.now + 1 });
  });

  test('a lane gets event and body with a delivery, unless it comes of the event at hand', async () => {
    world.room = { ops: 5 };
    const own = await world.accept(makeEvent('e_1'), { deliveries: [makeDelivery('d_1', { eventId: 'e_1' })] });
    expect(Object.keys(own.leased[0]!)).toEqual(['delivery']);
    const later = await world.send(makeDelivery('d_2', { eventId: 'e_1' }));
    expect(later.leased[0]).toMatchObject({ event: makeEvent('e_1'), body: '{"id":"e_1"}' });
  });

  test('a delivery keeps all that decide gave it', async () => {
    const delivery = makeDelivery('d_1', {
      ...{ eventId: 'e_1', incidentKey: 'wa:acme:67890', template: 'upsell', kind: 'relay', level: 2, replayOf: 'd_0' },
      details: { since: 5, insteadOf: ['ops'], relay: { code: 'c', subject: 's', text: '"quoted"' } },
    });
    await world.send(delivery);
    await world.reopen();
    expect(await world.delivery('d_1')).toEqual(delivery);
  });

  test('a reminder is cancelled between its tries too, for it would come after the end; not while a lane has it', async () => {
    await world.send(makeDelivery('d_1', { kind: 'reminder' }), makeDelivery('d_2', { kind: 'reminder', destination: 'billing' }));
    for (const leased of await world.claim('ops')) await world.settle(leased, { state: 'pending', runAt: world.now + 60_000 });
    await world.claim('billing');
    await world.accept(makeEvent('e_1'), { cancel: ['d_1', 'd_2'].map((id) => ({ id, reason: 'over before it was sent' })) });
    expect(await world.states('d_1', 'd_2')).toEqual(['cancelled', 'leased']);
  });

  test('only what was never with a lane is cancelled, together with what waits for it', async () => {
    world.room = { billing: 1 };
    await world.send(
      makeDelivery('d_1'),
      makeDelivery('d_2', { follows: 'd_1' }),
      makeDelivery('d_3', { follows: 'd_2' }),
      makeDelivery('d_4', { destination: 'billing' }),
      makeDelivery('d_5'),
    );
    const [taken] = await world.claim('ops', 1);
    await world.do({ do: 'release', released: [{ id: 'd_1', generation: taken!.delivery.generation }] });
    await world.settle((await world.claim('ops', 1))[0]!, { state: 'pending', runAt: world.now });
    const cancel = ['d_1', 'd_2', 'd_4', 'd_5', 'nowhere'].map((id) => ({ id, reason: 'over before it was sent' }));
    await world.accept(makeEvent('e_1'), { cancel });
    expect(await world.states('d_1', 'd_2', 'd_3', 'd_4', 'd_5')).toEqual(['pending', 'cancelled', 'cancelled', 'leased', 'cancelled']);
    expect(await world.delivery('d_5')).toMatchObject({ lastError: 'over before it was sent', endedAt: world.now });
  });

  test('only what is on its first lease is asked back', async () => {
    world.room = { ops: 1 };
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'));
    const [second] = await world.claim('ops');
    await world.settle(second!, { state: 'pending', runAt: world.now });
    await world.claim('ops');
    expect(await world.accept(makeEvent('e_1'), { recall: ['d_1', 'd_2', 'nowhere'] })).toMatchObject({ recall: ['d_1'] });
  });

  test('a timer that is dropped and set in one decision stands as set', async () => {
    await world.accept(makeEvent('e_1'), { timers: { set: [makeTimer('hold', 5), makeTimer('other', 6)], drop: [] } });
    await world.accept(makeEvent('e_2'), { timers: { set: [makeTimer('hold', 7)], drop: ['hold', 'other'] } });
    expect((await world.tick()).timers).toEqual([makeTimer('hold', 7)]);
  });
}

const start2 = Date.UTC(2026, 10, 24);

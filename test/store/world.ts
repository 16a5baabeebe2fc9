// A store under test, with literal decisions: what a decider would say is written down in the test.
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Decision, Input, Memory } from '../../src/decide/decision.ts';
import type { Attempt, Delivery } from '../../src/delivery.ts';
import type { Event, Incident, Timer } from '../../src/model.ts';
import type { Decider, Done, Leased, Settlement, Store, Work } from '../../src/store/store.ts';

/** A database of its own for one test, gone when the test is over. `open` may be called again after a close: it is the same database. */
export type FreshDatabase = () => { open(owner: string, now: number): Promise<Store> };

export type Answer<D extends Done['did']> = Extract<Done, { did: D }>;
export type Say = Partial<Decision> | ((memory: Memory) => Partial<Decision>);
export type World = Awaited<ReturnType<typeof openWorld>>;

export const day = 86_400_000;
export const start = Date.UTC(2026, 10, 23, 9);
export const everyRoom = { ops: 1_000, billing: 1_000, audit: 1_000 };

export async function openWorld(fresh: FreshDatabase) {
  const database = fresh();
  let store = await database.open('first', start);
  let owner = 1;
  const world = {
    now: start,
    /** Nothing is leased by itself unless a test makes room. */
    room: {} as Record<string, number>,
    store: () => store,
    commit: (work: Work[], decide: Decider = silent) => store.commit({ work, now: world.now, room: world.room }, decide),
    /** One piece of work, which must not fail. */
    do: async <W extends Work>(work: W, say: Say = {}): Promise<Answer<W['do']>> => {
      const [done] = await world.commit([work], decider(say));
      expect(done).toMatchObject({ did: work.do });
      return done as Answer<W['do']>;
    },
    accept: (event: Event, say: Say = {}) => world.do(accepting(event), say),
    /** Deliveries written without an event of their own. */
    send: (...deliveries: Delivery[]) => world.do({ do: 'decide', input: relayInput }, { deliveries }),
    claim: async (destination: string, limit = 10): Promise<Leased[]> => (await world.do({ do: 'claim', destination, limit })).leased,
    settle: (leased: Leased, next: Settlement['next'], more: Partial<Settlement> = {}, say: Say = {}) =>
      world.do({ do: 'settle', settlement: settlementOf(leased, next, world.now, more) }, say),
    tick: () => world.do({ do: 'tick' }),
    read: async <T>(look: (memory: Memory) => T): Promise<T> => {
      let found: T | undefined;
      await world.do({ do: 'decide', input: relayInput }, (memory) => {
        found = look(memory);
        return {};
      });
      return found as T;
    },
    delivery: async (id: string): Promise<Delivery> => {
      const found = await world.read((memory) => memory.delivery(id));
      expect(found).toBeDefined();
      return found!;
    },
    states: async (...ids: string[]): Promise<(string | undefined)[]> =>
      world.read((memory) => ids.map((id) => memory.delivery(id)?.state)),
    reopen: async () => {
      await store.close();
      owner++;
      store = await database.open(`owner-${owner}`, world.now);
    },
    close: () => store.close(),
  };
  return world;
}

export const nothing: Decision = {
  trace: [],
  appends: [],
  incidents: [],
  cells: {},
  timers: { set: [], drop: [] },
  deliveries: [],
  cancel: [],
  recall: [],
  release: [],
};

/** Like decide's own: a repeat is a duplicate, and all else is what the test says. */
export const decider =
  (say: Say): Decider =>
  (memory, input) => {
    const outcome = input.kind === 'event' ? ({ outcome: 'routed' } as const) : {};
    const first = input.kind === 'event' ? memory.seen(input.event.dedupKey) : undefined;
    if (first !== undefined) return { ...nothing, outcome: 'duplicate', duplicateOf: first };
    return { ...nothing, ...outcome, ...(typeof say === 'function' ? say(memory) : say) };
  };

/** For batches: each event's own decision by its id. */
export const byEvent =
  (said: Record<string, Say>): Decider =>
  (memory, input, clock) =>
    decider((input.kind === 'event' ? said[input.event.id] : undefined) ?? {})(memory, input, clock);

const silent = decider({});
export const relayInput: Input = { kind: 'relay', notice: { code: 'test', subject: '', text: '' }, reach: {} };
export const accepting = (event: Event, body = `{"id":"${event.id}"}`) =>
  ({ do: 'decide', input: { kind: 'event', event, workspace: { id: event.workspaceId }, reach: {} }, body }) as const;

export function makeEvent(id: string, more: Partial<Event> = {}): Event {
  return {
    id,
    partner: 'partner_12345',
    proof: 'signature',
    type: 'disconnected',
    wireType: 'whatsapp_account:disconnected',
    severity: 'critical',
    phase: 'firing',
    level: 1,
    workspaceId: 'acme',
    account: { id: '67890', phone: '+34600123456' },
    incidentKey: 'wa:acme:67890',
    triggeredAt: start,
    receivedAt: start,
    dedupKey: createHash('sha256').update(id).digest('hex'),
    ...more,
  };
}

export function makeDelivery(id: string, more: Partial<Delivery> = {}): Delivery {
  return {
    id,
    destination: 'ops',
    target: 'http:https://ops.example/in',
    route: 'number-down',
    kind: 'alert',
    level: 1,
    state: 'pending',
    details: {},
    createdAt: start,
    receivedAt: start,
    runAt: start,
    attempts: 0,
    claims: 0,
    starts: 0,
    generation: 0,
    ...more,
  };
}

export function makeIncident(key: string, more: Partial<Incident> = {}): Incident {
  return {
    key,
    workspaceId: 'acme',
    type: 'disconnected',
    severity: 'critical',
    level: 1,
    open: true,
    openedAt: start,
    receivedAt: start,
    changedAt: start,
    eventId: 'e_1',
    count: 1,
    routes: {},
    told: [],
    ...more,
  };
}

export const makeTimer = (name: string, dueAt: number): Timer => ({
  name,
  dueAt,
  kind: 'hold',
  workspaceId: 'acme',
  incidentKey: 'wa:acme:67890',
  route: 'number-down',
});

export function settlementOf({ delivery }: Leased, next: Settlement['next'], now: number, more: Partial<Settlement> = {}): Settlement {
  const fine = next.state === 'delivered';
  const attempt: Attempt = {
    n: delivery.attempts + 1,
    startedAt: now - 20,
    endedAt: now,
    class: fine ? 'ok' : next.state === 'dead' ? 'permanent' : 'transient',
    ...(fine ? {} : { code: 'HTTP 503', error: 'the receiver answered HTTP 503' }),
  };
  return { id: delivery.id, generation: delivery.generation, attempt, counts: true, next, ...more };
}

export const idsOf = (leased: Leased[]): string[] => leased.map(({ delivery }) => delivery.id);

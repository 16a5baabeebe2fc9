// when_resolved: what its tests in when_resolved.yaml cannot say, in which form an end comes, and what becomes of it where the problem had no luck.
import { expect, test } from 'vitest';
import { type Attempting, attempt } from '../../src/attempt.ts';
import type { Fate } from '../../src/decide/rehearsal.ts';
import type { Delivery } from '../../src/delivery.ts';
import { type Message, PreviousGoneError, type Sender } from '../../src/plugin.ts';
import type { Leased } from '../../src/store/store.ts';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const rulesWith = (more: Parameters<typeof route>[2]) => rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more })]);

function ended(more: Parameters<typeof route>[2], fate?: (delivery: Delivery) => Fate, begin: (problem: Delivery) => void = () => {}) {
  const world = paper(rulesWith(more), fate && { fate });
  world.send(eventAt('10:00', 'disconnected'));
  begin(world.deliveries()[0]!);
  const back = eventAt('10:20', 'connected');
  world.send(back);
  return { world, back, problem: world.deliveries()[0]!, end: world.deliveries()[1] };
}

test.for<['update' | 'thread' | 'new', Delivery['details']['whenResolved']]>([
  ['update', undefined],
  ['thread', 'thread'],
  ['new', 'new'],
])('when_resolved: %s goes to who was told, and hangs on that message', ([whenResolved, form]) => {
  const { problem, end } = ended({ whenResolved });
  expect(end).toMatchObject({
    kind: 'resolved',
    destination: 'ops',
    follows: problem.id,
    details: { since: at('10:00'), endedAt: at('10:20') },
  });
  expect(end?.details.whenResolved).toBe(form);
});

test('when_resolved: none tells nobody, and the trace says so', () => {
  const { world, back, end } = ended({ whenResolved: 'none' });
  expect(end).toBeUndefined();
  expect(world.lines(back)).toContain('receipt: down: when_resolved is none, so ops is not told');
});

test('when_resolved: a problem that was never attempted is cancelled together with its end', () => {
  const { problem, end } = ended({}, () => 'pending');
  expect(problem.state).toBe('cancelled');
  expect(end).toBeUndefined();
});

test('when_resolved: one that was attempted even once goes out, and its end waits behind it', () => {
  const tried = { claims: 1, attempts: 1 };
  const { problem, end } = ended(
    {},
    () => 'pending',
    (one) => Object.assign(one, tried),
  );
  expect(problem.state).toBe('pending');
  expect(end).toMatchObject({ kind: 'resolved', state: 'waiting', follows: problem.id });
});

test('when_resolved: a problem that died has no end', () => {
  const { world, back } = ended({}, ({ kind }) => (kind === 'alert' ? 'dead' : 'delivered'));
  expect(world.deliveries().filter(({ kind }) => kind === 'resolved')).toEqual([]);
  expect(world.lines(back)).toContain('receipt: ops: it never heard of the problem (the message died), so not of its end');
});

test('when_resolved: the ends of a digest are one answer to it that names each, and never an edit', () => {
  const world = paper(rulesWith({ digest: { everyMs: 600_000 } }));
  for (const workspaceId of ['a', 'b', 'c']) world.send(eventAt('10:00', 'disconnected', { workspaceId }));
  const backs = ['a', 'b'].map((workspaceId, n) => eventAt(`10:2${n}`, 'connected', { workspaceId }));
  for (const one of backs) world.send(one);
  world.until('12:00');
  expect(world.heard()).toEqual(['10:10 ops digest', '10:30 ops resolved']);
  const [digest, end] = world.deliveries();
  expect(end).toMatchObject({ follows: digest?.id, details: { whenResolved: 'thread', members: backs.map(({ id }) => id) } });
});

test('when_resolved: where the message that told the problem is gone, its end is a new message', async () => {
  const sent: Message[] = [];
  const sender: Sender = {
    send: async (message) => {
      sent.push(message);
      if (message.previous !== undefined) throw new PreviousGoneError('somebody deleted it');
      return { ref: { ts: '2' } };
    },
  };
  const prepare = async ({ previous }: Leased) => ({
    sender,
    timeoutMs: 1000,
    network: {},
    message: previous === undefined ? {} : { previous },
  });
  const parts = { inForce: { prepare, rules: () => rulesOf([]), mask: String }, links: () => ({}), log: {}, now: () => at('10:20') };
  const { problem, end } = ended({});
  const leased = { delivery: { ...end!, state: 'leased' }, previous: { ts: problem.id } } as unknown as Leased;
  const outcome = await attempt(leased, { ...parts, signal: new AbortController().signal, flawed: () => {} } as unknown as Attempting);
  expect(outcome).toMatchObject({ class: 'ok', receipt: { ts: '2' } });
  expect(sent.map(({ previous }) => previous)).toEqual([{ ts: problem.id }, undefined]);
});

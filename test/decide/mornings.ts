// Random mornings of a few shops: drops, recoveries, quotas, notices, repeats, disorder, reloads, restarts, silences, people who take an incident or close it.
// Played on paper and written down as a diary that morning-promises.ts reads. test/decide/timelines.test.ts plays some, bench/timelines.ts a million.
import fc from 'fast-check';
import type { Decision, Input } from '../../src/decide/decision.ts';
import type { Fate, Rehearsal } from '../../src/decide/rehearsal.ts';
import type { Delivery } from '../../src/delivery.ts';
import type { Event, EventType, Incident, Timer } from '../../src/model.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

export const minute = 60_000;
const day = 86_400_000;
const start = at('08:00');
/** As relay.ts has it: what fell due while the relay was away waits so long after it is back. */
const settleMs = 30_000;

/** The next ones are added here; whatever a file does, the promises hold. */
export const files: Rules[] = [
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
  rulesOf([
    route('down', ['ops', 'owner'], { events: ['disconnected'], holdMs: 4 * minute, confirm: true }),
    route('all', ['billing'], { digest: { everyMs: 5 * minute } }),
    route('now', ['billing', 'mail'], { events: ['disconnected', 'token-rotated'] }),
    route('welcome', ['mail'], { events: ['connected'], where: { firstTime: true } }),
  ]),
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

const kinds = ['disconnected', 'connected', 'messaging-90', 'messaging-100', 'seats-full', 'token-rotated', 'unknown'] as const;
const doings = ['repeat', 'reload', 'restart', 'acknowledge', 'close', 'close', 'silence', 'unsilence'] as const;

type What = (typeof kinds)[number] | (typeof doings)[number];
/** What the Partner API says of a number at the end of a hold with `confirm`. */
type Answer = 'up' | 'down' | 'unknown';
export type Step = { after: number; what: What; lag: number; shop: string; file: number };
export type Morning = { steps: Step[]; fates: Fate[]; answers?: Answer[] };

const step: fc.Arbitrary<Step> = fc.record({
  // No two at once, so that which came first is plain.
  after: fc.integer({ min: 1, max: 12 * minute }),
  // Drops and recoveries are most of it.
  what: fc.constantFrom<What>('disconnected', 'disconnected', 'connected', 'connected', ...kinds, ...doings),
  lag: fc.constantFrom(0, 0, 0, minute, 7 * minute),
  shop: fc.constantFrom('a', 'b'),
  file: fc.nat(files.length - 1),
});

/** Many numbers that come and go within minutes, by files that call that unstable and a storm, or no longer do. */
const roughStep: fc.Arbitrary<Step> = fc.record({
  after: fc.integer({ min: 1, max: 2 * minute }),
  what: fc.constantFrom<What>(
    ...Array(6).fill('disconnected'),
    ...Array(4).fill('connected'),
    'reload',
    'restart',
    'close',
    'close',
    'silence',
    'messaging-90',
    'messaging-100',
  ),
  lag: fc.constantFrom(0, 0, 0, 0, minute),
  shop: fc.constantFrom('a', 'b', 'c', 'd'),
  file: fc.constantFrom(files.length - 1, files.length - 1, files.length - 2),
});

export const mornings: fc.Arbitrary<Morning> = fc.record({
  steps: fc.oneof(fc.array(step, { maxLength: 25, size: 'max' }), fc.array(roughStep, { maxLength: 40, size: 'max' })),
  fates: fc.oneof(
    fc.constant<Fate[]>(['delivered']),
    fc.array(fc.constantFrom<Fate>('delivered', 'pending', 'dead'), { minLength: 1, maxLength: 5 }),
  ),
  answers: fc.array(fc.constantFrom<Answer>('up', 'down', 'unknown'), { minLength: 1, maxLength: 4 }),
});

/** One event's entry: what was decided, and its incident before and after. */
/** `file`: the place of `rules` among those of the diary. */
export type Entry = { event: Event; rules: Rules; file: number; decision: Decision; before?: Incident; after?: Incident };
export type Diary = {
  entries: Entry[];
  rules: { since: number; rules: Rules }[];
  /** The relay was not running, and its timers of that time ran when it had settled. */
  away: { from: number; settled: number }[];
  silences: { shop: string; from: number; until: number }[];
  /** Incidents that the Partner API said are over, by the event that told it so. */
  foundOver: { at: number; eventId: string; incident: Incident }[];
  /** Those that a person closed, in the same way. */
  closed: { at: number; eventId: string; incident: Incident }[];
  deliveries: Delivery[];
  timers: Timer[];
  memory: Rehearsal['memory'];
};

/** `home`: at the end all numbers are back and everything that is kept comes out. */
export function play({ steps, fates, answers = ['down'] }: Morning, home = false): Diary {
  let made = 0;
  let asked = 0;
  const first = files[steps[0]?.file ?? 0]!;
  const stage = paper(rulesOf([]), { fate: () => fates[made++ % fates.length]! });
  // A store of more than a week knows a first connect.
  const long = { receivedAt: start - 8 * day, triggeredAt: start - 8 * day, workspaceId: 'old' };
  stage.put({ kind: 'event', event: eventAt('08:00', 'connected', long), workspace: { id: 'old' }, reach: {} }, long.receivedAt);
  stage.use(first, start);
  const rules = [{ since: start, rules: first }];
  const reach = Object.fromEntries(Object.keys(first.destinations).map((name) => [name, `at-${name}`]));
  const entries: Entry[] = [];
  const away: Diary['away'] = [];
  const silences: Diary['silences'] = [];
  const foundOver: Diary['foundOver'] = [];
  const closed: Diary['closed'] = [];
  let startedAt = start;
  let now = start;

  const runsAt = ({ dueAt }: Timer) => (dueAt < startedAt ? startedAt + settleMs : dueAt);
  const runTo = (until: number) => {
    for (;;) {
      const due = stage.timers().filter((one) => runsAt(one) <= until);
      const [timer] = due.sort((a, b) => runsAt(a) - runsAt(b) || a.dueAt - b.dueAt);
      if (timer === undefined) break;
      const at = runsAt(timer);
      const late = timer.dueAt < startedAt ? { lateMs: at - timer.dueAt } : {};
      const before = stage.memory.incident(timer.incidentKey);
      const confirms = timer.kind === 'hold' && rules.at(-1)!.rules.routes.some(({ name, confirm }) => name === timer.route && confirm);
      const confirmed = confirms ? { confirmed: answers[asked++ % answers.length]! } : {};
      stage.put({ kind: 'timer', timer, workspace: { id: timer.workspaceId }, reach, ...late, ...confirmed }, at);
      if (before?.open && confirms && !stage.memory.incident(timer.incidentKey)?.open)
        foundOver.push({ at, eventId: before.routes[timer.route!]!.eventId, incident: before });
    }
    now = until;
  };
  const hear = (event: Event) => {
    const key = event.incidentKey;
    const incident = () => (key === undefined ? undefined : stage.memory.incident(key));
    const before = incident();
    const decision = stage.put({ kind: 'event', event, workspace: { id: event.workspaceId }, reach } satisfies Input, now);
    const after = incident();
    entries.push({
      event,
      rules: rules.at(-1)!.rules,
      file: rules.length - 1,
      decision,
      ...(before && { before }),
      ...(after && { after }),
    });
  };
  const newEvent = (type: EventType, shop: string, lag: number): Event => {
    const made = eventAt(new Date(now).toISOString().slice(11, 19), type, { workspaceId: shop });
    const triggeredAt = now - lag;
    return { ...made, receivedAt: now, triggeredAt, dedupKey: `${type}:${shop}:${triggeredAt}`, id: `e_${entries.length}` };
  };

  const close = (shop: string, n: number) => {
    const incidentKey = [`wa:${shop}:1`, `wa:${shop}:1`, `messages:${shop}:2026-12-01T00`, `seats:${shop}`][n % 4]!;
    const before = stage.memory.incident(incidentKey);
    stage.put({ kind: 'close', incidentKey, by: 'ann', reason: 'given up', workspace: { id: shop } }, now);
    if (before?.open) closed.push({ at: now, eventId: before.eventId, incident: before });
  };

  const take = ({ what, shop, lag, file, after }: Step) => {
    const last = entries.at(-1)?.event;
    if (what === 'reload') {
      stage.use(files[file]!, now);
      rules.push({ since: now, rules: files[file]! });
    } else if (what === 'restart') {
      away.push({ from: now, settled: now + after + settleMs });
      now += after;
      startedAt = now;
    } else if (what === 'acknowledge') stage.put({ kind: 'acknowledge', incidentKey: `wa:${shop}:1`, by: 'ann' }, now);
    else if (what === 'close') close(shop, file);
    else if (what === 'silence') {
      const until = now + after;
      const id = `s_${silences.push({ shop, from: now, until })}`;
      stage.put({ kind: 'silence', silence: { id, where: { workspace: [shop] }, until, reason: 'moving', by: 'ann' } }, now);
    } else if (what === 'unsilence') {
      const latest = silences.at(-1);
      stage.put({ kind: 'unsilence', id: `s_${silences.length}`, by: 'ann' }, now);
      if (latest !== undefined) latest.until = Math.min(latest.until, now);
    } else if (what === 'repeat' && last !== undefined) hear({ ...last, id: `e_${entries.length}`, receivedAt: now });
    else hear(newEvent(what === 'repeat' ? 'disconnected' : what, shop, lag));
  };

  for (const one of steps) {
    runTo(now + one.after);
    take(one);
  }
  if (home) {
    for (const shop of new Set(steps.map((one) => one.shop))) {
      runTo(now + 20 * minute);
      take({ after: 0, what: 'connected', lag: 0, shop, file: 0 });
    }
  }
  runTo(now + (home ? 4 * 60 : 60) * minute);
  return {
    entries,
    rules,
    away,
    silences,
    foundOver,
    closed,
    deliveries: stage.deliveries(),
    timers: stage.timers(),
    memory: stage.memory,
  };
}

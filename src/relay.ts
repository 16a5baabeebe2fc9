// The way of an event, on one page. A webhook that was verified and parsed comes in by `accept`; a lane with a free place calls `deliver`;
// the clock calls `tick`. Each step is a stage of its own; what they hand on is plain data.
import type { Confirmed, Confirming } from './asking/confirm.ts';
import type { Input } from './decide/decision.ts';
import { probeEveryMs } from './deliver/gate.ts';
import type { LaneSignal } from './deliver/lane-state.ts';
import type { Lanes } from './deliver/lanes.ts';
import type { Outcome } from './deliver/outcome.ts';
import { refuse, settle, settlementOf, type Verdict } from './deliver/retry.ts';
import type { Delivery, RelayNotice } from './delivery.ts';
import { RelayError } from './errors.ts';
import type { InForce } from './in-force/in-force.ts';
import type { Ledger } from './ledger/ledger.ts';
import { keepUnwritten } from './ledger/unwritten.ts';
import type { Event, Incident, Timer } from './model.ts';
import type { Done, Leased } from './store/store.ts';

export type Relay = {
  /** Settles when event and decision are on disk. */
  accept(event: Event, body: string): Promise<{ id: string; duplicate: boolean }>;
  /** Settles when the outcome is known, and says what the lane should make of it. */
  deliver(leased: Leased): Promise<LaneSignal>;
  /** Leases up to `limit` due deliveries for one lane. */
  claim(destination: string, limit: number): Promise<Leased[]>;
  /** Answers when it should be called next. */
  tick(): Promise<number | undefined>;
  /** Somebody set the wall clock, or the machine slept: forward (> 0) or back, by so many ms. */
  clockJumped(byMs: number): Promise<void>;
  /** Nobody waits for it; where it cannot be written, the log has it. */
  tellOperator(notice: RelayNotice): void;
  /** The incident as it is now, closed unless it is over or another one; undefined: there is none. */
  close(closing: Closing): Promise<Incident | undefined>;
  /** Not begun and not going to be: back to the table, without an attempt. */
  release(leased: readonly Leased[]): Promise<void>;
  /** A destination was mended: what waits for its next try is tried now. */
  hasten(destination: string): Promise<void>;
  /** Settles when every outcome known so far is written, or after so long. */
  recorded(withinMs: number): Promise<void>;
};

/** A person closes the incident that began then. */
export type Closing = { incidentKey: string; workspaceId: string; by: string; reason: string; openedAt: number };

export type Parts = {
  ledger: Ledger;
  lanes(): Lanes;
  inForce: InForce;
  confirming: Confirming;
  /** One attempt: words, then the plug-in behind its deadline. Never rejects. */
  attempt(leased: Leased): Promise<Outcome>;
  /** An outcome is on disk. */
  settled?(delivery: Delivery, state: Verdict['next']['state']): void;
  now(): number;
  startedAt: number;
  random(): number;
  log: Log;
};
type Log = Record<'debug' | 'info' | 'warn', (fields: object, message: string) => void>;

/** What fell due while the relay was away waits this long: the recovery may be on its way too. */
const settleMs = 30_000;

export function createRelay({ ledger, lanes, inForce, confirming, attempt, settled, now, startedAt, random, log }: Parts): Relay {
  const recording = new Set<Promise<void>>();
  const unwritten = keepUnwritten(now);
  /** Since when it has been awake. */
  let awakeAt = startedAt;
  /** Destinations without a lane, and when they are looked at again. */
  const homeless = new Map<string, number>();

  // ── a webhook ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** 200 means: on disk, with its decision, in one transaction. Only then is anything sent. */
  async function accept(event: Event, body: string): Promise<{ id: string; duplicate: boolean }> {
    const done = await ledger.do({ do: 'decide', input: { kind: 'event', event, ...inForce.whoIs(event.workspaceId) }, body });
    for (const leased of done.leased) if (leased.delivery.eventId === event.id) Object.assign(leased, { event, body });
    spread(done);
    if (done.undecided !== undefined) tellOperator(notDecided(event.id, done.undecided));
    return { id: done.eventId ?? event.id, duplicate: done.outcome === 'duplicate' };
  }

  // ── a delivery: claim → render → send → settle ─────────────────────────────────────────────────────────────────────────────────────

  async function claim(destination: string, limit: number): Promise<Leased[]> {
    const { leased } = await ledger.do({ do: 'claim', destination, limit });
    return leased;
  }

  async function deliver(leased: Leased): Promise<LaneSignal> {
    const { delivery } = leased;
    const maxAgeMs = inForce.maxAgeMs(delivery.destination);
    const refused = refuse(delivery, maxAgeMs, now());
    if (!refused && delivery.claims > 1 && !(await begin(delivery))) return { outcome: 'lost', transient: false };
    const outcome = refused ?? (await attempt(leased));
    const verdict = settle(outcome, delivery, maxAgeMs, now(), random);
    // The lane's place is free as soon as the outcome is known; writing it goes on behind.
    const recorded = record(leased, outcome, verdict).finally(() => recording.delete(recorded));
    recording.add(recorded);
    return verdict.signal;
  }

  /** From the second claim on a start is written before the send, so that a message that kills the relay is found out. */
  async function begin({ id, generation }: Delivery): Promise<boolean> {
    const { current } = await ledger.do({ do: 'start', id, generation });
    return current;
  }

  async function record({ delivery, event }: Leased, outcome: Outcome, verdict: Verdict): Promise<void> {
    const { destination, incidentKey, route, kind } = delivery;
    const line = { delivery: delivery.id, event: event?.id, destination, route, kind, incident: incidentKey, ...shortOf(outcome) };
    log[verdict.next.state === 'delivered' ? 'debug' : 'warn']({ ...line, next: verdict.next.state }, 'delivery.attempted');
    const settlement = { ...settlementOf(delivery, outcome, verdict), ...whenDead(delivery, event, verdict) };
    const write = async (): Promise<void> => {
      const done = await ledger.do({ do: 'settle', settlement });
      spread(done);
      settled?.(delivery, verdict.next.state);
      if (done.undecided !== undefined) tellOperator(notDecided(delivery.id, done.undecided));
    };
    await write().catch((error) => {
      log.warn({ ...line, error: String(error) }, 'outcome.not_written');
      unwritten.keep(write);
    });
  }

  /** Decided in the same transaction as the death: the next destination, the operator, whoever waited behind it. */
  function whenDead(delivery: Delivery, event: Event | undefined, { next, reason = 'no try is left' }: Verdict): { after?: Input } {
    if (next.state !== 'dead') return {};
    return { after: { kind: 'undelivered', delivery, reason, ...inForce.whoIs(event?.workspaceId) } };
  }

  // ── the clock ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Expired leases come back, timers are decided by the rules of now, lanes hear of waiting deliveries. */
  async function tick(): Promise<number | undefined> {
    await unwritten.writeAgain();
    const { timers, destinations, nextAt } = await ledger.do({ do: 'tick' });
    const settled = now() >= awakeAt + settleMs;
    const due = timers.filter((timer) => settled || timer.dueAt >= awakeAt);
    const ready = confirming.setAside(due, decideTimer);
    await Promise.all(ready.map((timer) => decideTimer(timer)));
    lanes().due(destinations);
    for (const name of destinations)
      if (lanes().lane(name) === undefined && now() >= (homeless.get(name) ?? 0)) await deliverHomeless(name);
    if (due.length < timers.length) return now() + 1000;
    return ready.length > 0 ? now() : nextAt;
  }

  /** `confirmed`: of a hold that the Partner API was asked about. */
  async function decideTimer(timer: Timer, confirmed?: Confirmed): Promise<void> {
    const asked = confirmed === undefined ? {} : { confirmed };
    const undecided = await decideOn({ kind: 'timer', timer, ...inForce.whoIs(timer.workspaceId), ...lateness(timer), ...asked });
    if (undecided !== undefined) tellOperator(notDecided(timer.name, undecided));
  }

  /** For a destination that is no longer in the file: held as a broken one is, until it is there again or the messages are too old. */
  async function deliverHomeless(destination: string): Promise<void> {
    homeless.delete(destination);
    for (const leased of await claim(destination, 20))
      if ((await deliver(leased)).outcome === 'config') homeless.set(destination, now() + probeEveryMs);
  }

  const lateness = (timer: Timer) => (timer.dueAt < awakeAt ? { lateMs: now() - timer.dueAt } : {});

  /** Forward is as if it had been away: what fell due meanwhile waits for what may be on its way. Back: the next tries would come late by as much.
   * Either way what is being sent stays in the hands of its lane. */
  async function clockJumped(byMs: number): Promise<void> {
    if (byMs === 0) return;
    log.warn({ ms: byMs }, 'clock.jumped');
    // It may have been awake only since a time that is now ahead; whatever is due before that would wait for it.
    awakeAt = byMs > 0 ? now() : Math.min(awakeAt, now());
    homeless.clear();
    unwritten.clockJumped(byMs);
    await ledger.do({ do: 'clock-jumped', byMs });
  }

  // ── the relay about itself ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  function tellOperator(notice: RelayNotice): void {
    log.warn({ ...notice }, 'operator.told');
    decideOn({ kind: 'relay', notice, reach: inForce.whoIs(undefined).reach }).then(
      (undecided) => undecided !== undefined && log.warn({ error: undecided }, 'operator.not_told'),
      (error) => log.warn({ error: String(error) }, 'operator.not_told'),
    );
  }

  /** Decided in the ledger's transaction, so that nothing is closed a moment after it was over. */
  async function close({ workspaceId, ...closing }: Closing): Promise<Incident | undefined> {
    const { workspace } = inForce.whoIs(workspaceId);
    const done = await ledger.do({ do: 'decide', input: { kind: 'close', ...closing, workspace } });
    if (done.undecided !== undefined) throw new RelayError('decision.failed', `closing ${closing.incidentKey}: ${done.undecided}`);
    spread(done);
    return done.standing;
  }

  /** Answers why it could not be decided. */
  async function decideOn(input: Input): Promise<string | undefined> {
    const done = await ledger.do({ do: 'decide', input });
    spread(done);
    return done.undecided;
  }

  /** What a commit set free goes to its lanes; what it wants back is asked of them. */
  function spread({ leased, waiting, recall }: Pick<Extract<Done, { did: 'decide' }>, 'leased' | 'waiting' | 'recall'>): void {
    lanes().put(leased);
    lanes().due(waiting);
    for (const id of recall) {
      const back = lanes().takeBack(id);
      if (back === undefined) continue;
      const { generation } = back.delivery;
      void ledger
        .do({ do: 'recalled', id, generation, reason: 'over before it was sent' })
        .catch((error) => log.warn({ error: String(error) }, 'recall.not_written'));
    }
  }

  async function release(leased: readonly Leased[]): Promise<void> {
    if (leased.length === 0) return;
    const released = leased.map(({ delivery: { id, generation } }) => ({ id, generation }));
    await ledger.do({ do: 'release', released }).catch((error) => log.warn({ error: String(error) }, 'leases.not_released'));
  }

  async function hasten(destination: string): Promise<void> {
    while ((await ledger.do({ do: 'hasten', destination })).more);
    lanes().due([destination]);
  }

  async function recorded(withinMs: number): Promise<void> {
    const until = now() + withinMs;
    const last = unwritten.writeAgain().finally(() => recording.delete(last));
    recording.add(last);
    while (recording.size > 0 && now() < until) await Promise.race([...recording, immediately()]);
  }

  return { accept, deliver, claim, tick, clockJumped, tellOperator, close, release, hasten, recorded };
}

const notDecided = (id: string, why: string): RelayNotice => ({
  code: 'decision.failed',
  subject: id,
  text: `${id} is stored, but deciding what follows failed: ${why}. Nobody was told of it.`,
});

const immediately = () => new Promise((resolve) => setImmediate(resolve));

const shortOf = ({ class: klass, code, error, startedAt, endedAt }: Outcome) => ({ class: klass, code, error, ms: endedAt - startedAt });

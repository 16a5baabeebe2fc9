// Composition: loads what is in force while the store opens, starts lanes, doors and the loop, and takes it all down again in order.
import type { AddressInfo } from 'node:net';
import { serveAdmin } from './admin/door.ts';
import { createFigures } from './admin/figures.ts';
import { hidePhones } from './admin/mask.ts';
import { openReads } from './admin/reads.ts';
import type { Asking } from './asking/asking.ts';
import { createConfirming } from './asking/confirm.ts';
import { attempt } from './attempt.ts';
import { createAudit } from './audit.ts';
import { createCheckUps } from './chores/check-ups.ts';
import { chores } from './chores/chores.ts';
import { measureOf, watchSpace } from './chores/disk-space.ts';
import { watchDrift } from './chores/drift.ts';
import { startLoop } from './chores/loop.ts';
import { openPing } from './chores/ping.ts';
import type { Ticker } from './clock.ts';
import { keepHeld } from './deliver/held.ts';
import { createLanes, type Lanes } from './deliver/lanes.ts';
import { keepPaused } from './deliver/paused.ts';
import type { RelayNotice } from './delivery.ts';
import { RelayError } from './errors.ts';
import { answerHealth, type Health } from './health.ts';
import { idMaker } from './ids.ts';
import { enforceBy, watchInForce } from './in-force/enforce.ts';
import { openInForce } from './in-force/in-force.ts';
import { fileNotices } from './in-force/judgement.ts';
import { answerWithin } from './intake/answer-within.ts';
import { createListener } from './intake/listener.ts';
import { manyRefused, watchSource } from './intake/source.ts';
import { receiveWebhooks } from './intake/webhook.ts';
import { acknowledge } from './ledger/acknowledge.ts';
import type { Ledger } from './ledger/ledger.ts';
import { serveLinks } from './links/doors.ts';
import { openLinks } from './links/key.ts';
import { createLive } from './live.ts';
import type { Log } from './log.ts';
import { createRelay } from './relay.ts';
import { moment, realZone } from './render/time.ts';
import { credentialsOf, type Settings } from './settings.ts';
import { leaseMs } from './store/store.ts';

export type App = {
  port: number;
  adminPort: number;
  /** Looks at the files now, as on SIGHUP. */
  reload(): Promise<void>;
  /** Finishes what runs, hands back what has not begun, leaves the clean mark. */
  stop(deadlineMs: number): Promise<void>;
};

/** Beyond this a webhook would wait longer than its sender does. */
const maxWaiting = 2000;
/** Public webhooks of the vendor are given 5 s; nothing says that these have longer. */
const answerMs = 4500;

export async function startApp(settings: Settings, options: { ticker: Ticker; log: Log; ledger: Promise<Ledger> }): Promise<App> {
  const { ticker, log } = options;
  const { now } = ticker;
  const startedAt = now();
  const stopping = new AbortController();
  const figures = createFigures(now);
  const live = createLive({ now });
  let lanes: Lanes | undefined;
  let down: RelayError | undefined;
  let asking: Asking | undefined;
  const credentials = credentialsOf(settings);
  const newId = idMaker();

  // ── memory and rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
  const kept = async (key: string) => (await (await options.ledger).do({ do: 'get', key })).value;
  const keep = (key: string, value: string) =>
    ledger.do({ do: 'put', key, value }).then(
      () => {},
      (error) => log.warn({ key, error: String(error) }, 'note.not_written'),
    );
  const tell = (notice: RelayNotice) => relay.tellOperator(notice);

  const judging = openInForce({
    settings,
    log,
    now,
    nameOf: (id) => asking?.nameOf(id),
    lastGood: () => kept('rules.good'),
    swapped: () => {
      enforce();
      // Not at the start: what fell due while the relay was away has a settle window.
      void ledger.do({ do: 'replan' }).catch((error) => log.warn({ error: String(error) }, 'holds.not_replanned'));
    },
    refused: (mistakes) => fileNotices(mistakes).forEach(tell),
  });
  const [ledger, inForce] = await Promise.all([options.ledger, judging]);
  const did: typeof figures.did = (...of) => [figures.did, live.did].map((hear) => hear(...of));
  ledger.serves({ room: () => lanes?.room() ?? {}, committed: figures.committed, did });
  log.maskWith(inForce.mask);
  const audit = createAudit({ write: (entry) => ledger.do({ do: 'audit', entry }), mask: inForce.mask, log });
  const enforce = enforceBy({ ledger, inForce, lanes: () => lanes, keep, live, log, asks: credentials !== undefined });

  // ── the way of an event ────────────────────────────────────────────────────────────────────────────────────────────────────────────
  const links = await openLinks(settings.publicUrl, await kept('ack.key'), (key) => keep('ack.key', key));
  const relay = createRelay({
    ledger,
    lanes: () => lanes!,
    inForce,
    confirming: createConfirming({
      rules: inForce.rules,
      ask: credentials && (async (timer, notBefore) => (await asking?.confirm(timer, notBefore)) ?? 'unknown'),
      failed: (error) => log.warn({ error: String(error) }, 'tick.failed'),
    }),
    attempt: async (leased) => {
      const outcome = await attempt(leased, { inForce, links: links.of, log, now, signal: stopping.signal, flawed: tell });
      figures.attempted(leased.delivery.destination, outcome.endedAt - outcome.startedAt);
      return outcome;
    },
    settled: (...of) => [figures.settled, live.settled].map((hear) => hear(...of)),
    now,
    startedAt,
    random: Math.random,
    log,
  });
  if (credentials !== undefined)
    asking = await (await import('./asking/asking.ts')).openAsking({
      ...{ credentials, settings, ticker, log, kept, keep },
      relay: () => relay,
      workspaces: () => inForce.good().workspaces,
      newId: () => newId('e'),
    });
  const held = keepHeld({ before: await kept('lanes.held'), keep: (text) => void keep('lanes.held', text), tell, log });
  const paused = keepPaused({
    before: await kept('lanes.paused'),
    keep: (value) => ledger.do({ do: 'put', key: 'lanes.paused', value }),
    now,
  });
  lanes = createLanes({
    ticker,
    random: Math.random,
    leaseMs,
    held: held.before,
    paused: paused.of,
    deliver: relay.deliver,
    wanted: relay.claim,
    handBack: (leased) => void relay.release(leased),
    onHealth: held.changed,
    changed: (name) =>
      void relay.hasten(name).catch((error) => log.warn({ destination: name, error: String(error) }, 'waiting.not_hastened')),
  });
  enforce();

  // ── the doors ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  const source = watchSource(Number((await kept('source.heard')) ?? startedAt));
  const checkUps = createCheckUps({
    ...{ inForce, stopping: stopping.signal, ticker, tell, log },
    paused: (name) => paused.of(name) !== undefined,
  });
  const space = watchSpace({ measure: measureOf(settings.databaseUrl), tell, log });
  const inTime = answerWithin(answerMs, ticker);
  const door = createListener({ fault: (error) => log.error({ error: String(error) }, 'request.failed') });
  const state = (): Health => ({
    ...(door.draining() ? { down: 'the relay is stopping' } : down === undefined ? {} : { down: down.message }),
    degraded: [
      ...inForce.state().degraded,
      ...held.degraded(lanes!.states()),
      ...paused.degraded(lanes!.states(), (at) => moment(at, realZone(inForce.rules().timezone), now(), 'en-GB')),
      ...checkUps.degraded(),
      ...space.degraded(),
    ].map(fit),
  });
  /** Anybody may ask for it, and people write reasons. */
  const fit = (notice: RelayNotice): RelayNotice => ({ ...notice, text: hidePhones()(inForce.mask(notice.text)) });
  const ping = openPing({ settings, well: () => state().down === undefined, pinged: figures.pinged, log });
  await receiveWebhooks(door.app, {
    partners: inForce.partners,
    ...(settings.webhookToken === undefined ? {} : { webhookToken: settings.webhookToken }),
    allowUnsigned: settings.allowUnsigned,
    accept: (event, body) => {
      source.heard(event.receivedAt);
      return inTime(relay.accept(event, body));
    },
    refused: (reason, address) => {
      const { tell: due, log: worth } = source.refused(now());
      // A flood must not fill the log: one line a second, the rest is in the figures.
      if (worth) log.warn({ reason, address }, 'webhook.refused');
      if (due) tell(manyRefused(reason));
    },
    answered: figures.refused,
    ready: () => {
      if (door.draining()) return new RelayError('relay.draining', 'the relay is stopping');
      if (down !== undefined) return down;
      if (ledger.waiting() > maxWaiting) return new RelayError('relay.busy', `${maxWaiting} webhooks already wait to be written`);
      return true;
    },
    now,
    newId: () => newId('e'),
  });
  await answerHealth(door.app, { state });
  const reads = openReads({ url: settings.databaseUrl, ticker });
  await serveLinks(door.app, {
    ...{ key: links.key, read: reads.read, audit, inForce, now, log },
    acknowledge: (one) => acknowledge(ledger, one),
  });
  const setDown = (error: RelayError | undefined) => {
    down = error;
  };
  const drift = watchDrift(ticker);
  const loop = startLoop({
    ticker,
    tick: async () => {
      const jumpMs = drift();
      figures.jumped(jumpMs);
      await relay.clockJumped(jumpMs);
      return relay.tick();
    },
    chores: chores({
      ...{ ledger, inForce, tell, source, keep, setDown, log, ping: ping.run },
      ...{ checkUps: checkUps.run, space: space.run, audit: asking?.audit },
    }),
    failed: (error) => log.warn({ error: String(error) }, 'tick.failed'),
  });
  const watch = await watchInForce({ inForce, audit, ticker, log });
  fileNotices(inForce.state().mistakes).forEach(tell);
  for (const { file, text } of inForce.plugins().faults) tell({ code: 'plugin.bad', subject: file, text });
  await door.app.listen({ port: settings.port, host: settings.host });
  const admin = await serveAdmin({
    ...{ settings, state, ledger, lanes, inForce, figures, audit, live, paused, held, ticker, log },
    ...{ read: reads.read, close: relay.close, forgetName: asking?.forgetName, space: space.measure },
  });
  const { port } = door.app.server.address() as AddressInfo;
  void asking?.catchUp(ledger.info.lastSeenAt);
  log.info({ port, host: settings.host, adminPort: admin.port, adminHost: settings.adminHost, rules: inForce.state().from }, 'listening');

  async function stop(deadlineMs: number): Promise<void> {
    const deadline = now() + deadlineMs;
    door.drain();
    live.close();
    watch.stop();
    await loop.stop();
    const { unstarted, unfinished } = await lanes!.drain(Math.max(0, deadline - now() - 1500));
    // Cut off now: an attempt that was not heard of again counts as perhaps told, and is sent again after the start.
    stopping.abort();
    if (unfinished.length > 0) log.warn({ deliveries: unfinished.map((one) => one.delivery.id) }, 'deliveries.cut_off');
    await relay.release(unstarted);
    await Promise.all([door.app.close(), admin.stop(), asking?.close(), ping.close(), relay.recorded(Math.max(0, deadline - now() - 500))]);
    await reads.close();
    await inForce.close(200);
    await ledger.close();
    log.info({}, 'stopped');
  }
  return { port, adminPort: admin.port, reload: () => audit({ what: 'reload', who: 'signal' }).then(watch.checkNow), stop };
}

// Everything that asks the Partner API, put together: confirming at the end of a hold, the auditor, what was missed while the relay was away, names.
// Loaded only with credentials. Nothing here is ever waited for by a webhook.
import packageJson from '../../package.json' with { type: 'json' };
import { openReads } from '../admin/reads.ts';
import type { Ticker } from '../clock.ts';
import type { RelayError } from '../errors.ts';
import type { Incident, Timer } from '../model.ts';
import { createNetwork } from '../outgoing.ts';
import { audit } from '../partner-api/audit.ts';
import { createPartnerApi } from '../partner-api/client.ts';
import type { Finding } from '../partner-api/finding.ts';
import { type Down, findMissed } from '../partner-api/missed.ts';
import { createNames, type KeptNames } from '../partner-api/names.ts';
import { standingOf, whoOf } from '../partner-api/standing.ts';
import type { Logger } from '../plugin.ts';
import type { Relay } from '../relay.ts';
import type { Workspaces } from '../rules/rules.ts';
import type { Credentials, Settings } from '../settings.ts';
import { askedEvent } from './asked.ts';
import type { Confirmed } from './confirm.ts';
import { downNote, namesNote } from './notes.ts';

export type Asking = {
  confirm(timer: Timer, notBefore: number): Promise<Confirmed>;
  nameOf(workspaceId: string): string | undefined;
  forgetName(workspaceId: string): void;
  /** A round over long open incidents, unless one is under way. */
  audit(): void;
  /** After a start: `heardUntil` is when the relay was last known to run. */
  catchUp(heardUntil: number): Promise<void>;
  close(): Promise<void>;
};

export type AskingParts = {
  credentials: Credentials;
  settings: Pick<Settings, 'databaseUrl' | 'proxy'>;
  ticker: Ticker;
  log: Logger;
  relay(): Pick<Relay, 'accept'>;
  workspaces(): Workspaces;
  kept(key: string): Promise<string | undefined>;
  keep(key: string, value: string): Promise<void>;
  newId(): string;
};

/** From the first to the last byte of one answer. */
const requestMs = 5000;
/** Beyond this many in line an alert would wait too long for its turn. */
const mostUrgent = 100;
const confirmMs = 25_000;
const awayMs = 60_000;
const roundMs = 5 * 60_000;
const mostRounds = 12;

export async function openAsking(parts: AskingParts): Promise<Asking> {
  const { credentials, settings, ticker, log } = parts;
  const { now } = ticker;
  const stopping = new AbortController();
  const network = createNetwork({ allowPrivate: true, timeoutMs: requestMs, proxy: settings.proxy });
  const reads = openReads({ url: settings.databaseUrl, ticker, idleMs: 10_000, longestMs: 10 * 60_000 });
  const api = createPartnerApi({
    ...{ network, ticker, signal: stopping.signal, relayVersion: packageJson.version },
    ...credentials,
  });
  let loggedAt = 0;
  const failed = (error: unknown, about: object) => {
    if (stopping.signal.aborted || now() - loggedAt < 60_000) return;
    loggedAt = now();
    log.warn({ ...about, code: (error as Partial<RelayError>).code, error: String(error) }, 'partner_api.failed');
  };
  const names = createNames({
    before: read<KeptNames>(await parts.kept(namesNote)) ?? {},
    ask: (id) =>
      api.workspace(id).then(
        (answer) => answer?.name,
        (error) => {
          failed(error, { workspace: id });
          throw error;
        },
      ),
    keep: (known) => void parts.keep(namesNote, JSON.stringify(known)),
    ticker,
  });

  const found = async (finding: Finding): Promise<void> => {
    const { event, body } = askedEvent(finding, { id: parts.newId(), partner: credentials.partnerId, receivedAt: now() });
    const { id, duplicate } = await parts.relay().accept(event, body);
    if (!duplicate) log.info({ event: id, type: finding.type, incident: finding.incidentKey }, 'partner_api.found');
  };

  async function confirm({ incidentKey, workspaceId }: Timer, notBefore: number): Promise<Confirmed> {
    if (api.waiting() >= mostUrgent) return 'unknown';
    try {
      const answer = await within(confirmMs, api.workspace(workspaceId, { urgent: true, notBefore }));
      return answer === undefined ? 'unknown' : standingOf(answer, whoOf(incidentKey, workspaceId));
    } catch (error) {
      failed(error, { workspace: workspaceId });
      return 'unknown';
    }
  }

  /** The answers serve the names too, where the table has none. */
  const heardName = (id: string, name: string | undefined) => {
    if (parts.workspaces().find(id).name === undefined) names.heard(id, name);
  };
  const listening: typeof api = {
    ...api,
    workspace: async (id, how) => {
      const answer = await api.workspace(id, how);
      heardName(id, answer?.name);
      return answer;
    },
  };

  async function openDisconnects(): Promise<Incident[]> {
    const open: Incident[] = [];
    let cursor: string | undefined;
    do {
      const page = await reads.read.incidents({ open: true, limit: 200, cursor });
      open.push(...page.items.filter(({ type }) => type === 'disconnected'));
      cursor = page.next;
    } while (cursor !== undefined);
    return open;
  }

  let auditing = false;
  async function auditNow(): Promise<void> {
    if (auditing) return;
    auditing = true;
    try {
      const { asked, over, failed: without, error } = await audit({ open: await openDisconnects(), api: listening, found, now: now() });
      if (error !== undefined) failed(error, { without: without.length });
      if (asked > 0) log.info({ asked, over, without: without.length }, 'partner_api.audited');
    } catch (error) {
      failed(error, {});
    } finally {
      auditing = false;
    }
  }

  async function catchUp(heardUntil: number): Promise<void> {
    const away = heardUntil > 0 && now() - heardUntil > awayMs;
    if (!away && (await parts.kept(downNote)) !== undefined) return;
    let left: string[] | undefined;
    // Whoever was not answered about is asked for again: at a start the network may not be there yet.
    for (let round = 0; left?.length !== 0 && round < mostRounds; round++) {
      if (round > 0) await new Promise<void>((resolve) => ticker.after(roundMs, resolve));
      try {
        left = await lookAt(left ?? (await knownWorkspaces()), away ? heardUntil : undefined);
      } catch (error) {
        failed(error, {});
      }
    }
  }

  async function knownWorkspaces(): Promise<string[]> {
    const seen = await reads.read.workspaces();
    return [...new Set([...parts.workspaces().ids(), ...seen.map(({ id }) => id)])];
  }

  /** Answers for whom there was no answer. */
  async function lookAt(ids: string[], heardUntil: number | undefined): Promise<string[]> {
    if (ids.length === 0) return [];
    log.info({ workspaces: ids.length, ...(heardUntil && { away_since: new Date(heardUntil).toISOString() }) }, 'partner_api.catching_up');
    let saidAt = now();
    const noted = read<Down>(await parts.kept(downNote));
    const {
      down,
      error,
      missing,
      failed: left,
      ...counts
    } = await findMissed({
      ids,
      api: listening,
      incidents: async (workspace) => (await reads.read.incidents({ workspace, limit: 200 })).items,
      lastUp: async (key) => numberOf(await reads.read.cell(`recovered:${key}`)),
      seenBefore: async (workspace, number) => (await reads.read.cell(`number:${workspace}:${number}`)) !== undefined,
      ...(heardUntil === undefined ? {} : { heardUntil }),
      noted,
      found,
      progress: (asked) => {
        if (now() - saidAt < 10_000) return;
        saidAt = now();
        log.info({ asked, of: ids.length }, 'partner_api.catching_up');
      },
      now: now(),
    });
    if (error !== undefined) failed(error, { without: left.length });
    // What was not looked at stays as it was noted before.
    const before = noted?.marks.filter((mark) => left.includes(mark.split(' ')[0]!)) ?? [];
    if (left.length < ids.length) await parts.keep(downNote, JSON.stringify({ ...down, marks: [...before, ...down.marks] }));
    log.info({ ...counts, unknown: missing.length, without: left.length }, 'partner_api.caught_up');
    return left;
  }

  /** Of waiting in line and being answered together; what comes later still serves the next who asks. */
  function within<T>(ms: number, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = ticker.after(ms, () => reject(new Error(`no answer within ${ms / 1000} s`)));
      answer.then(resolve, reject).finally(cancel);
    });
  }

  return {
    confirm,
    nameOf: names.of,
    forgetName: names.forget,
    audit: () => void auditNow(),
    catchUp: (heardUntil) => catchUp(heardUntil).catch((error) => failed(error, {})),
    close: async () => {
      stopping.abort(new Error('the relay is stopping'));
      await Promise.all([network.close(), reads.close()]);
    },
  };
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

function read<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

// Asks the Partner API of TimelinesAI how a workspace is. The one call a relay makes there: it reads, and changes nothing. Polite: five questions
// a second, one at a time for each workspace, an answer serves for a minute, and a no to the credentials does too.
import type { Ticker } from '../clock.ts';
import { RelayError } from '../errors.ts';
import { DeliveryError, type Network } from '../plugin.ts';
import { readError, readWorkspace, type WorkspaceNow } from './answer.ts';
import { createPace, longestPauseMs } from './pace.ts';
import { createTokens } from './token.ts';

export type How = {
  /** An alert waits for it: before others, and rather no answer than a late one. */
  urgent?: boolean;
  /** An answer kept from before this serves no more. */
  notBefore?: number;
};

export type PartnerApi = {
  /** undefined: there is no such workspace, or it is not this partner's. Rejects with a RelayError `partner_api.…`. */
  workspace(id: string, how?: How): Promise<WorkspaceNow | undefined>;
  /** Questions that wait for their turn. */
  waiting(): number;
};

export type PartnerApiOptions = {
  url: string;
  partnerId: string;
  /** Two while they rotate. */
  secrets: readonly string[];
  /** Bounds each request in time; follows no redirect. */
  network: Pick<Network, 'fetch'>;
  ticker: Ticker;
  /** The relay stops. */
  signal: AbortSignal;
  relayVersion: string;
};

const perSecond = 5;
const keptMs = 60_000;
const mostKept = 5000;
/** Waits between tries; more where the API asks for it. */
const patience = { urgent: [500], patient: [1000, 4000, 15_000] } as const;
/** An alert is not kept waiting for a second try that comes later than this. */
const urgentPauseMs = 2000;

type Reply = { status: number; body: unknown; retryAfterMs: number };
/** The latest try, whose answer it is, and the first. */
type AskedAt = { is: number; first: number };
type Kept = { at: number; answer: WorkspaceNow | undefined };

export function createPartnerApi(options: PartnerApiOptions): PartnerApi {
  const { url, network, ticker, signal } = options;
  const pace = createPace(perSecond, ticker);
  const tokens = createTokens(options.partnerId, options.secrets);
  const kept = new Map<string, Kept>();
  const asking = new Map<string, { urgent: boolean; at: number; answer: Promise<WorkspaceNow | undefined> }>();
  let refused: { at: number; error: RelayError } | undefined;

  async function workspace(id: string, { urgent = false, notBefore = 0 }: How = {}): Promise<WorkspaceNow | undefined> {
    const oldest = Math.max(notBefore, ticker.now() - keptMs);
    if (refused !== undefined && refused.at > ticker.now() - keptMs) throw refused.error;
    const known = kept.get(id);
    if (known !== undefined && known.at >= oldest) return known.answer;
    const under = asking.get(id);
    if (under !== undefined && under.at >= oldest && (under.urgent || !urgent)) return under.answer;
    const one = { urgent, at: ticker.now(), answer: ask(id, urgent) };
    asking.set(id, one);
    return one.answer.finally(() => asking.get(id) === one && asking.delete(id));
  }

  async function ask(id: string, urgent: boolean): Promise<WorkspaceNow | undefined> {
    const waits = urgent ? patience.urgent : patience.patient;
    const askedAt: AskedAt = { is: 0, first: 0 };
    for (let tries = 0; ; tries++) {
      const reply = await askOnce(id, urgent, askedAt).catch((error: unknown) => {
        if (signal.aborted || !isPassing(error)) throw stopped(error);
        return error as Error;
      });
      if (!(reply instanceof Error) && !mayPass(reply)) return keep(id, askedAt.is, answerOf(id, reply, askedAt.is));
      const wait = Math.max(waits[tries] ?? 0, reply instanceof Error ? 0 : reply.retryAfterMs);
      if (!(reply instanceof Error) && reply.status === 429) pace.pause(Math.min(wait, longestPauseMs));
      const hurried = urgent && ticker.now() + wait - askedAt.first > urgentPauseMs;
      if (tries >= waits.length || hurried) throw noAnswer(reply);
      await after(Math.min(wait, longestPauseMs));
    }
  }

  /** A refused signature is tried once more by the other secret, in a turn of its own. */
  async function askOnce(id: string, urgent: boolean, askedAt: AskedAt): Promise<Reply> {
    const first = await request(id, urgent, askedAt);
    return isRefusal(first) && tokens.turn() ? request(id, urgent, askedAt) : first;
  }

  async function request(id: string, urgent: boolean, askedAt: AskedAt): Promise<Reply> {
    await pace.turn(urgent, signal);
    askedAt.is = ticker.now();
    askedAt.first ||= askedAt.is;
    const reply = await network.fetch(`${url}/workspaces/${encodeURIComponent(id)}`, {
      method: 'GET',
      headers: {
        ...tokens.headers(ticker.now()),
        accept: 'application/json',
        // The vendor's wall refuses agents without a name.
        'user-agent': `timelines-relay/${options.relayVersion}`,
      },
      signal,
    });
    const text = await reply.text();
    return { status: reply.status, body: parsed(text), retryAfterMs: retryAfter(reply.headers.get('retry-after'), ticker.now()) };
  }

  function answerOf(id: string, reply: Reply, askedAt: number): WorkspaceNow | undefined {
    const { status, body } = reply;
    const code = readError(body);
    if (status === 200) {
      const answer = readWorkspace(id, body, askedAt);
      if (answer !== undefined) return answer;
      throw new RelayError('partner_api.bad_answer', `asking the Partner API about ${id}: HTTP 200, but the answer is not about it.`);
    }
    if (code !== undefined && (status === 404 || /^workspace_/.test(code))) return undefined;
    const error = new RelayError('partner_api.refused', refusalWords(id, status, code));
    if (isRefusal(reply) || code === undefined) refused = { at: ticker.now(), error };
    throw error;
  }

  function keep(id: string, at: number, answer: WorkspaceNow | undefined): WorkspaceNow | undefined {
    if (kept.size >= mostKept) kept.clear();
    kept.set(id, { at, answer });
    refused = undefined;
    return answer;
  }

  const after = (ms: number) =>
    new Promise<void>((resolve, reject) => {
      const cancel = ticker.after(ms, () => {
        signal.removeEventListener('abort', leave);
        resolve();
      });
      const leave = () => {
        cancel();
        reject(stopped(signal.reason));
      };
      signal.addEventListener('abort', leave, { once: true });
    });

  return { workspace, waiting: pace.waiting };
}

const isRefusal = ({ status, body }: Reply): boolean =>
  status === 401 || /^(invalid_signature|timestamp_out_of_range|partner_)/.test(readError(body) ?? '');

/** A 403 that is not the API's own is the wall before it, which says so under load. */
const mayPass = ({ status, body }: Reply): boolean =>
  status === 429 || status >= 500 || status === 408 || (status === 403 && readError(body) === undefined);

/** What outgoing.ts says of the network is a DeliveryError; a body that was cut off is an error of Node's. */
const isPassing = (error: unknown): boolean => !DeliveryError.is(error) || error.reason === 'transient';

const stopped = (cause: unknown): RelayError =>
  new RelayError('partner_api.no_answer', `asking the Partner API: ${wordsOf(cause)}`, { cause });

function noAnswer(reply: Reply | Error): RelayError {
  if (reply instanceof Error) return stopped(reply);
  const { status, body } = reply;
  const code = readError(body);
  return new RelayError('partner_api.no_answer', `asking the Partner API: HTTP ${status}${code === undefined ? '' : ` ${code}`}`);
}

const wordsOf = (cause: unknown): string => (cause instanceof Error && cause.message !== '' ? cause.message : 'it was broken off');

function refusalWords(id: string, status: number, code: string | undefined): string {
  const said = `asking the Partner API about ${id}: HTTP ${status}${code === undefined ? '' : ` ${code}`}`;
  if (code === 'timestamp_out_of_range') return `${said}. Is this machine's clock right?`;
  if (code === undefined && status !== 401) return `${said}, which is no answer of the Partner API. Is PARTNER_API_URL right?`;
  return `${said}. Are PARTNER_ID and PARTNER_SECRET what TimelinesAI gave you?`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

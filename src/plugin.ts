// The public contract of a destination plug-in: a file in plugins/ imports this as `timelines-relay/plugin` and nothing else of the relay.
// Everything that crosses the border is plain data. Guide: docs/plugins.md.
import type { z } from 'zod';
import type { DeliveryKind, Receipt } from './delivery.ts';
import { AuthError, type Detail, PermanentError, RateLimitedError, RetryableError } from './delivery-error.ts';
import type { EventType, Phase, Severity } from './model.ts';

export {
  AuthError,
  DeliveryError,
  type Detail,
  PermanentError,
  PreviousGoneError,
  RateLimitedError,
  type Reason,
  RetryableError,
} from './delivery-error.ts';

/** One situation in the reader's terms: what `http` posts as `alert`. What the event has no data for is absent. Times are RFC 3339 UTC, ids text. */
export type AlertView = Readonly<{
  id: string;
  key?: string;
  type: EventType;
  wire_type: string;
  phase: Phase;
  level?: number;
  severity: Severity;
  first_time?: boolean;
  workspace: Readonly<Record<string, string | readonly string[]>>;
  account?: Readonly<{ id?: string; phone?: string; user_id?: string; reason?: string; since?: string }>;
  usage?: Readonly<{ resource: string; used: number; total: number; left: number; percent: number }>;
  seats?: Readonly<{ purchased: number }>;
  period?: Readonly<{ start?: string; end: string }>;
  triggered_at: string;
  received_at: string;
  resolved_at?: string;
  /** `phase` is resolved, but it did not heal: a person closed it. */
  closed?: Readonly<{ by: string; reason: string }>;
  partner_id?: string;
  trace_url?: string;
  /** A page with a button that takes the incident on, without a sign-in: whoever has it may. Only where there are reminders or further people to stop. */
  acknowledge_url?: string;
}>;

/** One of several: its own story's headline, and since when it is so. `color` is that of its severity. */
export type Line = Readonly<{ headline: string; note?: string; severity: Severity | 'resolved'; icon: string; color: string }>;

/** The words, each escaped for the plug-in's `format` and safe to place as they are. */
export type Parts = Readonly<{
  headline: string;
  impact?: string;
  /** Of a digest or storm: what it tells of, the worst first, as many as the plug-in shows (`content.members`). */
  members?: readonly Line[];
  /** "and 24 more", where those are not all. */
  more?: string;
  facts: readonly Readonly<{ label: string; value: string }>[];
  action?: Readonly<{ label: string; url: string }>;
}>;

/** What `send` gets. `R` is the result of the plug-in's layout, or undefined without one. */
export type Message<R = unknown> = Readonly<{
  /** Delivery id: the same on every attempt, and what a receiver should fold repeats by. */
  id: string;
  kind: DeliveryKind;
  /** create: new message · update: `previous` tells of the same thing and may be edited · resolve: `previous` told the problem, this is its end. */
  mode: 'create' | 'update' | 'resolve';
  /** With `previous`: answer below it and leave it as it stands (`when_resolved: thread`). */
  answerOnly?: true;
  /** With `previous`: edit it and say nothing beside it. What cannot edit sends nothing: the summary of a storm grows, and its end comes as a message. */
  editOnly?: true;
  destination: string;
  /** Whom this one message is for: one of those that `target(options)` names, else the destination's name. */
  target: string;
  route: string;
  /** When this attempt was made ready, RFC 3339. */
  at: string;
  /** 1 for the first. */
  attempt: number;
  /** Absent for what the relay says about itself. */
  alert?: AlertView;
  /** Members of a digest or storm. */
  alerts: readonly AlertView[];
  message: Parts;
  rendered: R;
  /** For a plug-in with `content.attachments`: the whole list of a digest or storm as CSV, where its words show less. Not escaped. */
  attachments?: readonly Readonly<{ name: string; type: string; text: string }>[];
  /** One plain line, always there, never escaped. */
  fallbackText: string;
  /** Constant for one incident: threads and subjects hang on it. */
  threadKey?: string;
  previous?: Receipt;
  /** JSON text of the webhook body, byte for byte; only for a plug-in with `rawEvent`. Holds full phone numbers. */
  event?: string;
}>;

/** How values are escaped: text (controls dropped), json (as they are: a serialiser does it), slack (& < >), html. */
export type Format = 'text' | 'json' | 'slack' | 'html';

export type Logger = {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
};

/** A reply read to its cap (64 KiB). Header names in lower case. */
export type Reply = { status: number; headers: Readonly<Record<string, string>>; text: string };
export type RequestInit = { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal };

/** The guarded network: redirects are never followed, replies are capped, time is bounded. `fetch` is for SDKs, `request` is the light way.
 * All three throw DeliveryErrors: `transient` when nothing came back, `auth` when the address or its certificate is refused. */
export type Network = {
  fetch: typeof fetch;
  /** The method is POST unless said otherwise. Any status is a reply; `failFromReply` says what it means. */
  request(url: string, init: RequestInit): Promise<Reply>;
  /** The IP addresses of the URL's host, refused as a request would be; sends nothing. Empty where a proxy resolves names. For `check`. */
  resolve(url: string): Promise<string[]>;
};

export type InitContext = Network & {
  destination: string;
  /** Names of the options that the table fills in for each workspace: what is wrong with one of them may be wrong for one message only. */
  templated: readonly string[];
  log: Logger;
  relayVersion: string;
};
export type SendContext = Network & {
  /** Fires at the destination's timeout and when the relay stops. */
  signal: AbortSignal;
  log: Logger;
  now: () => Date;
};

export type SendResult = {
  /** Flat strings, kept in the store: the next message about the same thing gets it as `previous`. */
  ref?: Receipt;
  note?: string;
};
export type Health = { ok: true; detail?: string } | { ok: false; detail: string; fix?: string };

/** What a message comes to on the wire, for people who change its words. */
export type Preview = {
  /** As it would be sent, laid out to be read. */
  payload: string;
  /** How near it comes to what the target takes. */
  sizes?: readonly { what: string; size: number; most: number }[];
  /** Where it can be looked at. */
  link?: string;
  /** The same for a program of the reader's: its ending, `eml`, and what is in it. */
  file?: { ending: string; text: string };
};

export type Sender<R = unknown> = {
  /** One attempt. Returning is success; a DeliveryError says what went wrong; any other error is retried as a fault of the plug-in. */
  send(message: Message<R>, context: SendContext): Promise<SendResult | void>;
  /** For `render`. Sends nothing and asks nobody. */
  preview?(message: Message<R>, context: Pick<SendContext, 'now'>): Promise<Preview> | Preview;
  /** Whether a message would get through, cheap and without sending one. */
  check?(context: SendContext): Promise<Health>;
  close?(): Promise<void>;
};

export type PluginDefinition<S extends z.ZodType = z.ZodType, R = unknown> = {
  /** The word after `plugin:` in routes.yaml, `[a-z][a-z0-9-]*`. */
  type: string;
  apiVersion: 1;
  version?: string;
  description?: string;
  /** z.strictObject: unknown keys are errors. Mark secrets with `secret()`. */
  options: S;
  content: {
    format: Format;
    /** Top-level keys of the layout that are written in another format: `{ html: 'html' }` of a mail. */
    formats?: Readonly<Record<string, Format>>;
    /** A tree (or text) whose string leaves are mustache over the message; templates/layouts/<type>.yaml wins over it, an operator's over both. */
    layout?: unknown;
    /** The option in which one destination may bring its own layout, a tree or text; it wins over both. `{{…}}` in it is over the message. */
    layoutOption?: string;
    /** Checks the result of every layout, in `check` too. */
    output?: z.ZodType<R>;
    /** How many members of a digest or storm its words list; 15 unless said otherwise. `alerts` has all of them. */
    members?: number;
    /** It can send files along. */
    attachments?: boolean;
  };
  /** update: can edit what it sent before, so that an end in quiet hours need not wait · thread: can answer it. */
  capabilities?: { update?: boolean; thread?: boolean };
  /** Wants the webhook body as received. Shipped `http` only. */
  rawEvent?: boolean;
  limits?: { concurrency?: number; perSecond?: number; timeoutMs?: number };
  /** What duplicates count by: this channel, this address. Without it the destination's name counts. Several: each gets a message of its own,
   * with its own attempts and receipt, so that one that refuses costs the others nothing. */
  target?(options: z.output<S>): string | readonly string[];
  /** false: addresses inside private networks are refused by `fetch` and `request`. Default: allowed. */
  allowPrivate?(options: z.output<S>): boolean;
  /** Called once per distinct set of rendered options; no network here. */
  create(options: z.output<S>, context: InitContext): Sender<R> | Promise<Sender<R>>;
};

export const definePlugin = <S extends z.ZodType, R = undefined>(plugin: PluginDefinition<S, R>): PluginDefinition<S, R> => plugin;

/** Marks an option as a secret: `check` warns of literal values, and its value is masked in every log line, error and answer. */
export const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ secret: true }) as T;

/** Seconds (also decimal) or an HTTP date; a date counts from the reply's own Date header, so a skewed clock does no harm. */
export function retryAfterMs(value: string | null | undefined, date: string | null | undefined, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d{1,12}(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  // Date.parse takes nearly anything for a date, `-5` too; an HTTP date has a weekday and a time.
  const until = /^(mon|tue|wed|thu|fri|sat|sun).*\d\d:\d\d:\d\d/i.test(value.trim()) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  const from = Date.parse(date ?? '');
  return Math.max(0, until - (Number.isNaN(from) ? now : from));
}

/** Throws what a status other than success means. The body is shown to a person: one line, at most 300 characters. */
export function failFromReply(reply: Reply, now: number = Date.now()): never {
  const { status, headers } = reply;
  const wait = retryAfterMs(headers['retry-after'], headers.date, now);
  const code = `HTTP ${status}`;
  const said = beginning(reply.text);
  const message = `the receiver answered ${code}${said ? `: ${said}` : ''}`;
  const detail: Detail = { code, retryAfterMs: wait };
  if (status === 429 || (status === 503 && wait !== undefined)) throw new RateLimitedError(message, detail);
  if (status >= 500 || status === 408 || status === 425) throw new RetryableError(message, detail);
  if (status >= 300 && status < 400) throw new AuthError(`${message} (${redirect(headers.location)})`, detail);
  // A wrong address, password or method is wrong for every message: hold the destination and tell a person.
  if ([401, 403, 404, 405, 407, 410].includes(status)) throw new AuthError(message, detail);
  throw new PermanentError(message, detail);
}

/** Cut between words: of a secret that is cut in two nobody would know the first half. */
function beginning(text: string): string {
  const line = text.trim().replace(/[\s\p{Cc}]+/gu, ' ');
  return line.length <= 300 ? line : `${line.slice(0, 300).replace(/[^\s"'<>,;:&]+$/, '')}…`;
}

function redirect(location = ''): string {
  // Without the query, which is where one-time tokens travel.
  const to = URL.parse(location);
  return `a redirect${to ? ` to ${to.origin}${to.pathname}` : ''}; redirects are not followed, write the final address`;
}

/** The same for a `fetch` Response. */
export async function failFromResponse(response: Response): Promise<never> {
  const text = await response.text().catch(() => '');
  return failFromReply({ status: response.status, headers: Object.fromEntries(response.headers), text });
}

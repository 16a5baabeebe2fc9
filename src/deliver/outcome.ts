// What became of one attempt, in the words that decide what happens next. send.ts makes it; the lanes retry, hold or give up by its class.
import type { OutcomeClass, Receipt } from '../delivery.ts';
import { DeliveryError, type Reason } from '../plugin.ts';

export type Outcome = {
  class: OutcomeClass;
  startedAt: number;
  endedAt: number;
  /** `HTTP 503`, `ECONNRESET`, `TIMEOUT`, `plugin.fault`. */
  code?: string;
  /** At most 2 KiB, secrets masked. */
  error?: string;
  /** What the target asked for; finite, at most an hour. */
  retryAfterMs?: number;
  /** The target may have the message although no success was heard. */
  perhaps?: boolean;
  /** What an update or resolve hangs on no longer exists: the next attempt is a new message. */
  previousGone?: boolean;
  /** A defect of the plug-in, not of its target. */
  fault?: boolean;
  receipt?: Receipt;
  note?: string;
};

/** When an attempt ran, and how its texts lose their secrets. */
export type Frame = { startedAt: number; endedAt: number; mask: (text: string) => string };

const classes: Record<Reason, OutcomeClass> = {
  transient: 'transient',
  'rate-limited': 'rate-limited',
  auth: 'config',
  rejected: 'permanent',
  'previous-gone': 'transient',
};

/** Beyond it a lane waits an hour and sends one probe: a target that says "in a year" is not believed. */
export const maxRetryAfterMs = 3_600_000;

export function outcomeOf(error: unknown, { startedAt, endedAt, mask }: Frame): Outcome {
  const times = { startedAt, endedAt };
  const said = (text: string) => shorten(mask(text.slice(0, 16_384)));
  try {
    if (DeliveryError.is(error) && Object.hasOwn(classes, error.reason)) {
      const outcome: Outcome = { ...times, class: classes[error.reason], error: said(String(error.message)) };
      if (error.code !== undefined) outcome.code = said(String(error.code)).slice(0, 60);
      if (error.perhaps === true) outcome.perhaps = true;
      if (error.reason === 'previous-gone') outcome.previousGone = true;
      if (Number.isFinite(error.retryAfterMs)) outcome.retryAfterMs = Math.min(Math.max(0, Number(error.retryAfterMs)), maxRetryAfterMs);
      return outcome;
    }
    const code = networkCode(error);
    if (code) return { ...times, class: 'transient', code, perhaps: true, error: said(describe(error)) };
    return { ...times, class: 'transient', code: 'plugin.fault', fault: true, error: said(`the plug-in failed: ${describe(error)}`) };
  } catch {
    return { ...times, class: 'transient', code: 'plugin.fault', fault: true, error: 'the plug-in threw something that cannot be read' };
  }
}

/** To 2 KiB, whole characters. */
export function shorten(text: string, limit = 2048): string {
  if (Buffer.byteLength(text) <= limit) return text;
  return `${Buffer.from(text)
    .subarray(0, limit - 3)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}

/** An SDK's own error for a broken network is no defect of the plug-in; whether the message got there is not known. */
function networkCode(error: unknown): string | undefined {
  for (let at = error as { code?: unknown; cause?: unknown } | undefined, depth = 0; at && depth < 4; at = at.cause as typeof at, depth++) {
    if (typeof at.code === 'string' && /^(E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/.test(at.code)) return at.code;
  }
  return undefined;
}

/** With the first line of the stack that is not Node's own, for whoever wrote the plug-in. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${typeof error === 'string' ? `"${error}"` : String(error)}, which is no Error`;
  const frame = (error.stack ?? '').split('\n').find((line) => /^\s+at /.test(line) && !line.includes('node:'));
  const place = /([^/\\(]+:\d+:\d+)\)?$/.exec(frame ?? '')?.[1];
  return `${error.name}: ${error.message}${place ? ` (at ${place})` : ''}`;
}

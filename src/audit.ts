// The audit: who changed what, when and why, a line for each change, kept in the store for 400 days. Whoever changes something writes it here once it is
// done. Secrets and whole phone numbers are taken out before it is written, for it outlives what it is about.
import { hidePhones, phoneInKey } from './admin/mask.ts';
import { maskPhone } from './render/context.ts';

/** How whoever did it came in: by the admin side, by a signed link, as files on disk, as a signal to the process, or not at all. */
export const auditWays = ['token', 'loopback', 'page', 'link', 'files', 'signal', 'stranger'] as const;
export type AuditWay = (typeof auditWays)[number];

/** `facts` with a name of `subjects` say what it is about. `by`: the name that a person gave. */
export type Change = {
  what: string;
  who: AuditWay;
  by?: string | undefined;
  facts?: Readonly<Record<string, unknown>>;
  why?: string | undefined;
  /** Id of the request, also in the log. */
  request?: string;
};
export type AuditEntry = {
  what: string;
  who: AuditWay;
  by?: string;
  subject?: string;
  facts: Record<string, unknown>;
  why?: string;
  request?: string;
};
/** As stored. `erased`: it named a workspace whose data was deleted, and does so no more. */
export type AuditLine = AuditEntry & { id: string; at: number; erased?: true };

/** Settles when it is written, or could not be: what was changed stays changed, so a line that is missing is told in the log and to nobody else. */
export type Audit = (change: Change) => Promise<void>;

export function createAudit({
  write,
  mask,
  log,
}: {
  write(entry: AuditEntry): Promise<unknown>;
  mask(text: string): string;
  log: { warn(fields: object, message: string): void };
}): Audit {
  return async (change) => {
    try {
      await write(entryOf(change, mask));
    } catch (error) {
      const { what, who, request } = change;
      log.warn({ what, who, request, error: String(error) }, 'audit.not_written');
    }
  };
}

const subjects = ['incident', 'destination', 'event', 'id', 'report', 'address'] as const;

/** Fit to be kept. */
export function entryOf({ what, who, by, facts = {}, why, request }: Change, mask: (text: string) => string): AuditEntry {
  const fact = (text: string) => hidePhones(phoneInKey(text))(mask(text));
  const words = (text: string) => fact(text).replace(longNumber, maskPhone);
  const kept = told(facts, fact) as Record<string, unknown>;
  const subject = subjects.map((name) => kept[name]).find((value) => typeof value === 'string') as string | undefined;
  return {
    ...{ what, who, facts: kept },
    ...(by !== undefined && { by: words(by) }),
    ...(subject !== undefined && { subject }),
    ...(why !== undefined && { why: words(why) }),
    ...(request !== undefined && { request }),
  };
}

/** In what a person writes a number has its plus or not. A date is none, nor is the end of a longer id. */
const longNumber = /(?<![\p{L}\p{N}_•-])(?!\d{4}-\d\d-\d\d)\p{Nd}(?:[ ()-]{0,2}\p{Nd}){9,14}(?![\p{L}\p{N}_])/gu;

const mostOfList = 20;

function told(value: unknown, say: (text: string) => string): unknown {
  if (typeof value === 'string') return say(value);
  if (Array.isArray(value)) {
    const list = value.slice(0, mostOfList).map((one) => told(one, say));
    return value.length > mostOfList ? [...list, `and ${value.length - mostOfList} more`] : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [say(name), told(one, say)]));
}

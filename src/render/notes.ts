// What is true of a message whatever its story says: why it came here, late, again or in other words than asked, and its one plain line.
import type { Delivery } from '../delivery.ts';
import type { Event } from '../model.ts';
import type { AlertView } from '../plugin.ts';
import { clean } from './escape.ts';
import { number } from './figure.ts';
import type { Tone } from './several.ts';
import { length } from './time.ts';
import type { Words } from './words.ts';

type Noted = {
  event?: Event | undefined;
  /** Which story failed. */
  failed?: string | undefined;
  /** Of a digest: why the route kept it, in figures. */
  kept?: { hours?: string; rate?: string };
  /** Of a message about many: whether it lists only some, and there is no page with all. */
  many: boolean;
  /** By whom and why, as this reader may see it. */
  closed?: AlertView['closed'];
  unlisted?: boolean;
};
type Fact = { label: string; value: string };

export function notes(delivery: Delivery, words: Words, { event, failed, kept, many, unlisted, closed }: Noted): Fact[] {
  const { kind, details } = delivery;
  const { insteadOf, lateMs, replayReason, gone, keptBy } = details;
  const { facts: labels } = words;
  const facts: (Fact | false | undefined)[] = [
    unlisted && { label: labels.list, value: words.several.all(delivery.id) },
    // A digest of several says these in its own words.
    kind === 'digest' && !many && keptBy !== undefined && { label: labels.kept, value: keptWords(keptBy, words, kept) },
    kind === 'digest' && !many && gone !== undefined && { label: labels.gone, value: words.gone(number(gone, { words })) },
    details.reminder !== undefined && { label: labels.reminder, value: number(details.reminder, { words }) },
    kind === 'escalation' && { label: labels.escalation, value: words.escalated },
    event?.proof === 'asked' && !many && { label: labels.found, value: words.asked },
    closed !== undefined && { label: labels.closed, value: clean(closed.reason) },
    details.unconfirmed && { label: labels.unconfirmed, value: words.unconfirmed },
    insteadOf !== undefined && insteadOf.length > 0 && { label: labels.instead, value: clean(words.insteadOf(insteadOf.join(', '))) },
    lateMs !== undefined && { label: labels.late, value: words.late(length(lateMs)) },
    replayReason !== undefined && { label: labels.replay, value: clean(replayReason) },
    failed !== undefined && { label: labels.template, value: clean(words.templateFailed(failed)) },
  ];
  return facts.filter((fact) => fact !== undefined && fact !== false);
}

function keptWords(by: NonNullable<Delivery['details']['keptBy']>, words: Words, { hours, rate }: NonNullable<Noted['kept']> = {}): string {
  if (by === 'quiet') return words.kept.quiet(hours);
  return by === 'limit' ? words.kept.limit(rate) : words.kept.digest();
}

/** `[critical] Acme Ltd: message quota used up`: for a lock screen, a log, a screen reader. */
export function lineOf(headline: string, delivery: Delivery, alert: AlertView | undefined, words: Words, whole?: Tone): string {
  const tone = whole ?? (alert?.closed !== undefined ? 'closed' : alert?.phase === 'resolved' ? 'resolved' : alert?.severity);
  const tag = delivery.kind === 'relay' ? words.relay : tone === undefined ? delivery.kind : words.look[tone].toLowerCase();
  const line = delivery.kind === 'test' ? headline : `[${tag}] ${headline}`;
  const { id, name = id } = (alert?.workspace ?? {}) as { id?: string; name?: string };
  const named = id === undefined || name === undefined || [id, name].some((one) => headline.includes(clean(one, 32).replace(/…$/, '')));
  return clean(named ? line : `${line} (${clean(name, 80)})`, 400);
}

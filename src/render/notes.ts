// What is true of a message whatever its story says: why it came here, late, again or in other words than asked, and its one plain line.
import type { Delivery } from '../delivery.ts';
import type { AlertView } from '../plugin.ts';
import { clean } from './escape.ts';
import { length } from './time.ts';
import type { Words } from './words.ts';

export function notes({ kind, details }: Delivery, failed: string | undefined, words: Words): { label: string; value: string }[] {
  const { insteadOf, lateMs, replayReason } = details;
  const facts: { label: string; value: string }[] = [];
  if (kind === 'escalation') facts.push({ label: words.facts.escalation, value: words.escalated });
  if (insteadOf !== undefined && insteadOf.length > 0)
    facts.push({ label: words.facts.instead, value: clean(words.insteadOf(insteadOf.join(', '))) });
  if (lateMs !== undefined) facts.push({ label: words.facts.late, value: words.late(length(lateMs)) });
  if (details.unconfirmed) facts.push({ label: words.facts.unconfirmed, value: words.unconfirmed });
  if (replayReason !== undefined) facts.push({ label: words.facts.replay, value: clean(replayReason) });
  if (failed !== undefined) facts.push({ label: words.facts.template, value: clean(words.templateFailed(failed)) });
  return facts;
}

/** `[critical] Acme Ltd: message quota used up`: for a lock screen, a log, a screen reader. */
export function lineOf(headline: string, delivery: Delivery, alert: AlertView | undefined, words: Words): string {
  const tone = alert?.phase === 'resolved' ? 'resolved' : alert?.severity;
  const tag = delivery.kind === 'relay' ? words.relay : tone === undefined ? delivery.kind : words.look[tone].toLowerCase();
  const line = delivery.kind === 'test' ? headline : `[${tag}] ${headline}`;
  const { id, name = id } = (alert?.workspace ?? {}) as { id?: string; name?: string };
  const named = id === undefined || name === undefined || [id, name].some((one) => headline.includes(clean(one, 32).replace(/…$/, '')));
  return clean(named ? line : `${line} (${clean(name, 80)})`, 400);
}

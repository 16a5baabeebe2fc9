// One attempt of a delivery: its words by the files of now, then the plug-in behind its deadline. Handed to relay.ts by app.ts.
import { hidePhones } from './admin/mask.ts';
import { type Outcome, outcomeOf } from './deliver/outcome.ts';
import { send } from './deliver/send.ts';
import type { RelayNotice } from './delivery.ts';
import type { InForce } from './in-force/in-force.ts';
import type { LinksOf } from './links/links.ts';
import type { Logger } from './plugin.ts';
import type { Leased } from './store/store.ts';

export type Attempting = {
  inForce: InForce;
  links: LinksOf;
  log: Logger;
  now(): number;
  /** Fires when the relay stops. */
  signal: AbortSignal;
  /** A story failed and other words went out. */
  flawed(notice: RelayNotice): void;
};

export async function attempt(leased: Leased, { inForce, links, log, now, signal, flawed }: Attempting): Promise<Outcome> {
  const startedAt = now();
  // What a target says of a message may repeat it, and stands in the log, on pages and in what the operator is told.
  const about = [leased.event, ...(leased.members ?? [])].map((one) => hidePhones(one?.account?.phone));
  const mask = (text: string) => about.reduce((rest, hide) => hide(rest), inForce.mask(text));
  try {
    const { delivery } = leased;
    const prepared = await inForce.prepare(leased, delivery.attempts + 1, links(delivery, inForce.rules()));
    const { sender, message, timeoutMs, network, flaw } = prepared;
    if (flaw !== undefined) flawed({ code: 'story.bad', subject: delivery.template ?? leased.event?.type ?? 'relay', text: flaw });
    const outcome = await send(sender, message, { timeoutMs, signal, network, log, now, mask });
    // The message it should have edited is gone: the same attempt goes out as a new one.
    if (!outcome.previousGone || leased.previous === undefined) return outcome;
    const { previous: _, ...anew } = leased;
    return await attempt(anew, { inForce, links, log, now, signal, flawed });
  } catch (error) {
    return outcomeOf(error, { startedAt, endedAt: now(), mask });
  }
}

// The webhooks of a month, in the order they arrive: what happened to the fleet, as TimelinesAI would announce it and the internet would bring it,
// with copies, delays and losses. Beside them the problems that were real, for the oracle.
import { sampleWebhook } from '../../in-force/sample-webhook.ts';
import type { EventType } from '../../model.ts';
import { type Drop, day, dropsOf, hour, minute, monthEnd, monthStart, second } from './drops.ts';
import { between, type Customer, chance, oneOf, type PhoneNumber, type Random, times } from './fleet.ts';

export type Webhook = {
  id: string;
  received: number;
  triggered: number;
  customer: Customer;
  body: Record<string, unknown>;
  copyOf?: string;
};
/** Something that was really so. `to` is when it really ended; `over` is absent where no webhook ever said so. */
export type Problem = { type: EventType; customer: Customer; from: number; to: number; announced: Webhook; over?: Webhook };
export type Timeline = { webhooks: Webhook[]; problems: Problem[]; numbers: number; copies: number; late: number; lost: number };

export const partner = 'partner_12345';
const shares = { copy: 0.01, late: 0.01, lost: 0.005 };

export function timelineOf(fleet: readonly Customer[], random: Random): Timeline {
  const webhooks: Webhook[] = [];
  const problems: Problem[] = [];
  const made: Timeline = { webhooks, problems, numbers: 0, copies: 0, late: 0, lost: 0 };

  const announce = (name: string, customer: Customer, at: number, more: object = {}, number?: PhoneNumber): Webhook => {
    const late = chance(random, shares.late);
    if (late) made.late++;
    const received = at + between(random, 200, 3 * second) + (late ? between(random, minute, 8 * minute) : 0);
    const body = { ...sampleWebhook(name, { workspace: customer.workspace.id, partner, at, ...number }), ...more };
    const webhook = { id: '', received, triggered: at, customer, body };
    webhooks.push(webhook);
    if (chance(random, shares.copy)) {
      made.copies++;
      webhooks.push({ ...webhook, received: received + between(random, second, 90 * second), copyOf: name });
    }
    return webhook;
  };

  const down = ({ customer, number, from, to }: Drop): void => {
    const announced = announce('disconnected', customer, from, {}, number);
    const lost = to < monthEnd && chance(random, shares.lost);
    if (lost) made.lost++;
    const over = to < monthEnd && !lost ? announce('connected', customer, to, {}, number) : undefined;
    problems.push({ type: 'disconnected', customer, from, to, announced, ...(over && { over }) });
  };
  const lasting = (type: EventType, customer: Customer, from: number, more: object): void => {
    if (from >= monthEnd) return;
    problems.push({ type, customer, from, to: monthEnd, announced: announce(type, customer, from, more) });
  };

  for (const drop of dropsOf(fleet, random)) down(drop);
  for (const customer of fleet) {
    made.numbers += customer.numbers.length;
    quotas(customer, random, lasting);
    for (let n = times(random, 0.04); n > 0; n--) announce('token-rotated', customer, somewhen(random));
    for (const number of customer.numbers) if (chance(random, 0.02)) announce('connected', customer, somewhen(random), {}, fresh(number));
    if (chance(random, 0.002)) announce(oneOf(random, ['workspace:suspended', 'whatsapp_account:banned']), customer, somewhen(random));
  }
  webhooks.sort((a, b) => a.received - b.received);
  for (const [at, webhook] of webhooks.entries()) webhook.id = `e_${at}`;
  return made;
}

const somewhen = (random: Random): number => between(random, monthStart, monthEnd - minute);
/** A number that was never there before. */
const fresh = ({ account, phone }: PhoneNumber): PhoneNumber => ({ account: `9${account}`, phone: `${phone}9` });

const nearing = { small: 0.06, middle: 0.12, large: 0.2 } as const;

/** Messages climb towards the end of the period: from 90 % it takes hours to days to 100 %, if it comes to that. */
function quotas(
  customer: Customer,
  random: Random,
  lasting: (type: EventType, customer: Customer, from: number, more: object) => void,
): void {
  const { size, quota } = customer;
  if (chance(random, nearing[size])) {
    const from = between(random, monthStart + 8 * day, monthEnd - hour);
    const usage = (percent: number) => ({
      messaging_quota_total: quota,
      messaging_quota_used: (quota * percent) / 100,
      utilization_pct: percent,
    });
    lasting('messaging-90', customer, from, usage(90));
    if (chance(random, 0.6)) lasting('messaging-100', customer, from + between(random, 3 * hour, 5 * day), usage(100));
  }
  if (chance(random, 0.01)) lasting('transactions-100', customer, between(random, monthStart + 10 * day, monthEnd - hour), {});
  if (chance(random, 0.01)) lasting('api-calls-100', customer, between(random, monthStart + 10 * day, monthEnd - hour), {});
  if (chance(random, 0.03)) lasting('seats-full', customer, somewhen(random), { seats_purchased: between(random, 3, 40) });
}

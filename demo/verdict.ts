// Whether the demo kept its promises: every message that was promised arrived exactly once, signed, and nothing else did.
import type { WebhookAnswer } from '../src/cli/post-webhook.ts';
import type { Arrival } from './receiver.ts';
import type { Step } from './story.ts';

/** `id`: the stored event's. */
export type Sent = { step: Step; answer: WebhookAnswer };

export type Verdict = { promised: number; missing: string[]; tooMuch: string[] };

export function judge(sent: readonly Sent[], arrivals: readonly Arrival[]): Verdict {
  const missing: string[] = [];
  const tooMuch: string[] = [];
  const expected = new Set<Arrival>();
  let promised = 0;
  for (const [at, { step, answer }] of sent.entries()) {
    const name = `webhook ${at + 1} (${step.event} of ${step.workspace})`;
    const came = answerOf(answer);
    if (came !== step.answer) missing.push(`${name} should be answered as ${step.answer}, but was ${came} (HTTP ${answer.status})`);
    for (const promise of step.promised) {
      promised++;
      const found = arrivals.find((one) => one.eventId === answer.id && `${one.kind} ${one.destination}` === promise && !expected.has(one));
      if (found === undefined) missing.push(`${name}: ${promise} did not arrive`);
      else expected.add(found);
    }
  }
  for (const arrival of arrivals) {
    const what = `${arrival.kind} at ${arrival.destination}, "${arrival.headline}" (${arrival.id})`;
    if (!arrival.signed) tooMuch.push(`${what} has a wrong signature`);
    else if (arrival.times > 1) tooMuch.push(`${what} arrived ${arrival.times} times`);
    else if (!expected.has(arrival)) tooMuch.push(`${what} was promised to nobody`);
  }
  return { promised, missing, tooMuch };
}

export function answerOf({ status, duplicate }: WebhookAnswer): Step['answer'] | 'something else' {
  if (status === 200) return duplicate === true ? 'duplicate' : 'new';
  return status === 401 ? 'refused' : 'something else';
}

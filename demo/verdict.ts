// Whether the demo kept its promises: each promised message arrived once and in the promised form, and nothing else did.
import type { WebhookAnswer } from '../src/cli/post-webhook.ts';
import type { Answer, Heard, Step } from './story.ts';
import type { Arrival } from './world.ts';

/** A step that was played, with what a webhook was answered. */
export type Played = { step: Step; answer?: WebhookAnswer };
export type Verdict = { promised: number; missing: string[]; tooMuch: string[] };

export function judge(played: readonly Played[], arrivals: readonly Arrival[]): Verdict {
  const missing: string[] = [];
  const left = new Set(arrivals);
  let promised = 0;
  for (const { step, answer } of played) {
    const name = nameOf(step);
    if ('send' in step && answer !== undefined && answerOf(answer) !== step.send.answer)
      missing.push(`${name} should be answered as ${step.send.answer}, but was ${answerOf(answer)} (HTTP ${answer.status})`);
    for (const heard of step.heard) {
      promised++;
      const found = [...left].find((one) => fits(one, heard));
      if (found === undefined) missing.push(`${name}: "${heard.says}…", ${heard.how} at ${heard.where}, did not arrive`);
      else left.delete(found);
    }
  }
  const tooMuch = [...left].filter((one) => !isRepeatedRefusal(one, played)).map((one) => `${whatOf(one)} was promised to nobody`);
  for (const one of arrivals) if (one.fault !== undefined && one.how !== 'refused') tooMuch.push(`${whatOf(one)} ${one.fault}`);
  return { promised, missing, tooMuch };
}

export const fits = (arrival: Arrival, { by, where, how, says }: Heard): boolean =>
  arrival.by === by && arrival.where === where && arrival.how === how && arrival.words.includes(says);

/** How often a broken receiver is tried before it works again is a matter of time. */
const isRepeatedRefusal = (arrival: Arrival, played: readonly Played[]): boolean =>
  arrival.how === 'refused' && played.some(({ step }) => step.heard.some((heard) => fits(arrival, { ...heard, how: 'refused' })));

const whatOf = ({ by, where, how, words, id }: Arrival) => `${by}, ${how} at ${where}, "${words}" (${id})`;
export const nameOf = (step: Step): string => ('send' in step ? `${step.send.event} of ${step.send.workspace}` : step.act);

export function answerOf({ status, duplicate }: WebhookAnswer): Answer | 'something else' {
  if (status === 200) return duplicate === true ? 'duplicate' : 'new';
  return status === 401 ? 'refused' : 'something else';
}

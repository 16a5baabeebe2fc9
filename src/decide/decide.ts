// The heart, between intake and store: what an input means, who hears of it, when and why. Pure; the ledger calls it inside the transaction,
// explain and every preview call the same function with another memory.
import { decideAcknowledge } from './acknowledge.ts';
import { decideClose } from './close.ts';
import type { Decide } from './decision.ts';
import { draftOf } from './draft.ts';
import { decideEvent } from './event.ts';
import { tellOperator } from './operator.ts';
import { decideSilence, decideSilences, decideUnsilence, endSilence } from './silence-end.ts';
import { decideTimer } from './timer.ts';
import { decideUndelivered } from './undelivered.ts';

export const decide: Decide = (rules, memory, input, clock) => {
  const draft = draftOf(rules, memory, clock, 'workspace' in input ? input : {});
  switch (input.kind) {
    case 'event':
      decideEvent(draft, input);
      break;
    case 'timer':
      if (input.timer.kind === 'silence') endSilence(draft, input);
      else decideTimer(draft, input);
      break;
    case 'undelivered':
      decideUndelivered(draft, input);
      break;
    case 'acknowledge':
      decideAcknowledge(draft, input);
      break;
    case 'close':
      decideClose(draft, input);
      break;
    case 'silence':
      decideSilence(draft, input);
      break;
    case 'unsilence':
      decideUnsilence(draft, input);
      break;
    case 'silences':
      decideSilences(draft);
      break;
    case 'relay':
      tellOperator(draft, input.notice, input.reach);
      break;
  }
  return draft.decision;
};

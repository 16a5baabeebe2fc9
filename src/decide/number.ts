// What is known for ever about a WhatsApp number: whether it was ever connected before.
import type { Event } from '../model.ts';
import type { Draft } from './draft.ts';

const learningMs = 7 * 86_400_000;
const sinceCell = 'store:since';

/** A store of less than a week has not seen enough to call any connect the first. */
export function isFirstTime(draft: Draft, event: Event): boolean {
  const since = draft.memory.cell(sinceCell);
  if (since === undefined) draft.decision.cells[sinceCell] = String(draft.clock.now);
  const key = cellOf(event);
  if (key === undefined || since === undefined || draft.clock.now - Number(since) < learningMs) return false;
  return draft.memory.cell(key) === undefined;
}

/** A drop counts too: what dropped had been connected. */
export function rememberNumber(draft: Draft, event: Event): void {
  const key = cellOf(event);
  if (key !== undefined && draft.memory.cell(key) === undefined) draft.decision.cells[key] = String(event.triggeredAt);
}

function cellOf(event: Event): string | undefined {
  const number = event.account?.id ?? event.account?.phone;
  return number === undefined ? undefined : `number:${event.workspaceId}:${number}`;
}

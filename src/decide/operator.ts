// What the relay says about itself reaches a person, by a way that is not the broken one, and not over and over.
import type { RelayNotice } from '../model.ts';
import type { Reach } from '../rules/rules.ts';
import type { Draft } from './draft.ts';
import { newDelivery } from './new-delivery.ts';

const quietMs = 3_600_000;

/** The same code and subject are told once an hour. */
export function tellOperator(draft: Draft, notice: RelayNotice, reach: Reach): void {
  const avoid = notice.destination;
  const cell = `relay:${notice.code}:${notice.subject}`;
  const last = draft.decision.cells[cell] ?? draft.memory.cell(cell);
  if (last !== undefined && last !== null && draft.clock.now - Number(last) < quietMs) return;
  draft.decision.cells[cell] = String(draft.clock.now);
  const { destinations, operator, fallback } = draft.rules;
  const ways = [operator, operator === undefined ? undefined : destinations[operator]?.ifItFails, ...fallback.map((send) => send.to)];
  const broken = avoid === undefined ? undefined : targetOf(draft, avoid, reach);
  const way = ways.find((name) => {
    const target = name === undefined || name === avoid ? undefined : targetOf(draft, name, reach);
    return target !== undefined && target !== broken;
  });
  if (way === undefined) return;
  newDelivery(draft, {
    destination: way,
    target: targetOf(draft, way, reach)!,
    route: 'operator',
    kind: 'relay',
    level: 0,
    details: { relay: notice },
    receivedAt: draft.clock.now,
  });
}

function targetOf(draft: Draft, name: string, reach: Reach): string | undefined {
  const plugin = draft.rules.destinations[name]?.plugin;
  return plugin === undefined || !reach[name] ? undefined : `${plugin}:${reach[name]}`;
}

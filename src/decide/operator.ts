// What the relay says about itself reaches a person, by a way that is not the broken one, and not over and over.
import type { RelayNotice } from '../delivery.ts';
import type { Reach } from '../rules/rules.ts';
import { targetsOf } from './addressee.ts';
import { cell, type Draft } from './draft.ts';
import { newDelivery } from './new-delivery.ts';

const quietMs = 3_600_000;

/** The same code and subject are told once an hour. */
export function tellOperator(draft: Draft, notice: RelayNotice, reach: Reach): void {
  const avoid = notice.destination;
  const name = `relay:${notice.code}:${notice.subject}`;
  const last = cell(draft, name);
  if (last !== undefined && Math.abs(draft.clock.now - Number(last)) < quietMs) return;
  draft.decision.cells[name] = String(draft.clock.now);
  const { destinations, operator, fallback } = draft.rules;
  const ways = [operator, operator === undefined ? undefined : destinations[operator]?.ifItFails, ...fallback.map((send) => send.to)];
  const broken = avoid === undefined ? [] : targetsOf(draft, avoid, reach);
  const soundOf = (name: string | undefined) =>
    name === undefined || name === avoid ? [] : targetsOf(draft, name, reach).filter((target) => !broken.includes(target));
  const way = ways.find((name) => soundOf(name).length > 0);
  if (way === undefined) return;
  for (const target of soundOf(way)) {
    newDelivery(draft, {
      destination: way,
      target,
      route: 'operator',
      kind: 'relay',
      level: 0,
      details: { relay: notice },
      receivedAt: draft.clock.now,
    });
  }
}

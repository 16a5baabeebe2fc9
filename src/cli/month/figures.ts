// What a month comes to: messages of the plain relay and of this one, problems told and missed, how long people waited.
import { deliveryKinds } from '../../delivery.ts';
import { type Delays, delaysOf } from './delays.ts';
import { monthEnd, monthStart } from './drops.ts';
import type { MonthFiles } from './files.ts';
import { type Customer, fleetOf } from './fleet.ts';
import { judge, type Verdict } from './oracle.ts';
import { type Played, playMonth } from './run.ts';
import { seeded } from './seeded.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export type Row = { event: string; webhooks: number; plain: number; relay: number; kinds: Record<string, number> };
export type Month = {
  seed: number;
  from: string;
  to: string;
  workspaces: number;
  numbers: number;
  webhooks: number;
  copies: number;
  late: number;
  lost: number;
  rows: Row[];
  total: Row;
  /** Of the plain relay's messages, 0 to 1. */
  gone: number;
  /** What the relay says about itself, to its operator; in no other figure. */
  aboutItself: number;
  problems: Verdict;
  delays: Delays;
};

export type Done = { webhooks: number; of: number };

export async function simulateMonth(
  { workspaces, seed }: { workspaces: number; seed: number },
  files: MonthFiles,
  told: (done: Done) => Promise<void> = async () => {},
): Promise<Month> {
  const random = seeded(seed);
  const fleet = fleetOf(workspaces, random);
  const timeline = timelineOf(fleet, random);
  const table = new Map(fleet.map(({ workspace }) => [workspace.id, workspace]));
  const of = timeline.webhooks.length;
  const played = await playMonth(timeline, files, table, (webhooks) => told({ webhooks, of }));
  return figuresOf({ seed, fleet, timeline, played, files });
}

type Parts = { seed: number; fleet: Customer[]; timeline: Timeline; played: Played; files: MonthFiles };

function figuresOf({ seed, fleet, timeline, played, files }: Parts): Month {
  const rows = rowsOf(played);
  const total = rows.reduce(
    (sum, { webhooks, plain, relay, kinds }) => ({
      event: 'all',
      webhooks: sum.webhooks + webhooks,
      plain: sum.plain + plain,
      relay: sum.relay + relay,
      kinds: Object.fromEntries(Object.keys(kinds).map((kind) => [kind, (sum.kinds[kind] ?? 0) + kinds[kind]!])),
    }),
    emptyRow('all'),
  );
  return {
    seed,
    from: new Date(monthStart).toISOString(),
    to: new Date(monthEnd).toISOString(),
    workspaces: fleet.length,
    numbers: timeline.numbers,
    webhooks: timeline.webhooks.length,
    copies: timeline.copies,
    late: timeline.late,
    lost: timeline.lost,
    rows,
    total,
    gone: total.plain === 0 ? 0 : 1 - total.relay / total.plain,
    aboutItself: played.deliveries.filter(({ kind }) => kind === 'relay').length,
    problems: judge(timeline.problems, played, files),
    delays: delaysOf(played, files),
  };
}

const shown = deliveryKinds.filter((kind) => kind !== 'test' && kind !== 'relay');

const emptyRow = (event: string): Row => ({
  ...{ event, webhooks: 0, plain: 0, relay: 0 },
  kinds: Object.fromEntries(shown.map((kind) => [kind, 0])),
});

/** A digest or a storm counts under the event that it names first of all: its own. */
function rowsOf({ events, deliveries, plain }: Played): Row[] {
  const rows = new Map<string, Row>();
  const rowOf = (event: string) => {
    const row = rows.get(event) ?? emptyRow(event);
    rows.set(event, row);
    return row;
  };
  for (const { type } of events.values()) rowOf(type).webhooks++;
  for (const [type, count] of plain) rowOf(type).plain += count;
  for (const { eventId, kind, state } of deliveries) {
    if (state === 'cancelled' || kind === 'relay') continue;
    const row = rowOf(events.get(eventId ?? '')?.type ?? 'unknown');
    row.relay++;
    row.kinds[kind] = (row.kinds[kind] ?? 0) + 1;
  }
  return [...rows.values()].sort((a, b) => b.plain - a.plain || a.event.localeCompare(b.event));
}

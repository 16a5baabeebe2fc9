// A month in a minute: the webhooks of a timeline through the relay's own parse and decide, on paper, every message heard the moment it is made.
// Beside it the plain relay that everybody writes first: each event to everyone whom its routes name.
import { matchRoutes } from '../../decide/match.ts';
import { rehearse } from '../../decide/rehearsal.ts';
import type { Delivery } from '../../delivery.ts';
import { parse } from '../../intake/parse.ts';
import type { Event, Workspace } from '../../model.ts';
import type { Reach, Route, Rules } from '../../rules/rules.ts';
import { day, monthEnd } from './drops.ts';
import type { MonthFiles } from './files.ts';
import { partner, type Timeline } from './timeline.ts';

export type Played = {
  events: Map<string, Event>;
  deliveries: Delivery[];
  /** The routes an event matches, by id. */
  matched: Map<string, readonly Route[]>;
  /** Messages of the plain relay by event type. */
  plain: Map<string, number>;
  workspace(id: string): Workspace;
};

export async function playMonth(
  { webhooks }: Timeline,
  { rules, reach }: MonthFiles,
  fleet: ReadonlyMap<string, Workspace>,
  told: (done: number) => Promise<void> = async () => {},
): Promise<Played> {
  const workspace = (id: string): Workspace => fleet.get(id) ?? { id };
  const stage = rehearse({ rules: () => rules, workspace, reach, keepTraces: false });
  const events = new Map<string, Event>();
  const matched = new Map<string, readonly Route[]>();
  const plain = new Map<string, number>();
  const down = new Set<string | undefined>();
  for (const [at, { id, body, received }] of webhooks.entries()) {
    if (at % 1000 === 0) await told(at);
    const { event } = parse(Buffer.from(JSON.stringify(body)), { id, partner, proof: 'signature', receivedAt: received });
    const row = workspace(event.workspaceId);
    stage.runTo(received);
    const { outcome } = stage.put({ kind: 'event', event, workspace: row, reach: reach(row) }, received);
    if (outcome === 'duplicate') continue;
    const routes = matchRoutes(rules, event, row, new Set(), () => {});
    events.set(id, event);
    matched.set(id, routes);
    if (event.type === 'disconnected') down.add(event.incidentKey);
    // A first connect ends nothing.
    const asProblem =
      event.phase === 'resolved' && down.has(event.incidentKey) ? matchRoutes(rules, problemOf(event), row, new Set(), () => {}) : [];
    const count = plainMessages(rules, event, reach(row), [...routes, ...asProblem]);
    plain.set(event.type, (plain.get(event.type) ?? 0) + count);
  }
  // What is kept at the month's end comes out the next day.
  stage.runTo(monthEnd + day);
  return { events, deliveries: stage.deliveries(), matched, plain, workspace };
}

/** Once to each target of each route that the event matches; a recovery to those of its problem; what matches nothing to the fallback. */
function plainMessages(rules: Rules, event: Event, reach: Reach, routes: readonly Route[]): number {
  const sends = routes.length === 0 && event.phase !== 'resolved' ? rules.fallback : routes.flatMap(({ send }) => send);
  return new Set(sends.flatMap(({ to }) => targetsOf(rules, to, reach))).size;
}

const problemOf = (event: Event): Event => ({
  ...event,
  type: 'disconnected',
  wireType: 'whatsapp_account:disconnected',
  severity: 'critical',
  phase: 'firing',
  level: 1,
});

/** Where a destination has no address for the workspace, `if_empty` is next. */
export function targetsOf({ destinations }: Rules, name: string, reach: Reach): string[] {
  const tried = new Set<string>();
  for (let next: string | undefined = name; next !== undefined && !tried.has(next); next = destinations[next]?.ifEmpty) {
    tried.add(next);
    const found = [reach[next] ?? ''].flat().filter((target) => target !== '');
    if (found.length > 0) return found.map((target) => `${destinations[next!]!.plugin}:${target}`);
  }
  return [];
}

// What a silence would have kept of the last week: stored events by the conditions of decide, which is asked what it would be asked then.
import { fits } from '../decide/silence.ts';
import type { Rules, Silence } from '../rules/rules.ts';
import type { StoredEvent } from '../store/reader.ts';
import type { AdminParts } from './parts.ts';

/** `since`: how far back was looked; short of a week where more came in than is looked at. */
export type Muted = { events: StoredEvent[]; looked: number; since: number; whole: boolean };

const weekMs = 7 * 86_400_000;
/** As many as a page can wait for. */
export const most = 2000;

export async function mutedLastWeek({ read, inForce, now }: AdminParts, silence: Omit<Silence, 'id' | 'line'>): Promise<Muted> {
  const rules: Rules = inForce.rules();
  const one: Silence = { id: 's_on_paper', ...silence };
  const weekAgo = now() - weekMs;
  const look = (workspace?: string) => read.events({ workspace, since: weekAgo, limit: most });
  const id = onlyWorkspace(silence);
  const own = id === undefined ? undefined : await look(id);
  // Conditions take an id in any case, the index as it is written.
  const { items, next, lookedTo } = own !== undefined && own.items.length > 0 ? own : await look();
  const events = items.filter(
    (stored) => wouldBeSent(stored) && fits(one, rules, stored.event, inForce.whoIs(stored.event.workspaceId).workspace),
  );
  const whole = next === undefined;
  return { events, looked: items.length, since: whole ? weekAgo : (lookedTo ?? items.at(-1)!.event.receivedAt), whole };
}

/** What counted or was stale was sent by nobody, and what ends a problem goes out all the same. */
const wouldBeSent = ({ event, outcome }: StoredEvent): boolean =>
  (outcome === 'routed' || outcome === 'unrouted') && event.phase !== 'resolved';

/** Then the index leads to its events, however many there are of others. */
function onlyWorkspace({ where: { workspace } }: Pick<Silence, 'where'>): string | undefined {
  const [id, ...more] = workspace ?? [];
  return id === undefined || more.length > 0 || /[*?]/.test(id) ? undefined : id;
}

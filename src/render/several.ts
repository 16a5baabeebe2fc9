// A message about many at once: a digest, the ends of one, a storm. Who and what it tells of, the worst first, as data; the words are made elsewhere.
import type { Delivery } from '../delivery.ts';
import type { Event, EventType, Severity, Workspace } from '../model.ts';
import type { AlertView } from '../plugin.ts';
import type { Leased } from '../store/store.ts';
import { alertView } from './context.ts';

/** One that it tells of, as if it were told of this alone. */
export type Member = { delivery: Delivery; event: Event; workspace: Workspace; alert: AlertView };
export type Tone = Severity | 'resolved';
export type Tally = ReadonlyMap<EventType, number>;

export type Several = {
  /** All of them: what a program reads, and the file. */
  members: readonly Member[];
  /** Those that the words speak of: of the end of a storm what is still so, else all. */
  shown: readonly Member[];
  /** How many the words speak of, with those that are no longer kept; and how many it tells of in all. */
  count: number;
  whole: number;
  /** How many of each of those that are shown, the worst first. */
  tally: Tally;
  tone: Tone;
  /** Its ends, or the end of a storm. */
  over: boolean;
  /** Of all members, where they have but one; else what they have in common. */
  reader: Workspace;
};

type Asked = {
  leased: Leased;
  /** Of the event that it hangs on, where nothing that it tells of is known. */
  workspace: Workspace;
  workspaceOf?: ((id: string) => Workspace) | undefined;
  showPhone: boolean;
  adminUrl?: string;
};

/** A digest of one is told in the words of that one. */
export const isSeveral = ({ kind, details }: Delivery): boolean =>
  kind === 'storm' || ((kind === 'digest' || kind === 'resolved') && (details.members?.length ?? 0) > 1);

export function severalOf({ leased, workspace: own, workspaceOf = (id) => ({ id }), showPhone, adminUrl }: Asked): Several | undefined {
  const { delivery } = leased;
  if (!isSeveral(delivery)) return undefined;
  const { members: ids = [], storm } = delivery.details;
  const places = new Map(ids.map((id, place) => [id, place]));
  const open = storm?.open ?? ids.length;
  const [shown, behind]: [Member[], Member[]] = [[], []];
  for (const event of leased.members ?? []) {
    const place = places.get(event.id) ?? 0;
    const alone = aboutOne(delivery, event, place);
    const workspace = workspaceOf(event.workspaceId);
    const alert = alertView({ delivery: alone, event, workspace, showPhone, ...(adminUrl === undefined ? {} : { adminUrl }) });
    (place < open ? shown : behind).push({ delivery: alone, event, workspace, alert });
  }
  const ends = delivery.kind === 'resolved';
  if (!ends) shown.sort(worseFirst);
  const over = ends || storm?.over === true;
  const members = [...shown, ...behind];
  return {
    ...{ members, shown, count: open, whole: ids.length },
    tally: tallyOf(shown.map(({ event }) => event.type)),
    tone: ends || (over && open === 0) ? 'resolved' : (shown[0]?.event.severity ?? leased.event?.severity ?? 'warning'),
    over,
    reader: inCommon(members, own),
  };
}

/** Its own key and level, and when it began; of what was over before a storm was, when it ended too. */
function aboutOne({ incidentKey: _, ...whole }: Delivery, event: Event, place: number): Delivery {
  const { incidentKey, level, triggeredAt } = event;
  const { began, ended, storm } = whole.details;
  const key = incidentKey === undefined ? {} : { incidentKey };
  const since = began?.[place];
  if (whole.kind === 'resolved')
    return { ...whole, ...key, level, details: { endedAt: triggeredAt, ...(since === undefined ? {} : { since }) } };
  const endedAt = storm?.open === undefined ? undefined : ended?.[place - storm.open];
  if (endedAt !== undefined) return { ...whole, ...key, kind: 'resolved', level, details: { since: triggeredAt, endedAt } };
  const kind = event.phase === 'firing' ? 'alert' : 'notice';
  return { ...whole, ...key, kind, level, details: kind === 'alert' ? { since: triggeredAt } : {} };
}

const rank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
const worseFirst = ({ event: a }: Member, { event: b }: Member): number =>
  rank[a.severity] - rank[b.severity] || b.level - a.level || a.triggeredAt - b.triggeredAt;

/** In the order of the first of each. */
export function tallyOf(types: Iterable<EventType>): Tally {
  const tally = new Map<EventType, number>();
  for (const type of types) tally.set(type, (tally.get(type) ?? 0) + 1);
  return tally;
}

function inCommon(members: readonly Member[], otherwise: Workspace): Workspace {
  const [first] = members;
  if (first === undefined) return otherwise;
  if (members.every(({ workspace: { id } }) => id === first.workspace.id)) return first.workspace;
  const shared = (column: 'language' | 'timezone') => {
    const value = first.workspace[column];
    return value !== undefined && members.every(({ workspace }) => workspace[column] === value) ? { [column]: value } : {};
  };
  return { id: '', ...shared('language'), ...shared('timezone') };
}

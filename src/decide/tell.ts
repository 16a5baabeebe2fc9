// What a route has to say, once its hold is over: quiet → limit → digest decide whether it is told now or kept for one digest.
import type { Workspace } from '../model.ts';
import type { Route, Send } from '../rules/rules.ts';
import { addressee, called } from './addressee.ts';
import { deliver, type Telling } from './deliver.ts';
import { change, type Draft, type Say } from './draft.ts';
import { followUp } from './follow-up.ts';
import { type KeptBy, type KeptFor, keep } from './keep.ts';
import { overLimit } from './limit.ts';
import { segmentsOf } from './match.ts';
import { length, moment } from './phrase.ts';
import { quietEnd } from './quiet.ts';
import { isKeptFor } from './unkeep.ts';
import { nextClock } from './wall.ts';

type About = Omit<Telling, 'route' | 'sends'> & { workspace: Workspace };

export function tell(draft: Draft, route: Route, about: About, say: Say): void {
  const { incident, event } = about;
  const told = () => {
    if (incident === undefined) return;
    const changed = change(draft, incident);
    changed.routes[route.name] = { state: 'told', eventId: event.id };
    followUp(draft, route, changed);
  };
  const now = (sends: Send[]) => {
    deliver(draft, { ...about, route: route.name, sends }, say);
    told();
  };
  const later = (sends: Send[], kept: Kept) => {
    if (!keepFor(draft, route, about, sends, kept, say)) told();
  };
  const until = quietEnd(draft, route, about.workspace);
  if (until !== undefined && route.send.length > 0) {
    const { loud, quiet } = byPatience(draft, route, about);
    if (loud.length > 0) now(loud);
    if (quiet.length === 0) return;
    if (route.quiet!.keep) {
      later(quiet, { by: 'quiet', group: String(until), until });
      return;
    }
    say(
      'quiet',
      `${route.name}: quiet hours (${route.quiet!.during}, then: drop), so ${loud.length > 0 ? 'the others are not' : 'nobody is'} told`,
    );
    if (incident !== undefined && loud.length === 0) change(draft, incident).routes[route.name] = { state: 'cancelled', eventId: event.id };
    return;
  }
  if (route.limit !== undefined) {
    const group = groupOf(draft, route, about.workspace);
    // The same number down again is another incident.
    const free = overLimit(draft, route, group, incident === undefined ? event.id : `${incident.key}@${incident.openedAt}`);
    if (free !== undefined) {
      later(route.send, { by: 'limit', group, until: free });
      return;
    }
  }
  if (route.digest !== undefined) {
    later(route.send, { by: 'digest', group: '', until: digestAt(draft, route.digest) });
    return;
  }
  now(route.send);
}

const digestAt = ({ rules, clock }: Draft, digest: NonNullable<Route['digest']>): number =>
  'at' in digest ? nextClock(digest.at, rules.timezone, clock.now) : clock.now + digest.everyMs;

type Kept = { by: KeptBy; group: string; until: number };

/** Answers whether there is anybody it is kept for. */
function keepFor(draft: Draft, route: Route, about: About, sends: Send[], { by, group, until }: Kept, say: Say): boolean {
  const { event, incident, reach } = about;
  const ways = sends.map((send) => ({ send, to: addressee(draft, send.to, reach, say) }));
  // Whoever has no address is told of to the operator now and not in the morning.
  const nowhere = ways.filter(({ to }) => to === undefined).map(({ send }) => send);
  if (nowhere.length > 0 || sends.length === 0) deliver(draft, { ...about, route: route.name, sends: nowhere }, say);
  const whom = ways.flatMap(({ send: { template }, to }): KeptFor[] => {
    const fresh = (to?.targets ?? []).filter((target) => {
      const other = draft.told.get(target);
      if (other !== undefined) say('deliver', `${route.name}: ${called(to!, target)} was already told by ${other}`);
      const kept = incident === undefined && isKeptFor(draft, event.id, target);
      if (kept) say('deliver', `${route.name}: it is kept for ${called(to!, target)} already`);
      return other === undefined && !kept;
    });
    return fresh.map((target) => ({ destination: to!.name, target, ...(template === undefined ? {} : { template }) }));
  });
  if (whom.length === 0) return false;
  const key = incident?.key;
  const { workspace } = about;
  const end = keep(draft, route.name, by, group, until, { event: event.id, ...(key === undefined ? {} : { key }), for: whom, workspace });
  if (incident !== undefined) change(draft, incident).routes[route.name] = { state: 'kept', until: end, eventId: event.id };
  say(by, `${route.name}: kept until ${moment(end, draft.rules.timezone)} (${why(route, by)}), then told in one digest if it is still so`);
  return true;
}

function why(route: Route, by: KeptBy): string {
  if (by === 'quiet') return `quiet hours ${route.quiet!.during}`;
  if (by === 'limit') return `limit ${route.limit!.max} per ${length(route.limit!.perMs)}`;
  return 'digest';
}

/** Who wants to be woken gets it at once; by the destination that takes it in the end. */
function byPatience(draft: Draft, route: Route, { reach }: About): { loud: Send[]; quiet: Send[] } {
  const isLoud = ({ to }: Send) => {
    const found = addressee(draft, to, reach, () => {});
    return found !== undefined && draft.rules.destinations[found.name]?.ignoreQuietHours === true;
  };
  return { loud: route.send.filter(isLoud), quiet: route.send.filter((one) => !isLoud(one)) };
}

function groupOf(draft: Draft, route: Route, workspace: Workspace): string {
  if (route.limit!.by === 'workspace') return workspace.id;
  return route.limit!.by === 'segment' ? (segmentsOf(draft.rules, workspace)[0] ?? '') : '';
}

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
import { nextClock } from './wall.ts';

type About = Omit<Telling, 'route' | 'sends'> & { workspace: Workspace };

export function tell(draft: Draft, route: Route, about: About, say: Say): void {
  const { incident, event } = about;
  const now = (sends: Send[]) => {
    deliver(draft, { ...about, route: route.name, sends }, say);
    if (incident === undefined) return;
    const changed = change(draft, incident);
    changed.routes[route.name] = { state: 'told', eventId: event.id };
    followUp(draft, route, changed);
  };
  const until = quietEnd(draft, route, about.workspace);
  if (until !== undefined) {
    const { loud, quiet } = byPatience(draft, route, about);
    if (loud.length > 0) now(loud);
    if (quiet.length === 0) return;
    if (route.quiet!.keep) keepIt(draft, route, about, 'quiet', String(until), until, quiet, say);
    else {
      say('quiet', `${route.name}: quiet hours (${route.quiet!.during}, then: drop), so nobody is told`);
      if (incident !== undefined && loud.length === 0)
        change(draft, incident).routes[route.name] = { state: 'cancelled', eventId: event.id };
    }
    return;
  }
  if (route.limit !== undefined) {
    const group = groupOf(draft, route, about.workspace);
    const free = overLimit(draft, route, group, incident?.key ?? event.id);
    if (free !== undefined) {
      keepIt(draft, route, about, 'limit', group, free, route.send, say);
      return;
    }
  }
  if (route.digest !== undefined) {
    const due =
      'at' in route.digest ? nextClock(route.digest.at, draft.rules.timezone, draft.clock.now) : draft.clock.now + route.digest.everyMs;
    keepIt(draft, route, about, 'digest', '', due, route.send, say);
    return;
  }
  now(route.send);
}

function keepIt(draft: Draft, route: Route, about: About, by: KeptBy, group: string, until: number, sends: Send[], say: Say): void {
  const { event, incident, reach } = about;
  const whom = sends.flatMap(({ to, template }): KeptFor[] => {
    const found = addressee(draft, to, reach, say);
    const fresh = (found?.targets ?? []).filter((target) => {
      const by = draft.told.get(target);
      if (by !== undefined) say('deliver', `${route.name}: ${called(found!, target)} was already told by ${by}`);
      return by === undefined;
    });
    return fresh.map((target) => ({ destination: found!.name, target, ...(template === undefined ? {} : { template }) }));
  });
  // Whoever has no address is told of to the operator now and not in the morning.
  const nowhere = sends.filter(({ to }) => addressee(draft, to, reach, () => {}) === undefined);
  if (nowhere.length > 0) deliver(draft, { ...about, route: route.name, sends: nowhere }, say);
  if (whom.length === 0) return;
  const key = incident?.key;
  const end = keep(draft, route.name, by, group, until, { event: event.id, ...(key === undefined ? {} : { key }), for: whom });
  if (incident !== undefined) change(draft, incident).routes[route.name] = { state: 'kept', until: end, eventId: event.id };
  say(by, `${route.name}: kept until ${moment(end, draft.rules.timezone)} (${why(route, by)}), then told in one digest if it is still so`);
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

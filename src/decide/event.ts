// An event's way through the gates: dedupe → enrich → incident → match → silence → flapping → hold, then what tell.ts does; a trace line for each.
import type { Event, Incident, Workspace } from '../model.ts';
import { awaitsRecovery, knewOfClose } from './closed.ts';
import type { Input } from './decision.ts';
import { deliver } from './deliver.ts';
import { type Case, type Draft, type Say, sayer } from './draft.ts';
import { flap, owedEnds } from './flapping.ts';
import { isUnstable } from './flaps.ts';
import { hold } from './hold.ts';
import { closeAt, incidentOf, openOrRaise } from './incident.ts';
import { matchRoutes } from './match.ts';
import { isFirstTime, rememberNumber } from './number.ts';
import { isStale, recover, rememberRecovery } from './recover.ts';
import { silenced } from './silence.ts';
import { tell } from './tell.ts';

export function decideEvent(draft: Draft, input: Extract<Input, { kind: 'event' }>): void {
  const { event, workspace } = input;
  const say = sayer(draft);
  say('verify', proofWords(event));
  say('store', 'kept on disk together with this decision, before the answer');
  const first = draft.memory.seen(event.dedupKey);
  if (first !== undefined) {
    draft.decision.outcome = 'duplicate';
    draft.decision.duplicateOf = first;
    draft.decision.trace = [];
    return;
  }
  say('dedupe', 'not seen in the last 7 days');
  say('enrich', workspaceWords(workspace));
  draft.decision.outcome = decideNew(draft, input, say);
}

function decideNew(draft: Draft, about: Case, say: Say): 'routed' | 'unrouted' | 'stale' | 'counted' {
  const { event } = about;
  if (event.phase === 'resolved') return decideRecovery(draft, about, say);
  if (event.type === 'disconnected') rememberNumber(draft, event);
  if (event.incidentKey === undefined) {
    say('incident', 'a notice: it begins nothing and ends nothing');
    return route(draft, about, say, undefined, new Set());
  }
  const opened = openOrRaise(draft, event, say);
  if (opened.outcome !== 'opened' && opened.outcome !== 'raised') return opened.outcome;
  return route(draft, about, say, opened.incident, new Set(), { raised: opened.outcome === 'raised' });
}

/** A recovery first follows receipts and ends holds; only routes it did not serve so may take it as a notice. */
function decideRecovery(draft: Draft, about: Case, say: Say): 'routed' | 'unrouted' | 'stale' | 'counted' {
  const { event } = about;
  const standing = incidentOf(draft, event);
  const incident = standing?.open ? standing : incidentOf(draft, event, awaitsRecovery);
  const firstTime = isFirstTime(draft, event);
  rememberNumber(draft, event);
  if (incident?.open && isStale(incident, event)) {
    say('incident', 'older than the problem that is open: recorded, nothing is sent');
    return 'stale';
  }
  for (const key of [event.incidentKey, incident?.key]) if (key !== undefined) rememberRecovery(draft, key, event.triggeredAt);
  const served = incident?.open ? recover(draft, about, incident, say) : knewOfClose(draft, incident, event, say);
  if (!incident?.open && served.size === 0) say('incident', 'nothing was open: a plain notice');
  const noticed = route(draft, about, say, undefined, served, { firstTime });
  if (served.size === 0 || noticed === 'routed') return noticed;
  return incident?.open ? 'routed' : 'counted';
}

function route(
  draft: Draft,
  about: Case,
  say: Say,
  incident: Incident | undefined,
  served: Set<string>,
  { raised = false, firstTime }: { raised?: boolean; firstTime?: boolean } = {},
): 'routed' | 'unrouted' {
  const { event, workspace, reach } = about;
  const matched = matchRoutes(draft.rules, event, workspace, served, say, firstTime);
  const over = incident !== undefined && event.period !== undefined && event.period.end <= draft.clock.now;
  const kind = incident === undefined ? 'notice' : 'alert';
  const details = {
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(incident === undefined ? {} : { since: incident.openedAt }),
  };
  if (incident !== undefined && !raised) owedEnds(draft, incident, matched);
  for (const one of matched) {
    // A drop of what was told as unstable is mute anyway, and counts: whoever heard that is to hear of its end.
    const mute = incident !== undefined && isUnstable(draft, one.name, incident.key);
    if (!mute && one.send.length > 0 && silenced(draft, one.name, { event, workspace, incident, firstTime }, say)) continue;
    if (incident !== undefined && !raised && flap(draft, one, about, incident, say)) continue;
    if (incident !== undefined && !raised && !over && hold(draft, one, incident, event, say)) continue;
    tell(draft, one, { event, workspace, reach, incident, kind, details }, say);
  }
  if (matched.length === 0 && event.phase !== 'resolved') {
    say('match', 'no route matched: fallback');
    if (!silenced(draft, 'fallback', { event, workspace, incident }, say)) {
      deliver(draft, { event, reach, incident, route: 'fallback', sends: draft.rules.fallback, kind, details }, say);
      if (incident !== undefined) incident.routes.fallback = { state: 'told', eventId: event.id };
    }
  }
  if (incident !== undefined) closeAt(draft, incident, event, matched, say);
  if (matched.length === 0 && event.phase === 'resolved' && served.size === 0) say('match', 'no route for it: nobody is told');
  return matched.length === 0 ? 'unrouted' : 'routed';
}

function proofWords(event: Event): string {
  if (event.proof === 'signature') return `signed by ${event.partner}`;
  if (event.proof === 'token') return 'came by the secret address';
  if (event.proof === 'asked') return 'found by asking the Partner API, for no webhook said so';
  return 'unsigned, taken because ALLOW_UNSIGNED is set';
}

function workspaceWords(workspace: Workspace): string {
  if (Object.keys(workspace).length <= 1) return `${workspace.id} is not in the workspaces table`;
  const tags = workspace.tags?.length ? `, tags ${workspace.tags.join(' ')}` : ', no tags';
  return `${workspace.id} is ${workspace.name ?? 'without a name'}${tags}`;
}

// Whether anybody was left in the dark. It goes by what really happened and by what arrived when, knows nothing of how decisions are made, and asks of
// each problem that outlasted every hold: was somebody told while it lasted?
import type { Delivery } from '../../delivery.ts';
import type { Event, Workspace } from '../../model.ts';
import type { Route, Rules } from '../../rules/rules.ts';
import type { MonthFiles } from './files.ts';
import { keptUntil } from './keepers.ts';
import { type Played, targetsOf } from './run.ts';
import type { Problem } from './timeline.ts';

/** `gone`: it came and went while its route kept what it had to say, for a digest or through quiet hours, as the file asks. */
export type Fate = 'alone' | 'digest' | 'storm' | 'flapping' | 'gone' | 'missed';
export type Verdict = { problems: number; told: Record<Fate, number>; missed: string[] };

export function judge(problems: readonly Problem[], played: Played, { rules, reach }: MonthFiles): Verdict {
  const about = messagesByKey(played);
  const storms = stormsByTarget(played.deliveries);
  const since = chainStarts(problems);
  const ends = heardOver(problems);
  const verdict: Verdict = { problems: 0, told: { alone: 0, digest: 0, storm: 0, flapping: 0, gone: 0, missed: 0 }, missed: [] };
  for (const problem of problems) {
    const { announced, customer } = problem;
    const event = played.events.get(announced.id);
    const due = event && dueOf(problem, event, played, rules);
    const end = ends.get(problem)!;
    if (event === undefined || due === undefined || end <= due.at) continue;
    const span: Span = { begin: since.get(problem)!, announced: announced.received, due: due.at, end };
    const readers = due.routes.flatMap(({ send }) => send.flatMap(({ to }) => targetsOf(rules, to, reach(customer.workspace))));
    const fate = fateOf(about.get(event.incidentKey ?? event.id) ?? [], readers, span, due.routes, {
      rules,
      workspace: customer.workspace,
      storms,
    });
    verdict.problems++;
    verdict.told[fate]++;
    if (fate === 'missed')
      verdict.missed.push(`${event.type} ${event.incidentKey}, announced ${new Date(announced.received).toISOString()}`);
  }
  return verdict;
}

/** A storm is said anew so often. */
export const summaryMs = 30_000;

type Span = { begin: number; announced: number; due: number; end: number };

/** When the slowest of its routes had to speak. Nothing where nobody is to be told on purpose, or where it was really over before that. */
function dueOf({ from, to }: Problem, event: Event, { matched }: Played, rules: Rules): { at: number; routes: Route[] } | undefined {
  const all = matched.get(event.id) ?? [];
  const routes = all.filter(({ send }) => send.length > 0);
  if (all.length > 0 && routes.length === 0) return undefined;
  const hold = Math.max(0, ...routes.map(({ holdMs }) => holdMs ?? 0));
  if (to - from <= hold) return undefined;
  const at = Math.max(event.triggeredAt + hold, event.receivedAt + Math.min(hold, 30_000));
  return { at, routes: all.length > 0 ? routes : [{ send: rules.fallback } as Route] };
}

type Around = { rules: Rules; workspace: Workspace; storms: Map<string, [number, number][]> };

function fateOf(messages: readonly Delivery[], readers: string[], span: Span, routes: Route[], { rules, workspace, storms }: Around): Fate {
  const told = messages.filter(({ kind, createdAt }) => kind !== 'resolved' && createdAt >= span.begin && createdAt <= span.end);
  if (told.some(({ kind }) => kind === 'alert' || kind === 'escalation')) return 'alone';
  for (const kind of ['digest', 'storm', 'flapping'] as const) if (told.some((one) => one.kind === kind)) return kind;
  const unsteady = messages.findLast(({ kind, createdAt }) => kind === 'flapping' && createdAt <= span.end);
  const steady = (one: Delivery) => one.kind === 'resolved' && one.createdAt >= unsteady!.createdAt && one.createdAt < span.announced;
  if (unsteady !== undefined && !messages.some(steady)) return 'flapping';
  // Over again before the next summary of it was due.
  const brief = span.end - span.due <= summaryMs;
  if (brief && readers.some((reader) => storms.get(reader)?.some(([from, to]) => from <= span.due && span.due <= to))) return 'storm';
  return routes.every((route) => keptUntil(route, rules, workspace, span.due) > span.end) ? 'gone' : 'missed';
}

function messagesByKey({ deliveries, events }: Played): Map<string, Delivery[]> {
  const found = new Map<string, Delivery[]>();
  for (const one of deliveries) {
    if (one.state === 'cancelled' || one.kind === 'relay') continue;
    const ids = one.details.members ?? (one.eventId === undefined ? [] : [one.eventId]);
    const keys = new Set(ids.map((id) => events.get(id)?.incidentKey ?? id));
    if (one.incidentKey !== undefined) keys.add(one.incidentKey);
    for (const key of keys) {
      const list = found.get(key);
      if (list === undefined) found.set(key, [one]);
      else list.push(one);
    }
  }
  return found;
}

/** From the first summary of a storm to the one that says it is over. */
function stormsByTarget(deliveries: readonly Delivery[]): Map<string, [number, number][]> {
  const found = new Map<string, [number, number][]>();
  for (const { kind, target, createdAt, details } of deliveries) {
    if (kind !== 'storm') continue;
    const list = found.get(target) ?? [];
    const last = list.at(-1);
    if (last === undefined || last[1] !== Number.POSITIVE_INFINITY) list.push([createdAt, Number.POSITIVE_INFINITY]);
    if (details.storm?.over) list.at(-1)![1] = createdAt;
    found.set(target, list);
  }
  return found;
}

const subjectOf = (problem: Problem): unknown => (problem.type === 'disconnected' ? problem.announced.body.whatsapp_account_id : problem);

/** When the first word arrived that it is over: its own recovery's, or that of a later drop where its own was late or lost. */
function heardOver(problems: readonly Problem[]): Map<Problem, number> {
  const ends = new Map<Problem, number>();
  const later = new Map<unknown, number>();
  for (const problem of problems.toSorted((a, b) => b.from - a.from)) {
    const subject = subjectOf(problem);
    const end = Math.min(problem.over?.received ?? Number.POSITIVE_INFINITY, later.get(subject) ?? Number.POSITIVE_INFINITY);
    ends.set(problem, end);
    later.set(subject, end);
  }
  return ends;
}

/** Where no recovery arrived before the next drop did, whoever was told of the first still takes the number for down. */
function chainStarts(problems: readonly Problem[]): Map<Problem, number> {
  const starts = new Map<Problem, number>();
  const last = new Map<unknown, Problem>();
  for (const problem of problems.toSorted((a, b) => a.announced.received - b.announced.received)) {
    const subject = subjectOf(problem);
    const before = last.get(subject);
    const open = before !== undefined && (before.over?.received ?? Number.POSITIVE_INFINITY) > problem.announced.received;
    starts.set(problem, open ? starts.get(before)! : problem.announced.received);
    last.set(subject, problem);
  }
  return starts;
}

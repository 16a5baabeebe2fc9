// The match gate: which routes an event goes to, and for each route why or why not. A flat list; every match counts; only `stop` makes order matter.
import { type Event, eventTypes, type Workspace } from '../model.ts';
import type { Route, Rules, Segment, Where } from '../rules/rules.ts';
import type { Say } from './draft.ts';
import { anyGlob } from './glob.ts';

/** `served`: routes that a recovery was already used up for. `firstTime`: of a connect, whether it is the first ever of its number. */
export function matchRoutes(
  rules: Rules,
  event: Event,
  workspace: Workspace,
  served: ReadonlySet<string>,
  say: Say,
  firstTime?: boolean,
): Route[] {
  const matched: Route[] = [];
  for (const { route, whyNot } of compiled(rules)) {
    const why = whyNot(event, workspace, firstTime);
    const stops = route.stop && why === undefined;
    if (served.has(route.name)) {
      say('match', `${route.name}: the recovery is used up for it${stops ? ', and nothing below is looked at (stop)' : ''}`);
      if (stops) break;
      continue;
    }
    if (why !== undefined) {
      say('match', `${route.name}: no, ${why}`);
      continue;
    }
    matched.push(route);
    say('match', `${route.name}: yes${stops ? ', and nothing below is looked at (stop)' : ''}`);
    if (stops) break;
  }
  return matched;
}

/** Answers why it does not hold, or nothing. */
export type Condition = (event: Event, workspace: Workspace, firstTime?: boolean) => string | undefined;
type CompiledRoute = { route: Route; whyNot: Condition };

const cache = new WeakMap<Rules, CompiledRoute[]>();

/** Once per rules: a decision must not pay for reading the file again. */
function compiled(rules: Rules): CompiledRoute[] {
  let routes = cache.get(rules);
  if (routes === undefined) {
    routes = rules.routes.map((route) => ({ route, whyNot: routeCondition(route, rules.segments) }));
    cache.set(rules, routes);
  }
  return routes;
}

function routeCondition(route: Route, segments: Rules['segments']): Condition {
  if (!route.enabled) return () => 'it is turned off (enabled: no)';
  const conditions: Condition[] = [];
  if (route.events !== undefined) conditions.push(eventsCondition(route.events));
  if (route.where !== undefined) conditions.push(all(whereConditions(route.where, segments)));
  if (route.lacks !== undefined) conditions.push(all(route.lacks.map(lacksCondition)));
  for (const block of route.except ?? []) {
    const holds = all(whereConditions(block, segments));
    conditions.push((event, row, firstTime) =>
      holds(event, row, firstTime) === undefined ? `it is excepted (${blockWords(block)})` : undefined,
    );
  }
  return all(conditions);
}

export const whereHolds = (where: Where, segments: Rules['segments']): Condition => all(whereConditions(where, segments));

function eventsCondition(names: string[]): Condition {
  const wanted = names.join(', ');
  const types = new Set<string>(eventTypes.filter((type) => anyGlob(names, type)));
  return (event) =>
    (event.type !== 'unknown' && types.has(event.type)) || anyGlob(names, event.wireType)
      ? undefined
      : `it is for ${wanted} and this is ${event.type === 'unknown' ? event.wireType : event.type}`;
}

function whereConditions(where: Where, segments: Rules['segments']): Condition[] {
  const made: Condition[] = [];
  const { segment, tag, workspace, account, phone, reason, level, percent, firstTime, columns, lacks } = where;
  if (segment)
    made.push((_, row) =>
      segment.some((name) => inSegment(segments[name], row)) ? undefined : `the workspace is not in ${segment.join(' or ')}`,
    );
  if (tag) made.push((_, row) => (row.tags?.some((one) => anyGlob(tag, one)) ? undefined : `the workspace has no tag ${tag.join(' or ')}`));
  if (workspace) made.push(glob('workspace', workspace, (event) => event.workspaceId));
  if (account) made.push(glob('account', account, (event) => event.account?.id));
  if (phone) made.push(glob('phone', phone, (event) => event.account?.phone));
  if (reason) made.push(glob('reason', reason, (event) => event.account?.reason));
  if (level) made.push(glob('level', level, (event) => (event.level === 0 ? undefined : String(event.level))));
  if (percent) made.push(percentCondition(percent));
  if (firstTime !== undefined) made.push(firstTimeCondition(firstTime));
  for (const [column, values] of Object.entries(columns ?? {}))
    made.push(glob(`workspace.${column}`, values, (_, row) => columnOf(row, column)));
  for (const field of lacks ?? []) made.push(lacksCondition(field));
  return made;
}

/** A missing field never matches. */
function glob(name: string, patterns: string[], value: (event: Event, row: Workspace) => string | undefined): Condition {
  const wanted = patterns.join(' or ');
  return (event, row) => {
    const found = value(event, row);
    if (found === undefined || found === '') return `it has no ${name}`;
    return anyGlob(patterns, found) ? undefined : `${name} is not ${wanted}`;
  };
}

const comparisons: Record<string, (left: number, right: number) => boolean> = {
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '=': (left, right) => left === right,
};

function percentCondition(wanted: string[]): Condition {
  const tests = wanted.map((one) => {
    const [, sign = '=', number] = /^\s*(>=|<=|>|<|=)?\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(one) ?? [];
    return (percent: number) => comparisons[sign]!(percent, Number(number));
  });
  return ({ usage }) => {
    if (usage === undefined) return 'it has no percent';
    return tests.some((test) => test(usage.percent)) ? undefined : `percent is ${usage.percent}, not ${wanted.join(' or ')}`;
  };
}

/** Only a connect can be the first, so anything else has no such field. */
const firstTimeCondition =
  (wanted: boolean): Condition =>
  (_event, _row, firstTime) => {
    if (firstTime === undefined) return 'it is no connect, so neither the first nor a later one';
    if (firstTime === wanted) return undefined;
    return wanted ? 'this number is not known to be connected for the first time' : 'this number is connected for the first time';
  };

function lacksCondition(field: string): Condition {
  const known: Record<string, (event: Event) => unknown> = {
    account: (event) => event.account?.id,
    phone: (event) => event.account?.phone,
    reason: (event) => event.account?.reason,
    percent: (event) => event.usage?.percent,
  };
  const column = field.replace(/^workspace\./, '');
  const read = Object.hasOwn(known, field) ? known[field] : undefined;
  return (event, row) => {
    const value = read === undefined ? columnOf(row, column) : read(event);
    return value === undefined || value === '' ? undefined : `it has ${field}`;
  };
}

/** By name, in the order of the file. */
export const segmentsOf = ({ segments }: Pick<Rules, 'segments'>, workspace: Workspace): string[] =>
  Object.keys(segments).filter((name) => inSegment(segments[name], workspace));

function inSegment(segment: Segment | undefined, row: Workspace): boolean {
  if (segment === undefined) return false;
  const has = (tag: string) => row.tags?.some((one) => one.toLowerCase() === tag.toLowerCase()) ?? false;
  return (
    (segment.tags?.some(has) ?? false) ||
    (segment.tagsAll !== undefined && segment.tagsAll.length > 0 && segment.tagsAll.every(has)) ||
    (segment.ids !== undefined && anyGlob(segment.ids, row.id))
  );
}

const all =
  (conditions: Condition[]): Condition =>
  (event, workspace, firstTime) => {
    for (const condition of conditions) {
      const why = condition(event, workspace, firstTime);
      if (why !== undefined) return why;
    }
    return undefined;
  };

/** A row that crossed a thread has an ordinary prototype, and a table may really have a column named `constructor`. */
function columnOf(row: Workspace, column: string): string | undefined {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  return Array.isArray(value) ? value.join(' ') : value;
}

const blockWords = (block: Where): string =>
  Object.entries({ ...block, ...block.columns, columns: undefined })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');

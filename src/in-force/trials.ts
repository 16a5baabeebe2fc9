// Plays the `tests:` of a checked file on a clock of their own: each event through the parse of a real webhook, into the same decide, with the real
// table and targets. Composition, loaded only for a file that has tests.
import { rehearse } from '../decide/rehearsal.ts';
import { instant } from '../decide/wall.ts';
import { parse } from '../intake/parse.ts';
import type { Event, Workspace } from '../model.ts';
import type { Mistake } from '../rules/mistake.ts';
import type { Rules, Workspaces } from '../rules/rules.ts';
import type { Trial } from '../rules/trials.ts';
import type { Reaches } from './reach.ts';
import { sampleWebhook } from './sample-webhook.ts';
import { type Compared, compare, type Message, messagesOf, type Wanted } from './trials/compare.ts';
import { type CameIn, clockOf, timeline } from './trials/timeline.ts';
import { webhookOf } from './trials/webhook.ts';
import { type Course, why } from './trials/why.ts';

export type Scenery = { rules: Rules; workspaces: Workspaces; reach: Reaches };
/** `mistake`: it failed, and this says how. */
export type Played = { name: string; line: number; messages: Message[]; mistake?: Mistake };

const hour = 3_600_000;
const periodMs = 30 * 24 * hour;

export const playTrials = (trials: readonly Trial[], scenery: Scenery): Played[] => trials.map((trial) => play(trial, scenery));

function play(trial: Trial, scenery: Scenery): Played {
  const { name, line } = trial;
  const at = { file: 'routes.yaml', line, column: trial.column, level: 'error', code: 'test' } as const;
  try {
    const { came, messages, course } = run(trial, scenery);
    const compared = compare(wantedBy(trial, scenery.rules.timezone), messages);
    if (compared.missing.length === 0 && compared.extra.length === 0) return { name, line, messages };
    return { name, line, messages, mistake: { ...at, text: failure(trial, came, compared, course) } };
  } catch (error) {
    // Whatever a test holds, it must not keep the relay from starting with its last good file.
    const text = `The test "${name}" could not be played: ${error instanceof Error ? error.message : String(error)}`;
    return { name, line, messages: [], mistake: { ...at, text } };
  }
}

function run(trial: Trial, { workspaces, reach, ...whole }: Scenery): { came: CameIn[]; messages: Message[]; course: Course } {
  const rules = counting(whole.rules, trial.only);
  const then = (wall: number) => instant(rules.timezone, wall);
  const start = then(trial.given[0]!.at);
  const period = { start, end: start + periodMs };
  const phones = new Map<string, string>();
  const rows = new Map<string, Workspace>();
  const workspace = (id: string) => rows.get(id) ?? workspaces.find(id);
  const reachFor = (row: Workspace) => reach(rules, row);
  let now: Rules = { ...rules, routes: [], fallback: [] };
  const stage = rehearse({ rules: () => now, workspace, reach: reachFor });
  // A store of less than a week calls no connect the first; the relay of a test has long been running.
  stage.put({ kind: 'event', event: longAgo(start - periodMs), workspace: { id: nobody }, reach: {} }, start - periodMs);
  now = rules;
  const came: CameIn[] = [];
  const events: Event[] = [];
  for (const given of trial.given) {
    const at = then(given.at);
    const happened = given.triggered === undefined ? undefined : then(given.triggered);
    const { id } = given.workspace;
    if (Object.keys(given.workspace).length > 1) rows.set(id, { ...workspaces.find(id), ...given.workspace });
    const body = JSON.stringify(webhookOf(given, { happened: happened ?? at, period, phones }));
    const { event } = parse(Buffer.from(body), { id: `e_${events.length + 1}`, proof: 'signature', receivedAt: at });
    stage.runTo(at);
    const row = workspace(event.workspaceId);
    stage.put({ kind: 'event', event, workspace: row, reach: reachFor(row) }, at);
    events.push(event);
    came.push({ at, given, ...(happened === undefined ? {} : { happened }) });
  }
  const until = trial.until === undefined ? events.at(-1)!.receivedAt + hour : then(trial.until);
  stage.runTo(until);
  const course = { rules, until, events: events.map(({ id, receivedAt }) => ({ id, at: receivedAt, trace: stage.trace(id) })) };
  return { came, messages: messagesOf(stage.deliveries()), course };
}

const nobody = 'before-every-test';
const longAgo = (at: number): Event => {
  const body = JSON.stringify(sampleWebhook('connected', { workspace: nobody, partner: 'partner', at }));
  return parse(Buffer.from(body), { id: 'e_0', proof: 'signature', receivedAt: at }).event;
};

/** Others are not looked at, so that none of them stops the reading, and what they would have taken does not fall to the fallback. What is muted
 * today is no part of the rules: a silence has no beginning, and would mute every test. */
const counting = (rules: Rules, only: string[] | undefined): Rules => ({
  ...rules,
  silences: [],
  ...(only === undefined ? {} : { routes: rules.routes.filter(({ name }) => only.includes(name)), fallback: [] }),
});

const wantedBy = ({ expect }: Trial, timezone: string): Wanted[] =>
  expect.flatMap(({ at, exact, to, what }) => to.map((name) => ({ at: instant(timezone, at), exact, to: name, what })));

function failure({ name }: Trial, came: CameIn[], compared: Compared, course: Course): string {
  const { missing, extra } = compared;
  const counts = [
    ...(missing.length === 0 ? [] : [`${counted(missing.length)} not sent`]),
    ...(extra.length === 0 ? [] : [`${counted(extra.length)} not expected`]),
  ];
  const times = [...came, ...missing, ...extra, ...compared.met.map(({ message }) => message)].map(({ at }) => at);
  const { timezone } = course.rules;
  const reason = why(compared, course, clockOf([...times, course.until], timezone));
  return [
    `The test "${name}" fails: ${counts.join(', ')}.`,
    ...timeline(came, compared, timezone),
    ...(reason === undefined ? [] : [`Why: ${reason}.`]),
  ].join('\n');
}

const counted = (n: number): string => `${n} ${n === 1 ? 'message' : 'messages'}`;

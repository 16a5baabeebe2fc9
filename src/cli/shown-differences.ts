// What `diff` found, for a person and for a program: a line for each message that is more, fewer or at another time, and what was not looked at.
import { moment } from '../decide/phrase.ts';
import type { Event } from '../model.ts';
import type { Differences, Sent } from './differences.ts';
import { paint, table } from './screen.ts';

const leftOut = [
  'who took an incident, and what silences mute',
  'what could not be delivered, and where it went instead',
  'what came before the first of these events: what was open then, and which number had been connected',
  'words, and where a destination leads',
];

export type Side = { config: string; revision: string; messages: number };
type Row = { at: number; what: 'added' | 'removed' | 'moved'; one: Sent; later?: Sent };

const rowsOf = ({ added, removed, moved }: Differences): Row[] =>
  [
    ...removed.map((one): Row => ({ at: one.at, what: 'removed', one })),
    ...moved.map(({ before, after }): Row => ({ at: before.at, what: 'moved', one: before, later: after })),
    ...added.map((one): Row => ({ at: one.at, what: 'added', one })),
  ].sort((a, b) => a.at - b.at);

export function differencesText(found: Differences, [before, after]: readonly [Side, Side], events: Event[], timezone: string): string {
  const first = events[0];
  if (first === undefined) return 'There are no such events in the store, so nothing was compared.';
  const time = (at: number) => moment(at, timezone);
  const rows = rowsOf(found).map(({ what, at, one, later }) => [
    what,
    later === undefined ? time(at) : `${time(at)} → ${time(later.at)}`,
    ...[one.kind, one.destination],
    later === undefined || later.route === one.route ? one.route : `${one.route} → ${later.route}`,
    ...[one.type, one.workspace, one.event],
  ]);
  const colours = { added: 'green', removed: 'red', moved: 'yellow' } as const;
  const heads = ['', `when (${timezone})`, 'message', 'to', 'by route', 'event', 'workspace', 'event id'];
  const counts = `${found.added.length} added, ${found.removed.length} removed, ${found.moved.length} moved`;
  return [
    ...(rows.length === 0
      ? []
      : [table(heads, rows, (cell, column) => (column === 0 ? paint(colours[cell as keyof typeof colours], cell) : cell)), '']),
    `${paint('bold', rows.length === 0 ? 'no difference' : counts)}: ${events.length} ${events.length === 1 ? 'event' : 'events'} from ${time(first.receivedAt)} to ${time(events.at(-1)!.receivedAt)}, and a day after,`,
    `${before.messages} message${before.messages === 1 ? '' : 's'} by ${before.config}, ${after.messages} by ${after.config}.`,
    '',
    'Left out:',
    ...leftOut.map((one) => `- ${one}`),
  ].join('\n');
}

export function differencesJson(found: Differences, [before, after]: readonly [Side, Side], events: Event[]): object {
  const iso = (at: number) => new Date(at).toISOString();
  const shown = ({ at, kind, destination, route, event, type, workspace }: Sent) => ({
    at: iso(at),
    kind,
    destination,
    route,
    event,
    type,
    workspace,
  });
  const [first, last] = [events[0], events.at(-1)];
  return {
    before,
    after,
    events: {
      count: events.length,
      ...(first === undefined || last === undefined ? {} : { from: iso(first.receivedAt), to: iso(last.receivedAt) }),
    },
    added: found.added.map(shown),
    removed: found.removed.map(shown),
    moved: found.moved.map((one) => ({ ...shown(one.before), moved_to: iso(one.after.at), moved_route: one.after.route })),
    left_out: leftOut,
  };
}

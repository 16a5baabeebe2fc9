// `incidents`: what is wrong now, or was, read from the store; and taking one on or closing one, which the running relay does.
import { userInfo } from 'node:os';
import type { z } from 'zod';
import type { incidentItem } from '../admin/answers.ts';
import { showIncident } from '../admin/show.ts';
import { readSettings, type Settings } from '../settings.ts';
import { askRelay } from './ask-relay.ts';
import { defineCommand, type ExitCode, WrongCall } from './command.ts';
import { plainVoice } from './explained.ts';
import { asked, readLimit } from './filters.ts';
import { fromStore } from './from-store.ts';
import { note, plain, print, printJson, seconds, table } from './screen.ts';

type Shown = z.output<typeof incidentItem>;

export const incidents = defineCommand({
  usage: '[filters] | --ack KEY [--reason TEXT] [--by NAME] | --close KEY --reason TEXT [--by NAME]',
  about: `The open ones, the latest first. --ack takes one on: nobody is reminded of it and nothing escalates for its route's ack_for.
--close ends one that nothing else will end, such as a number that is given up: who was told of it hears that it was closed, by whom and why.
Both ask the running relay: ADMIN_URL (default http://127.0.0.1:ADMIN_PORT), with ADMIN_TOKEN where that is set.`,
  options: {
    all: { type: 'boolean', about: 'also those that are over' },
    workspace: { type: 'string', value: 'ID', about: 'of this workspace' },
    limit: { type: 'string', value: 'N', about: 'how many, default 50' },
    cursor: { type: 'string', value: 'TEXT', about: 'goes on where the last list ended' },
    ack: { type: 'string', value: 'KEY', about: 'takes the incident with this key on, as the list has it' },
    close: { type: 'string', value: 'KEY', about: 'closes the incident with this key' },
    reason: { type: 'string', value: 'TEXT', about: 'why; it stands in the trace and in the log, with --close in the message too' },
    by: { type: 'string', value: 'NAME', about: 'who has it or closes it, default whoever is logged in here' },
  },
  words: 0,
  no: 'there is no such incident or it is over, no relay answers, or the store cannot be read',
  examples: [
    '',
    '--workspace acme --all',
    '--ack wa:acme:67890 --reason "the client knows"',
    '--ack wa:acme:67890 --by Ann',
    '--close wa:acme:67890 --reason "number given up"',
  ],
  run: async ({ all = false, workspace, limit, cursor, ack, close, reason, by, json = false }) => {
    if ((ack ?? close) === undefined && (reason ?? by) !== undefined)
      throw new WrongCall('--reason and --by go with --ack KEY or --close KEY.');
    if (ack !== undefined && close !== undefined) throw new WrongCall('--ack and --close: one of them at a time.');
    if (close !== undefined && !reason?.trim()) throw new WrongCall('--close needs --reason TEXT: whoever was told reads it.');
    if ((ack ?? close) !== undefined && (all || (workspace ?? limit ?? cursor) !== undefined))
      throw new WrongCall('--ack and --close take the key of one incident, and no filter beside it.');
    const filter = asked({ open: all ? undefined : true, workspace, cursor, limit: readLimit(limit) });
    const settings = readSettings(undefined, { serve: false });
    if (ack !== undefined) return take(settings, ack, asked({ by: by?.trim() || me(), reason: reason?.trim() || undefined }), json);
    if (close !== undefined) return end(settings, close, { by: by?.trim() || me(), reason: reason!.trim() }, json);
    const { items, next } = await fromStore(settings, (reader) => reader.incidents(filter));
    const { mask } = plainVoice(settings);
    const shown = items.map((one) => showIncident(one, mask));
    if (json) {
      printJson({ items: shown, ...(next === undefined ? {} : { next }) });
      return 0;
    }
    const heads = ['since (UTC)', 'what', 'workspace', 'number', 'now', 'told', 'key'];
    print(shown.length === 0 ? (all ? 'no incidents' : 'no open incidents') : table(heads, shown.map(rowOf)));
    if (next !== undefined) note(`There are more: --cursor ${next}`);
    return 0;
  },
});

async function take(settings: Settings, key: string, asked: object, json: boolean): Promise<ExitCode> {
  const incident = await askRelay<Shown>(settings, `/incidents/${encodeURIComponent(key)}/acknowledge`, asked);
  const { by, until } = incident.acknowledged!;
  if (json) printJson(incident);
  else print(`${plain(by)} has ${plain(incident.key)} until ${seconds(until)} (UTC): no reminders, no escalation`);
  return 0;
}

async function end(settings: Settings, key: string, asked: object, json: boolean): Promise<ExitCode> {
  const incident = await askRelay<Shown>(settings, `/incidents/${encodeURIComponent(key)}/close`, asked);
  if (json) printJson(incident);
  else print(`${plain(incident.key)} is closed: who was told of it hears that`);
  return 0;
}

function rowOf({ opened_at, type, workspace, phone, told, key, ...incident }: Shown): string[] {
  const toldTo = [...new Set(told.map(({ destination }) => destination))].join(', ');
  const known = toldTo === '' ? (waiting(incident) ?? 'nobody') : toldTo;
  return [seconds(opened_at), type, workspace, phone ?? '', stateOf(incident), known, key];
}

/** Why nobody knows yet, and until when. */
function waiting({ open, routes }: Pick<Shown, 'open' | 'routes'>): string | undefined {
  const waits = open ? routes.filter(({ until }) => until !== undefined) : [];
  const [first] = waits.sort((a, b) => Date.parse(a.until!) - Date.parse(b.until!));
  return first && `nobody yet: ${first.state} until ${seconds(first.until!)}`;
}

type State = Pick<Shown, 'open' | 'ended_at' | 'ended_by' | 'acknowledged' | 'closed'>;

function stateOf({ open, ended_at, ended_by, acknowledged: taken, closed }: State): string {
  if (!open)
    return `over ${ended_at === undefined ? '' : seconds(ended_at)}${ended_by === 'time' ? ' (by time)' : ended_by === 'person' ? ` (closed by ${plain(closed?.by ?? 'a person')})` : ''}`.trim();
  return taken !== undefined && Date.parse(taken.until) > Date.now() ? `${taken.by} has it until ${seconds(taken.until)}` : 'open';
}

/** A container may know no name for its user. */
function me(): string {
  try {
    return userInfo().username;
  } catch {
    return 'the command line';
  }
}

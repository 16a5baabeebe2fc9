// `events`: what came in, the latest first, read from the store.
import { eventOutcome } from '../admin/answers.ts';
import { showEvent, showEventDetail } from '../admin/show.ts';
import { eventTypes } from '../model.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, type ExitCode, Refusal, WrongCall } from './command.ts';
import { explainedText, plainVoice } from './explained.ts';
import { asked, oneOf, readLimit, readMoment } from './filters.ts';
import { fromStore, fullPage } from './from-store.ts';
import { note, print, printJson, seconds, table } from './screen.ts';

export const events = defineCommand({
  usage: '[filters] | --id ID',
  about: 'Why an event was told to whom, with the words of its messages: npm run relay -- explain EVENT_ID',
  options: {
    id: { type: 'string', value: 'ID', about: 'one event, with its trace, deliveries and attempts' },
    workspace: { type: 'string', value: 'ID', about: 'of this workspace' },
    type: { type: 'string', value: 'NAME', about: `${eventTypes.slice(0, 4).join(', ')},\n${eventTypes.slice(4).join(', ')}, unknown` },
    outcome: { type: 'string', value: 'WORD', about: 'routed, unrouted, stale, counted, duplicate, undecided' },
    phone: { type: 'string', value: 'DIGITS', about: 'of this number, or of those that end so' },
    since: { type: 'string', value: 'TIME', about: 'received since then: 2h, 7d, 2026-11-23T09:00:00Z' },
    until: { type: 'string', value: 'TIME', about: 'received before then' },
    limit: { type: 'string', value: 'N', about: 'how many, default 50' },
    cursor: { type: 'string', value: 'TEXT', about: 'goes on where the last list ended' },
  },
  words: 0,
  no: 'there is no such event, or the store cannot be read',
  examples: ['--since 2h', '--id e_01KXYZ…', '--workspace acme --type disconnected', '--outcome unrouted --json'],
  run: async (values) => {
    const now = Date.now();
    const filter = asked({
      workspace: values.workspace,
      type: oneOf('type', values.type, [...eventTypes, 'unknown'] as const),
      outcome: oneOf('outcome', values.outcome, eventOutcome.options),
      phone: readDigits(values.phone),
      since: readMoment('since', values.since, now),
      until: readMoment('until', values.until, now),
      cursor: values.cursor,
      limit: readLimit(values.limit),
    });
    const settings = readSettings(undefined, { serve: false });
    const { mask } = plainVoice(settings);
    if (values.id !== undefined) return showOne(settings, values.id, values.json === true);
    const { items, next } = await fromStore(settings, (reader) => fullPage(reader.events, filter));
    const shown = items.map((one) => showEvent(one, mask));
    if (values.json) {
      printJson({ items: shown, ...(next === undefined ? {} : { next }) });
      return 0;
    }
    const rows = shown.map(({ received_at, type, wire_type, workspace, account, outcome, id }) => [
      seconds(received_at),
      type === 'unknown' ? wire_type : type,
      workspace,
      account?.phone ?? account?.id ?? '',
      outcome,
      id,
    ]);
    print(rows.length === 0 ? 'no events' : table(['received (UTC)', 'event', 'workspace', 'number', 'outcome', 'id'], rows));
    if (next !== undefined) note(`There are more: --cursor ${next}`);
    return 0;
  },
});

async function showOne(settings: Settings, id: string, json: boolean): Promise<ExitCode> {
  const detail = await fromStore(settings, (reader) => reader.event(id));
  if (detail === undefined) throw new Refusal(`there is no event ${id} in the store; retention may have removed it.`);
  const voice = plainVoice(settings);
  if (json) printJson(showEventDetail(detail, 'masked', voice.mask));
  else print(explainedText({ detail }, new Map(), voice));
  return 0;
}

function readDigits(phone: string | undefined): string | undefined {
  const digits = phone?.replace(/\D/g, '');
  if (digits !== undefined && digits.length < 4)
    throw new WrongCall(`--phone is "${phone}"; write a number or its last digits, at least four.`);
  return digits;
}

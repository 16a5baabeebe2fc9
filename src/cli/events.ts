// `events`: what came in, the latest first, read from the store.
import { eventOutcome } from '../admin/answers.ts';
import { showEvent } from '../admin/show.ts';
import { maskSecrets } from '../mask.ts';
import { eventTypes } from '../model.ts';
import { readSettings } from '../settings.ts';
import { defineCommand, WrongCall } from './command.ts';
import { asked, oneOf, readLimit, readMoment } from './filters.ts';
import { fromStore } from './from-store.ts';
import { note, print, printJson, table } from './screen.ts';

export const events = defineCommand({
  usage: '[filters]',
  about: 'One event with all that was decided about it: npm run relay -- explain EVENT_ID',
  options: {
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
  no: 'the store cannot be read',
  examples: ['--since 2h', '--workspace acme --type disconnected', '--outcome unrouted --json'],
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
    const { items, next } = await fromStore(settings, (reader) => reader.events(filter));
    const mask = (text: string) => maskSecrets(text, settings.secrets);
    const shown = items.map((one) => showEvent(one, mask));
    if (values.json) {
      printJson({ items: shown, ...(next === undefined ? {} : { next }) });
      return 0;
    }
    const rows = shown.map(({ received_at, type, wire_type, workspace, account, outcome, id }) => [
      received_at.slice(0, 19).replace('T', ' '),
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

function readDigits(phone: string | undefined): string | undefined {
  const digits = phone?.replace(/\D/g, '');
  if (digits !== undefined && digits.length < 4)
    throw new WrongCall(`--phone is "${phone}"; write a number or its last digits, at least four.`);
  return digits;
}

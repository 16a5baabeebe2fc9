// `deliveries`: messages, the latest first, or one with all its attempts, read from the store.
import { showDelivery, showDeliveryDetail } from '../admin/show.ts';
import { deliveryStates, outcomeClasses } from '../delivery.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, type ExitCode, Refusal } from './command.ts';
import { plainVoice } from './explained.ts';
import { asked, oneOf, readLimit, readMoment } from './filters.ts';
import { fromStore, fullPage } from './from-store.ts';
import { memberRows, membersJson, membersText } from './members.ts';
import { note, paint, plain, plainLines, print, printJson, seconds, table } from './screen.ts';

export const deliveries = defineCommand({
  usage: '[filters] | --id ID',
  options: {
    id: { type: 'string', value: 'ID', about: 'one delivery, with its attempts and receipt, and all that a digest or storm tells of' },
    state: { type: 'string', value: 'STATE', about: deliveryStates.join(', ') },
    destination: { type: 'string', value: 'NAME', about: 'to this destination' },
    event: { type: 'string', value: 'ID', about: 'made by this event' },
    route: { type: 'string', value: 'NAME', about: 'made by this route' },
    class: { type: 'string', value: 'CLASS', about: `how the last attempt ended: ${outcomeClasses.join(', ')}` },
    since: { type: 'string', value: 'TIME', about: 'made since then: 2h, 7d, 2026-11-23T09:00:00Z' },
    until: { type: 'string', value: 'TIME', about: 'made before then' },
    limit: { type: 'string', value: 'N', about: 'how many, default 50' },
    cursor: { type: 'string', value: 'TEXT', about: 'goes on where the last list ended' },
  },
  words: 0,
  no: 'there is no such delivery, or the store cannot be read',
  examples: ['--state dead --since 1d', '--destination billing', '--id d_01KXYZ…'],
  run: async (values) => {
    const now = Date.now();
    const filter = asked({
      state: oneOf('state', values.state, deliveryStates),
      destination: values.destination,
      event: values.event,
      route: values.route,
      class: oneOf('class', values.class, outcomeClasses),
      since: readMoment('since', values.since, now),
      until: readMoment('until', values.until, now),
      cursor: values.cursor,
      limit: readLimit(values.limit),
    });
    const settings = readSettings(undefined, { serve: false });
    if (values.id !== undefined) return showOne(settings, values.id, values.json === true);
    const { items, next } = await fromStore(settings, (reader) => fullPage(reader.deliveries, filter));
    const { mask } = plainVoice(settings);
    const shown = items.map((one) => showDelivery(one, mask));
    if (values.json) {
      printJson({ items: shown, ...(next === undefined ? {} : { next }) });
      return 0;
    }
    const rows = shown.map(({ created_at, kind, destination, route, state, attempt_count, last_error, id }) => [
      seconds(created_at),
      ...[kind, destination, route],
      `${state}${attempt_count > 1 || state === 'pending' ? ` (${attempt_count})` : ''}`,
      id,
      state === 'delivered' ? '' : shortened(last_error ?? ''),
    ]);
    print(rows.length === 0 ? 'no deliveries' : table(['made (UTC)', 'kind', 'to', 'by route', 'state', 'id', ''], rows));
    if (next !== undefined) note(`There are more: --cursor ${next}`);
    return 0;
  },
});

async function showOne(settings: Settings, id: string, json: boolean): Promise<ExitCode> {
  const found = await fromStore(settings, async (reader) => {
    const detail = await reader.delivery(id);
    return detail && { ...detail, members: await reader.members(detail.delivery.details.members ?? []) };
  });
  if (found === undefined) throw new Refusal(`there is no delivery ${id} in the store; retention may have removed it.`);
  const shown = showDeliveryDetail(
    found.delivery,
    found.attempts,
    plainVoice(settings).mask,
    undefined,
    found.members.map(({ event }) => event),
  );
  const rows = await memberRows(found.members, found.delivery, settings);
  if (json) {
    printJson({ ...shown, ...(rows.length === 0 ? {} : { members: membersJson(rows) }) });
    return 0;
  }
  const { attempts, alerts: _, receipt, relay, ...facts } = shown;
  const lines = [...Object.entries(facts), ...Object.entries(receipt ?? {}).map(([name, value]) => [`receipt.${name}`, value] as const)];
  for (const [name, value] of lines)
    if (value !== undefined) print(`${paint('dim', name.replaceAll('_', ' ').padEnd(16))} ${plain(String(value))}`);
  if (relay !== undefined) print(`\n${plain(`${relay.code} ${relay.subject}`)}\n${plainLines(relay.text)}`);
  const tries = attempts.map((one) => [String(one.n), seconds(one.started_at), one.class, one.code ?? '', one.error ?? '']);
  print(`\n${tries.length === 0 ? 'no attempts yet' : table(['attempt', 'at (UTC)', 'ended', 'code', ''], tries)}`);
  if (rows.length > 0) print(`\n${membersText(rows)}`);
  return 0;
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

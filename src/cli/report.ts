// `report`: what happened in a month, read from the store: usage, connected numbers, downtime, alerts, the security log.
import { length, moment } from '../decide/phrase.ts';
import { makeReport, type Report, rowsOf, unpack } from '../report.ts';
import type { Cell } from '../reports/columns.ts';
import { reportNames } from '../reports/report.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, Refusal, WrongCall } from './command.ts';
import { openFiles } from './files.ts';
import { oneOf } from './filters.ts';
import { fromStore } from './from-store.ts';
import { note, print, printJson, table } from './screen.ts';

export const report = defineCommand({
  usage: `(${reportNames.join(' | ')}) [options]`,
  about: `usage: when quotas were nearly full and full, how fast they were used, when all seats were taken.
numbers: on how many days and for how long each number was connected. downtime: how often and how long it was not, and why.
alerts: messages that arrived or died, and how soon somebody took an incident on. security: rotated tokens, lost sessions.
The last 13 months; what each figure means: docs/reports.md`,
  options: {
    month: { type: 'string', value: 'MONTH', about: 'such as 2026-11, default this month so far' },
    workspace: { type: 'string', value: 'ID', about: 'of this workspace alone' },
    timezone: { type: 'string', value: 'ZONE', about: 'whose clocks begin and end the month, default that of routes.yaml' },
    csv: { type: 'boolean', about: 'for a spreadsheet, with times in UTC and lengths in seconds' },
    'show-phones': { type: 'boolean', about: 'whole phone numbers instead of their last four digits' },
  },
  words: 1,
  no: 'that month has not begun, or the store cannot be read',
  examples: ['usage --month 2026-11', 'numbers --month 2026-11 --csv', 'downtime --workspace acme', 'security --json'],
  run: async ({ month, workspace, timezone, csv = false, 'show-phones': showPhones = false, json = false }, [word]) => {
    if (word === undefined) throw new WrongCall(`it takes the name of a report: ${reportNames.join(', ')}.`);
    const name = reportNames.find((one) => one === word);
    if (name === undefined) throw new WrongCall(`"${word}" is no report; it is one of ${reportNames.join(', ')}.`);
    if (csv && json) throw new WrongCall('it takes one of --csv and --json.');
    if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new WrongCall(`--month is "${month}"; write 2026-11.`);
    oneOf(
      'timezone',
      timezone,
      timezone === undefined || isZone(timezone) ? [timezone ?? ''] : ['UTC', 'Europe/Madrid', 'another IANA name'],
    );
    const settings = readSettings(undefined, { serve: false });
    const now = Date.now();
    const zone = timezone ?? (await zoneOfFile(settings));
    const asked = { name, month: month ?? moment(now, zone).slice(0, 7), timezone: zone, workspace, now, showPhones };
    const as = json ? 'json' : csv ? 'csv' : 'table';
    const made = await fromStore(settings, (reader) => makeReport(reader, { ...asked, as }));
    const { heads, cells, pieces, ...answer } = made;
    if (json) printJson({ ...answer, rows: rowsOf(made) });
    else if (csv) process.stdout.write(pieces.map(unpack).join(''));
    else show(made);
    return 0;
  },
});

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

async function zoneOfFile(settings: Settings): Promise<string> {
  try {
    const inForce = await openFiles(settings, Date.now);
    const { timezone } = inForce.rules();
    await inForce.close(0);
    return timezone;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note('routes.yaml has mistakes, so the month is that of UTC; --timezone says another.');
    return 'UTC';
  }
}

function show({ report: name, month, timezone, complete, kept_since, until, heads, cells }: Report): void {
  const cell = (value: Cell): string => {
    if (value === undefined) return '';
    if (typeof value !== 'object') return String(value);
    if ('at' in value) return value.at === undefined ? '' : moment(value.at, timezone);
    if ('seconds' in value) return value.seconds === undefined ? '' : length(value.seconds * 1000);
    return value.spans.length === 1 ? '1' : String(value.spans.length);
  };
  print(
    cells.length === 0
      ? `nothing to report: ${name}, ${month}`
      : table(
          heads,
          cells.map((row) => row.map(cell)),
        ),
  );
  note(`${name}, ${month} (${timezone})${complete ? '' : `, not a whole month: kept since ${kept_since ?? '?'}, until ${until}`}`);
}

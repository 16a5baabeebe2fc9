// Reports: which one, of which month, of which workspace; its first rows, what all of them come to, and the way to the whole of it.
import { z } from 'zod';
import { moment } from '../../decide/phrase.ts';
import { length } from '../../render/time.ts';
import type { Report } from '../../report.ts';
import type { Cell } from '../../reports/columns.ts';
import { reportNames } from '../../reports/report.ts';
import type { AdminParts, Api } from '../parts.ts';
import { filterName } from '../questions.ts';
import { monthName } from '../reports.ts';
import { blank } from './form.ts';
import { when, zoneOf } from './words.ts';

/** More than anybody reads; the file has them all. */
const most = 200;
/** As long as records are kept. */
const mostMonths = 13;

const names = {
  numbers: 'Numbers: days connected',
  usage: 'Usage: quotas and seats',
  downtime: 'Downtime: drops and how long',
  alerts: 'Alerts: sent and taken on',
  security: 'Security: tokens, lost sessions',
} as const satisfies Record<(typeof reportNames)[number], string>;

export function reportPage(app: Api, parts: AdminParts): void {
  const asked = z.object({
    report: blank(z.enum(reportNames).optional()),
    month: blank(monthName.optional()),
    workspace: blank(filterName),
  });

  app.get('/reports', { schema: { querystring: asked } }, async (request, reply) => {
    const { report: name, workspace } = request.query;
    const now = parts.now();
    const { timezone } = parts.inForce.rules();
    const zone = zoneOf(parts);
    const running = monthAt(now, zone);
    const { month = running } = request.query;
    const created = await parts.read.note('store:created');
    const form = {
      title: 'Reports',
      reports: Object.entries(names).map(([value, label]) => ({ value, label, chosen: value === name })),
      months: monthsOf(created, month, running, zone).map((value) => ({ value, label: monthWords(value), chosen: value === month })),
      workspace,
    };
    // A month of a large house takes seconds to count: not before somebody asks for it.
    if (name === undefined) return reply.page('reports', form);
    const made = await parts.read.report({ name, month, timezone, workspace, now, showPhones: false, as: 'table', most });
    const { count } = made;
    const given = new URLSearchParams({ month, ...(workspace !== undefined && { workspace }) });
    const file = `/api/v1/reports/${name}?${given}`;
    return reply.page('reports', {
      ...form,
      made: true,
      head: `${words(name)}, ${monthWords(month)}`,
      zone,
      whole: wholeness(made, now, zone),
      totals: Object.entries(made.totals).map(([figure, value]) => ({
        label: figures[`${name} ${figure}`] ?? words(figure),
        value: figureOf(figure, value),
      })),
      heads: made.heads.map(words),
      rows: made.cells.map((cells) => ({
        cells: cells.map((cell, at) => ({ head: words(made.heads[at]!), ...shown(cell) })),
      })),
      none: count === 0,
      cut: count > most && { most, count: grouped(count) },
      ...{ csv: `${file}&format=csv`, json: `${file}&format=json` },
    });

    function shown(cell: Cell) {
      if (cell === undefined) return {};
      if (typeof cell !== 'object') return { text: typeof cell === 'string' ? parts.inForce.mask(cell) : grouped(cell) };
      if ('at' in cell) return { time: cell.at !== undefined && when(cell.at, now, zone) };
      if ('seconds' in cell) return { text: cell.seconds === undefined ? '' : length(cell.seconds * 1000) };
      const { spans } = cell;
      const rest = spans.length - mostSpans;
      return {
        spans: spans.slice(0, mostSpans).map(({ from, until }) => ({ from: when(from, now, zone), until: when(until, now, zone) })),
        rest: rest > 0 && rest,
      };
    }
  });
}

const mostSpans = 3;

const monthAt = (at: number, zone: string): string => moment(at, zone).slice(0, 7);

/** The latest first: those of which the relay may know something. */
function monthsOf(created: string | undefined, asked: string, running: string, zone: string): string[] {
  const first = created === undefined ? running : monthAt(Number(created), zone);
  const months: string[] = [];
  for (let month = running; month >= first && months.length < mostMonths; month = before(month)) months.push(month);
  return months.includes(asked) ? months : [...months, asked].sort().reverse();
}

const before = (month: string): string => new Date(Date.parse(`${month}-01T00:00:00Z`) - 1).toISOString().slice(0, 7);

const monthWords = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(`${month}-01T00:00:00Z`));

/** What is missing of it, if anything. */
function wholeness({ complete, from, until, kept_since }: Report, now: number, zone: string) {
  const since = kept_since === undefined ? undefined : Date.parse(kept_since);
  return {
    complete,
    runs: Date.parse(until) >= now,
    late: since !== undefined && since > Date.parse(from) && when(since, now, zone),
  };
}

/** What is no plain word of its own. */
const figures: Record<string, string> = {
  'numbers days': 'Days connected, in all',
  'numbers seconds': 'Connected for, in all',
  'downtime seconds': 'Down for, in all',
  'downtime down': 'Still down',
  'alerts dead': 'Never arrived',
};

/** `down_for` as Down for. */
const words = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('_', ' ');
const grouped = (value: number): string => value.toLocaleString('en-GB');
const figureOf = (figure: string, value: number): string => (figure === 'seconds' ? length(value * 1000) : grouped(value));

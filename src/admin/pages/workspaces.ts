// Workspaces: the list with its search and filters, and of one of them all that is known, with ways to what else is about it.
import { z } from 'zod';
import { english } from '../../links/words.ts';
import { orders } from '../../workspaces/listed.ts';
import { findWorkspace, listWorkspaces } from '../known-workspaces.ts';
import type { AdminParts, Api } from '../parts.ts';
import { byId, paging } from '../questions.ts';
import { showWorkspace, showWorkspaceDetail } from '../show-workspace.ts';
import { stage } from '../workspace-answers.ts';
import { listFilters } from '../workspaces.ts';
import { blank } from './form.ts';
import { incidentCard } from './incident-card.ts';
import { when, zoneOf } from './words.ts';
import { countOf, eventPath, numberLine, quotaLine, type Shown, stageWords, stepsOf, workspaceCard } from './workspace-card.ts';

export function workspacePages(app: Api, parts: AdminParts): void {
  const { inForce } = parts;
  const asked = z.object({
    search: blank(listFilters.search),
    tag: blank(listFilters.tag),
    segment: blank(listFilters.segment),
    state: blank(stage.optional()),
    open: blank(z.literal('true').optional()),
    sort: z.enum(orders).default('name'),
    ...paging,
  });

  app.get('/workspaces', { schema: { querystring: asked } }, async (request, reply) => {
    const { search, tag, segment, state, open, sort } = request.query;
    const { items, total, next, behind } = await listWorkspaces(parts, { ...request.query, open: open === undefined ? undefined : true });
    const given = new URLSearchParams(request.raw.url?.split('?')[1]);
    given.delete('said');
    if (next !== undefined) given.set('cursor', next);
    const said = sayings(parts);
    const mask = inForce.mask;
    return reply.page('workspaces', {
      title: 'Workspaces',
      ...{ search, tag, open, behind },
      segments: Object.keys(inForce.rules().segments).map((name) => ({ name, chosen: name === segment })),
      states: stage.options.map((value) => ({ value, label: stageWords[value].said, chosen: value === state })),
      orders: orders.map((value) => ({ value, label: orderWords[value], chosen: value === sort })),
      count: countOf(total, 'workspace'),
      workspaces: items.map((one) => workspaceCard(showWorkspace(one, mask, said.now), said)),
      none: items.length === 0,
      narrowed: [search, tag, segment, state, open].some((one) => one !== undefined),
      more: next === undefined ? undefined : `/workspaces?${given}`,
    });
  });

  app.get('/workspaces/:id', { schema: { params: byId } }, async (request, reply) => {
    const found = await findWorkspace(parts, request.params.id);
    const said = sayings(parts);
    const { now, zone } = said;
    const shown = showWorkspaceDetail(found, inForce.mask, now);
    const card = workspaceCard(shown, said);
    const { row } = shown;
    const month = monthOf(now, zone);
    const query = new URLSearchParams({ workspace: shown.id });
    const incidents = found.incidents.slice(0, mostIncidents);
    return reply.page('workspace', {
      title: card.name,
      ...card,
      steps: stepsOf(shown, said),
      first: shown.first_event_at && said.when(shown.first_event_at),
      numbers: shown.numbers.items.map((one) => numberLine(one, said)),
      noNumber: shown.numbers.items.length === 0,
      quotas: shown.quotas.map((one) => quotaLine(one, said)),
      noQuota: shown.quotas.length === 0,
      incidents: incidents.map((one) => incidentCard(one, parts, now, zone)),
      noIncident: incidents.length === 0,
      allIncidents: found.incidents.length > mostIncidents ? `/incidents?state=open&${query}` : undefined,
      events: shown.events.map((one) => ({
        ...{ to: eventPath(one, said), what: english.what[one.type], came: said.when(one.received_at) },
      })),
      noEvent: shown.events.length === 0,
      allEvents: `/events?${query}`,
      silence: `/silences?${query}`,
      month,
      reports: reports.map(({ name, label }, at) => ({
        between: at === 0 ? '' : ',',
        label,
        to: `/reports?report=${name}&month=${month}&${query}`,
      })),
      row: Object.entries(row ?? {}).map(([column, value]) => ({ column, value: [value].flat().join(' ') })),
      noRow:
        row === undefined
          ? 'The workspaces table has none.'
          : Object.keys(row).length === 0
            ? 'There is nothing in it but the id.'
            : undefined,
    });
  });
}

function sayings(parts: AdminParts): Shown {
  const now = parts.now();
  const zone = zoneOf(parts);
  return { now, zone, when: (text) => when(Date.parse(text), now, zone) };
}

/** `2026-11`, by the clocks of routes.yaml. */
function monthOf(now: number, timeZone: string): string {
  let format = months.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' });
    months.set(timeZone, format);
  }
  return format.format(now).slice(0, 7);
}

/** A formatter costs more than the rest of the page. */
const months = new Map<string, Intl.DateTimeFormat>();
const mostIncidents = 20;
const orderWords = { name: 'name', 'last-event': 'last event', fullest: 'fullest quota' } as const;
const reports = [
  { name: 'usage', label: 'usage' },
  { name: 'numbers', label: 'connected numbers' },
  { name: 'downtime', label: 'downtime' },
  { name: 'alerts', label: 'alerts' },
];

// The shapes of what the API answers about workspaces. snake_case, RFC 3339 times; what is not known is absent.
import { z } from 'zod';
import { resources } from '../workspaces/state.ts';
import { stages } from '../workspaces/tally.ts';
import { eventType, incidentItem } from './answers.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC');

export const stage = z.enum(stages);

const quota = z.object({
  resource: z.enum(resources),
  percent: z.number().describe('as last announced; nothing is announced below 90'),
  used: z.number().optional(),
  total: z.number().optional(),
  announced_at: time,
  period_start: time.optional(),
  period_end: time.optional(),
  over: z.boolean().describe('its period is over: what is used now is not known'),
});

export const workspaceItem = z.object({
  id: z.string(),
  name: z.string().optional(),
  tags: z.array(z.string()),
  segments: z.array(z.string()),
  owner_email: z.string().optional(),
  in_table: z.boolean(),
  state: stage.describe('not-heard-of: it is in the table, and no event named it yet'),
  numbers: z.object({ connected: z.int(), dropped: z.int() }),
  quotas: z.array(quota).describe('one for each resource that was ever announced'),
  seats: z.object({ purchased: z.number().optional(), full_at: time }).optional().describe('when they were last all taken'),
  open_incidents: z.int(),
  first_event_at: time.optional(),
  last_event: z.object({ id: z.string(), type: eventType, received_at: time }).optional(),
});

export const workspaceDetail = workspaceItem.extend({
  numbers: workspaceItem.shape.numbers.extend({
    items: z.array(
      z.object({
        accounts: z.array(z.string()).describe('ids that it was known by'),
        phone: z.string().optional(),
        state: z.enum(['connected', 'dropped']),
        since: time,
        reason: z.string().optional(),
      }),
    ),
  }),
  quotas: z.array(
    quota.extend({
      per_day: z.number().optional().describe('since the period began, as of the announcement'),
      projected: z.number().optional().describe("at the period's end, if it goes on so"),
    }),
  ),
  incidents: z.array(incidentItem).describe('those that are open, the latest 200'),
  events: z.array(z.object({ id: z.string(), type: eventType, received_at: time })).describe('the latest; retention may have removed them'),
  row: z.record(z.string(), z.unknown()).optional().describe('of the workspaces table, with phone numbers hidden'),
});

const rows = z.record(z.string(), z.int());

/** What is told of an erasure. */
export const forgotten = z.object({
  workspace: z.string(),
  deleted: rows.describe('rows by table'),
  cancelled: z.int().describe('messages that are not sent any more'),
  under_way: z.int().describe('messages that were on their way already and may arrive'),
  left: rows.describe('rows in which the id still stands, by table: empty where nothing does'),
  in_files: z.boolean().describe('whether files of CONFIG_DIR name it, of which the store keeps the last good copy'),
  compacted: z.boolean().describe('false: the file may still hold bytes of deleted rows, see docs/privacy.md'),
});

// The shapes of the API's answers, as zod schemas: they check what goes out, type what show.ts makes, and describe the API at /api/docs.
// snake_case, RFC 3339 times, ids as text; what is not known is absent.
import { z } from 'zod';
import { deliveryKinds, deliveryStates, outcomeClasses } from '../delivery.ts';
import { eventTypes, gates } from '../model.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC');
const id = z.string();
const optional = <T extends z.ZodType>(schema: T) => schema.optional();

export const eventType = z.enum([...eventTypes, 'unknown']);
export const eventOutcome = z.enum(['routed', 'unrouted', 'stale', 'counted', 'duplicate', 'undecided']);
export const deliveryState = z.enum(deliveryStates);
export const outcomeClass = z.enum(outcomeClasses);
const severity = z.enum(['info', 'warning', 'critical']);

export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('stable; docs/errors.md has them all'),
    detail: z.string(),
    request: z.string().describe('id of this request, also in the log'),
  })
  .describe('Problem document, RFC 9457');

export const eventItem = z.object({
  id,
  type: eventType,
  wire_type: z.string(),
  severity,
  phase: z.enum(['firing', 'resolved', 'notice']),
  level: optional(z.int()),
  outcome: eventOutcome,
  workspace: z.string(),
  account: optional(z.object({ id: optional(id), phone: optional(z.string()), user_id: optional(id), reason: optional(z.string()) })),
  incident: optional(z.string()),
  partner: optional(z.string()),
  proof: z.enum(['signature', 'token', 'unsigned', 'asked']),
  triggered_at: time,
  received_at: time,
});

export const attempt = z.object({
  n: z.int(),
  started_at: time,
  ended_at: time,
  class: outcomeClass,
  code: optional(z.string()),
  error: optional(z.string()),
  perhaps: optional(z.boolean()).describe('the target may have it although no success was heard'),
});

export const deliveryItem = z.object({
  id,
  event: optional(id),
  incident: optional(z.string()),
  destination: z.string(),
  target: z.string(),
  route: z.string(),
  kind: z.enum(deliveryKinds),
  level: z.int(),
  state: deliveryState,
  template: optional(z.string()),
  follows: optional(id),
  replay_of: optional(id),
  created_at: time,
  received_at: time,
  next_attempt_at: optional(time),
  ended_at: optional(time),
  attempt_count: z.int(),
  last_class: optional(z.string()),
  last_error: optional(z.string()),
});

export const deliveryDetail = deliveryItem.extend({
  alerts: optional(z.array(eventItem.omit({ outcome: true }))).describe(
    'of a digest or storm: 200 of those that it tells of, from alerts_from on, as far as they are still kept',
  ),
  alert_count: optional(z.int()).describe('of how many it tells'),
  attempts: z.array(attempt),
  receipt: optional(z.record(z.string(), z.string())),
  replay_reason: optional(z.string()),
  instead_of: optional(z.array(z.string())),
  relay: optional(z.object({ code: z.string(), subject: z.string(), text: z.string() })).describe('what the relay said about itself'),
});

export const eventDetail = eventItem.extend({
  usage: optional(z.object({ resource: z.string(), used: z.number(), total: z.number(), percent: z.number() })),
  seats: optional(z.object({ purchased: z.number() })),
  period: optional(z.object({ start: optional(time), end: time })),
  trace: z.array(z.object({ at: time, gate: z.enum(gates), text: z.string() })).describe('why it was told as it was, gate by gate'),
  deliveries: z.array(deliveryDetail),
  payload: optional(z.unknown()).describe(
    'the body as received; phone numbers hidden unless payload=full. Absent once retention removed it',
  ),
});

export const incidentItem = z.object({
  key: z.string(),
  workspace: z.string(),
  type: eventType,
  severity,
  level: z.int(),
  open: z.boolean(),
  opened_at: time,
  received_at: time,
  changed_at: time,
  ended_at: optional(time),
  ended_by: optional(z.enum(['recovery', 'time', 'person'])),
  event: id,
  count: z.int(),
  acknowledged: optional(z.object({ at: time, until: time, by: z.string(), reason: optional(z.string()) })).describe(
    'somebody took it: no reminder and no escalation until then',
  ),
  closed: optional(z.object({ by: z.string(), reason: z.string() })).describe('ended_by is person: who closed it, and why'),
  phone: optional(z.string()),
  routes: z.array(
    z.object({
      route: z.string(),
      state: z.enum(['held', 'silenced', 'kept', 'unstable', 'told', 'cancelled']),
      until: optional(time),
      event: id,
    }),
  ),
  told: z.array(z.object({ destination: z.string(), target: z.string(), route: z.string(), level: z.int(), delivery: id })),
});

export const silenceItem = z.object({
  id,
  source: z.enum(['file', 'person']),
  where: z.record(z.string(), z.union([z.string(), z.array(z.string())])).describe('the conditions, as in routes.yaml'),
  until: time,
  reason: z.string(),
  by: z.string(),
  line: optional(z.int()).describe('of silences.yaml'),
  muted: z.int().describe('how often it kept something from being told so far, once for each route'),
});

export const destinationItem = z.object({
  name: z.string(),
  plugin: z.string(),
  health: z.enum(['ok', 'paused', 'held', 'open']),
  since: time,
  until: optional(time),
  reason: optional(z.string()),
  paused_by: optional(z.string()).describe('a person wants nothing sent to it for now'),
  waiting: z.int(),
  running: z.int(),
  slots: z.int().describe('how many attempts may run at once now'),
  last_class: optional(z.string()),
  last_error: optional(z.string()),
  counts: z.record(z.string(), z.int()).describe('attempts since the relay started, by class'),
  if_it_fails: optional(z.string()),
  operator: optional(z.literal(true)).describe('the one that hears about the relay itself'),
});

export const testOutcome = z.object({
  class: z.string(),
  code: optional(z.string()),
  error: optional(z.string()),
  ms: z.number(),
  headline: z.string(),
});

export const replayAnswer = z.object({
  matched: z.int(),
  more: optional(z.literal(true)).describe('the filter matches more than one call sends again: call again for the next ones'),
  created: z.array(id),
  refused: z.array(z.object({ id, reason: z.string() })),
});

export const mistake = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  level: z.enum(['error', 'warning']),
  code: optional(z.string()),
  text: z.string(),
  found: optional(z.string()),
  fix: optional(z.string()),
});

export const judgement = z.object({
  ok: z.boolean(),
  revision: optional(z.string()),
  mistakes: z.array(mistake),
  warnings: z.array(mistake),
  text: z.string().describe('all of it as the command line prints it'),
});

export const rulesProblem = problemAnswer.extend({ mistakes: z.array(mistake), warnings: z.array(mistake), text: z.string() });

export const configState = z.object({
  revision: z.string(),
  from: z.enum(['file', 'last-good']),
  since: time,
  degraded: z.array(z.object({ code: z.string(), subject: z.string(), text: z.string(), destination: optional(z.string()) })),
  mistakes: z.array(mistake),
  warnings: z.array(mistake),
});

const counts = z.array(z.int().nullable());

export const curves = z
  .object({
    span: z.enum(['hour', 'day']),
    since: time.describe('when the relay started, and so the count'),
    step_seconds: z.int(),
    at: z.array(time).describe('when each step begins; the last one is still going on'),
    events: counts.describe('webhooks answered 200'),
    delivered: counts,
    failed: counts.describe('attempts that failed and are made again'),
    dead: counts.describe('messages given up'),
    delay_median_ms: counts.describe('from receipt to delivered; what was held back on purpose counts from when it was made'),
    delay_p95_ms: counts,
  })
  .describe('one value for each of `at`; null before the relay started, and for a delay where nothing was delivered');

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: optional(z.string()).describe('cursor of the next page') });
/** Of a list that a filter may find nothing in. */
export const searched = <T extends z.ZodType>(item: T) =>
  page(item).extend({
    looked_to: optional(time).describe('the page ends before it is full: so far back was looked for this answer, and `next` looks on'),
  });

// Which names a layout may use: whatever a story about anything may, the finished words, the message's own fields and the alert as data.
import { type Judge, type Nearest, unknownName } from './lint.ts';
import { isName, namesOf, topics } from './names.ts';

const ofMessages = [
  'message',
  'message.headline',
  'message.impact',
  'message.members',
  'message.members.length',
  'message.more',
  'message.facts',
  'message.action',
  'message.action.label',
  'message.action.url',
  'fallbackText',
  'id',
  'mode',
  'at',
  'attempt',
  'threadKey',
  'target',
  'alerts',
  'alert',
];
/** As `http` posts it. */
const ofAlerts = [
  'id',
  'key',
  'type',
  'wire_type',
  'phase',
  'level',
  'severity',
  'first_time',
  'workspace',
  'account',
  'account.id',
  'account.phone',
  'account.user_id',
  'account.reason',
  'account.since',
  'usage',
  'usage.resource',
  'usage.used',
  'usage.total',
  'usage.left',
  'usage.percent',
  'seats',
  'seats.purchased',
  'period',
  'period.start',
  'period.end',
  'triggered_at',
  'received_at',
  'resolved_at',
  'closed',
  'closed.by',
  'closed.reason',
  'partner_id',
  'trace_url',
  'acknowledge_url',
];
/** Known only where a section, or $each, is about one of several. */
const inside = new Set(['label', 'value', 'url', 'headline', 'note', 'icon', 'color', ...ofAlerts]);

const all = [...new Set([...ofMessages, ...ofAlerts.map((name) => `alert.${name}`), ...topics.flatMap((topic) => namesOf(topic, true))])];
const known = new Set(all);

/** `alert.workspace.<column>` and `workspace.<column>` are the operator's own. */
const isColumn = (name: string) => /^(alert\.)?workspace\.[^.]+$/.test(name);

export const isLayoutName = (name: string, within: boolean): boolean =>
  known.has(name) || isColumn(name) || isName(name, 'unknown', false) || (within && inside.has(name));

/** Of those, the ones that no story has. */
export const isOfLayouts = (name: string, within: boolean): boolean =>
  ownNames.has(name) || /^alert\.workspace\.[^.]+$/.test(name) || (within && inside.has(name));
const ownNames = new Set([...ofMessages, ...ofAlerts.map((name) => `alert.${name}`)]);

export const judgeLayout =
  (nearest: Nearest): Judge =>
  (name, within) =>
    isLayoutName(name, within) ? undefined : unknownName(name, within ? [...all, ...inside] : all, nearest);

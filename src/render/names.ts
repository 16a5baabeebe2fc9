// Which names a story may use: what can ever be printed for which event. The lint reads this list, a test compares it with what the view holds.
import { type EventType, eventTypes } from '../model.ts';

/** What a story is about: an event, or the relay itself. */
export type Topic = EventType | 'relay';
export const topics: readonly Topic[] = [...eventTypes, 'unknown', 'relay'];

/** Groups that hold whatever the operator's files name: `workspace.<column>`, `links.<name>`. */
const open = new Set(['workspace', 'links']);

const always = [
  'kind',
  'destination',
  'route',
  'details.late',
  'details.instead_of',
  'details.replay_reason',
  'brand.name',
  'brand.logo',
  'links.app',
  'look.word',
  'look.icon',
  'look.color',
  'foot.because',
  'foot.trace',
  'foot.event',
  'foot.message',
  'foot.acknowledge',
  'foot.list',
  'is.alert',
  'is.resolved',
  'is.digest',
  'is.reminder',
  'is.escalation',
  'is.storm',
  'is.flapping',
  'is.notice',
  'is.test',
  'is.relay',
];
const ofEvents = [
  'alert.id',
  'alert.key',
  'alert.type',
  'alert.wire_type',
  'alert.phase',
  'alert.level',
  'alert.severity',
  'alert.icon',
  'alert.partner_id',
  'links.trace',
  'links.acknowledge',
  'links.list',
  'who.short',
  'who.full',
  'workspace.id',
  'workspace.name',
  'workspace.tags',
  'times.triggered',
  'times.received',
  'times.ago',
  'is.critical',
  'is.warning',
  'is.info',
  'has.name',
  'has.trace',
  'has.acknowledge',
  'has.list',
  'has.tags',
];
const condition = ['times.since', 'times.since_ago', 'times.so_far', 'has.since'];
/** Known once it is over, so only under `resolved:`. */
const ending = ['times.resolved', 'times.lasted'];
const account = [
  'account.id',
  'account.label',
  'account.phone',
  'account.user_id',
  'account.reason',
  'account.cause',
  'account.explain',
  'has.account',
  'has.phone',
  'has.reason',
];
const usage = ['usage.resource', 'usage.used', 'usage.total', 'usage.left', 'usage.percent', 'has.usage', 'look.bar'];
const period = ['period.start', 'period.end', 'has.period'];
const quota = [...condition, ...usage, ...period, 'pace', 'has.pace'];

const holds: Readonly<Record<Topic, readonly string[]>> = {
  'seats-full': [...ofEvents, ...condition, 'seats.purchased', 'has.seats'],
  'messaging-90': [...ofEvents, ...quota],
  'messaging-100': [...ofEvents, ...quota],
  'transactions-100': [...ofEvents, ...condition, ...period],
  'api-calls-100': [...ofEvents, ...quota],
  disconnected: [...ofEvents, ...condition, ...account, 'is.blocked'],
  connected: [...ofEvents, ...account, 'is.first_time'],
  'token-rotated': ofEvents,
  unknown: [...ofEvents, ...account, ...period, 'event.fields'],
  relay: ['relay.code', 'relay.subject', 'relay.text', 'relay.meaning'],
};

/** Types that are a condition, which may end and then be told as resolved. */
export const isCondition = (topic: Topic): boolean => holds[topic].includes('times.since');

/** Every name that a story about this topic may use, besides the columns and links of the operator's own. */
export const namesOf = (topic: Topic, over: boolean): readonly string[] => [
  ...holds[topic],
  ...always,
  ...(over && isCondition(topic) ? ending : []),
];

export function isName(name: string, topic: Topic, over: boolean): boolean {
  const [group = '', rest = '', ...more] = name.split('.');
  if (open.has(group) && rest !== '' && more.length === 0) return group === 'links' || topic !== 'relay';
  return namesOf(topic, over).includes(name);
}

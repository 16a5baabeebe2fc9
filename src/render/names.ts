// Which names a story may use: what can ever be printed for which event. The lint reads this list, a test compares it with what the view holds.
import { type EventType, eventTypes } from '../model.ts';

/** What a story is about: an event, many of them, a number that comes and goes, or the relay itself. */
export type Topic = EventType | 'flapping' | 'digest' | 'storm' | 'relay';
export const topics: readonly Topic[] = [...eventTypes, 'unknown', 'flapping', 'digest', 'storm', 'relay'];

/** Groups that hold whatever the operator's files name: `workspace.<column>`, `links.<name>`. */
const open = new Set(['workspace', 'links']);

const always = [
  'kind',
  'destination',
  'route',
  'details.late',
  'details.instead_of',
  'details.replay_reason',
  'details.reminder',
  'brand.name',
  'brand.logo',
  'links.app',
  'links.list',
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
  'is.quiet',
  'is.limit',
  'kept.hours',
  'kept.rate',
  'has.list',
];
const severities = ['is.critical', 'is.warning', 'is.info'];
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
  'who.short',
  'who.full',
  'workspace.id',
  'workspace.name',
  'workspace.tags',
  'times.triggered',
  'times.received',
  'times.ago',
  ...severities,
  'has.name',
  'has.trace',
  'has.acknowledge',
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
const several = [...severities, 'members.count', 'members.kinds', 'members.names', 'members.workspaces', 'members.gone'];
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
  flapping: [...ofEvents, ...condition, ...account, 'is.blocked', 'flaps.drops', 'flaps.within'],
  digest: several,
  storm: [...several, ...condition, 'storm.kinds', 'storm.outage', 'storm.since', 'storm.segments'],
  relay: ['relay.code', 'relay.subject', 'relay.text', 'relay.meaning'],
};

/** Types that are a condition, which may end and then be told as resolved. */
export const isCondition = (topic: Topic): boolean => holds[topic].includes('times.since');

const ended: Readonly<Partial<Record<Topic, readonly string[]>>> = { digest: ['members.back'], storm: ['members.still', 'storm.back'] };

/** Whether it has words for an end, and names that only an end has. */
export const hasEnd = (topic: Topic): boolean => topic in ended || isCondition(topic);

/** Every name that a story about this topic may use, besides the columns and links of the operator's own. */
export const namesOf = (topic: Topic, over: boolean): readonly string[] => [
  ...holds[topic],
  ...always,
  ...(over && hasEnd(topic) ? (ended[topic] ?? ending) : []),
];

export function isName(name: string, topic: Topic, over: boolean): boolean {
  const [group = '', rest = '', ...more] = name.split('.');
  if (open.has(group) && rest !== '' && more.length === 0)
    return group === 'links' || !(topic === 'relay' || topic === 'digest' || topic === 'storm');
  return namesOf(topic, over).includes(name);
}

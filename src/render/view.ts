// What a template sees: strings ready to print, under the names of names.ts. Each is made only when a story asks for it, for a story asks
// for a tenth of them; no object has a prototype of the language's own, because mustache would print `{{constructor}}`.
import type { Delivery } from '../delivery.ts';
import { errorCodes } from '../errors.ts';
import type { Event } from '../model.ts';
import type { AlertView } from '../plugin.ts';
import type { Route, Rules } from '../rules/rules.ts';
import { clean, lines } from './escape.ts';
import { number } from './figure.ts';
import { paceOf } from './pace.ts';
import type { Several, Tone } from './several.ts';
import { length, moment, realZone } from './time.ts';
import { fieldsOf } from './unknown.ts';
import { beganAt, flaps, kept, members, storm } from './view-several.ts';
import type { Words } from './words.ts';

export type ViewInput = {
  delivery: Delivery;
  /** Both absent for what the relay says about itself. */
  alert?: AlertView | undefined;
  event?: Event | undefined;
  body?: string | undefined;
  /** Where all that a digest or storm tells of is listed. */
  listUrl?: string | undefined;
  timezone: string;
  brand: Rules['brand'];
  showPhone: boolean;
  now: number;
  words: Words;
  /** Of a message about many at once, which has no one alert and no one event. */
  several?: Several | undefined;
  /** Of the route that kept it. */
  route?: Route | undefined;
  quietHours?: Rules['quietHours'] | undefined;
};

export type Scene = ViewInput & { zone: string; since: number | undefined; pace?: { said: string | undefined } };
export type Table = Readonly<Record<string, (scene: Scene) => unknown>>;
type Group = (scene: Scene) => object;

const SCENE = Symbol('scene');

/** An object whose every property is made on demand from the scene it was given. */
function group(table: Table): Group {
  const shape: object = Object.create(null);
  for (const [name, make] of Object.entries(table))
    Object.defineProperty(shape, name, {
      enumerable: true,
      get(this: { [SCENE]: Scene }) {
        return make(this[SCENE]);
      },
    });
  return (scene) => {
    const view = Object.create(shape);
    view[SCENE] = scene;
    return view;
  };
}

export function storyView(input: ViewInput): object {
  const { alert, event, delivery, several, timezone } = input;
  const zone = realZone(text(several?.reader.timezone ?? alert?.workspace.timezone), timezone);
  const since =
    several !== undefined
      ? beganAt(delivery, several)
      : (delivery.details.since ?? (alert?.phase === 'firing' ? event?.triggeredAt : undefined));
  return all({ ...input, zone, since });
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const at = (ms: number | undefined, { zone, now, words }: Scene) => (ms === undefined ? undefined : moment(ms, zone, now, words.locale));
const ago = (ms: number | undefined, { now, words }: Scene) =>
  ms === undefined ? undefined : now - ms < 60_000 ? words.justNow : words.ago(length(now - ms));
const endOf = ({ alert }: Scene) => (alert?.resolved_at === undefined ? undefined : Date.parse(alert.resolved_at));

const who = group({
  // Long enough for a company, short enough that what happened still fits a lock screen.
  short: ({ alert }) => alert && clean(alert?.workspace.name ?? alert?.workspace.id, 32),
  full: ({ alert }) => {
    if (alert === undefined) return undefined;
    const { id, name = id } = alert.workspace;
    return name === id ? clean(id, 150) : `${clean(name, 120)} (${clean(id, 60)})`;
  },
});

const account = group({
  id: ({ alert }) => alert?.account?.id,
  label: ({ alert, words }) => alert?.account?.phone ?? words.account(alert?.account?.id),
  phone: ({ alert }) => alert?.account?.phone,
  user_id: ({ alert }) => alert?.account?.user_id,
  reason: ({ alert }) => alert?.account?.reason,
  // A reason nobody has mapped is said as it came, without its own brackets.
  cause: ({ alert, words }) => {
    const reason = alert?.account?.reason;
    return reason && (words.cause(reason)?.short ?? clean(reason.replace(/^\s*\((.*)\)\s*$/s, '$1'), 40));
  },
  explain: ({ alert, words }) => alert?.account?.reason && words.cause(alert.account.reason)?.long,
});

const usage = group({
  resource: ({ alert, words }) => alert?.usage && (words.resource[alert.usage.resource] ?? alert.usage.resource),
  used: (scene) => number(scene.alert?.usage?.used, scene),
  total: (scene) => number(scene.alert?.usage?.total, scene),
  left: (scene) => number(scene.alert?.usage?.left, scene),
  // 99.96 must not read as 100 before it is.
  percent: (scene) => number(scene.alert?.usage && Math.floor(scene.alert.usage.percent * 10) / 10, scene),
});

const seats = group({ purchased: (scene) => number(scene.alert?.seats?.purchased, scene) });

const period = group({
  start: (scene) => at(scene.event?.period?.start, scene),
  // 23:59:59 and 00:00 of the next day are one instant to a reader.
  end: (scene) => at(scene.event?.period && Math.ceil(scene.event.period.end / 60_000) * 60_000, scene),
});

const times = group({
  triggered: (scene) => at(scene.event?.triggeredAt, scene),
  received: (scene) => at(scene.event?.receivedAt, scene),
  ago: (scene) => ago(scene.event?.triggeredAt, scene),
  since: (scene) => at(scene.since, scene),
  since_ago: (scene) => ago(scene.since, scene),
  so_far: ({ since, now }) => (since === undefined ? undefined : length(now - since)),
  resolved: (scene) => at(endOf(scene), scene),
  lasted: (scene) => {
    const end = endOf(scene);
    return end === undefined || scene.since === undefined ? undefined : length(end - scene.since);
  },
});

const details = group({
  late: ({ delivery }) => (delivery.details.lateMs === undefined ? undefined : length(delivery.details.lateMs)),
  instead_of: ({ delivery }) => delivery.details.insteadOf?.join(', '),
  replay_reason: ({ delivery }) => delivery.details.replayReason,
  reminder: (scene) => number(scene.delivery.details.reminder, scene),
});

const relay = group({
  code: ({ delivery }) => delivery.details.relay?.code,
  subject: ({ delivery }) => delivery.details.relay?.subject,
  text: ({ delivery }) => delivery.details.relay && lines(delivery.details.relay.text),
  meaning: ({ delivery }) => {
    const code = delivery.details.relay?.code;
    return code !== undefined && Object.hasOwn(errorCodes, code) ? errorCodes[code as keyof typeof errorCodes][1] : undefined;
  },
});

const kinds = ['alert', 'resolved', 'digest', 'reminder', 'escalation', 'storm', 'flapping', 'notice', 'test', 'relay'] as const;
const severities = ['critical', 'warning', 'info'] as const;
const is = group({
  ...Object.fromEntries(kinds.map((kind) => [kind, ({ delivery }: Scene) => delivery.kind === kind])),
  ...Object.fromEntries(severities.map((severity) => [severity, (scene: Scene) => severityOf(scene) === severity])),
  quiet: ({ delivery }) => delivery.details.keptBy === 'quiet',
  limit: ({ delivery }) => delivery.details.keptBy === 'limit',
  first_time: ({ alert }) => alert?.first_time === true,
  blocked: ({ alert, words }) => words.cause(alert?.account?.reason ?? '')?.blocked === true,
});

/** Asked for twice, whether there is one and which; worked out once. */
function pace(scene: Scene): string | undefined {
  const { event, zone, now, words } = scene;
  scene.pace ??= { said: paceOf(event, zone, now, words) };
  return scene.pace.said;
}
const has = group({
  name: ({ alert }) => alert?.workspace.name !== undefined,
  tags: ({ alert }) => alert?.workspace.tags !== undefined,
  account: ({ alert }) => alert?.account !== undefined,
  phone: ({ alert }) => alert?.account?.phone !== undefined,
  reason: ({ alert }) => alert?.account?.reason !== undefined,
  usage: ({ alert }) => alert?.usage !== undefined,
  seats: ({ alert }) => alert?.seats !== undefined,
  period: ({ alert }) => alert?.period !== undefined,
  since: ({ since }) => since !== undefined,
  trace: ({ alert }) => alert?.trace_url !== undefined,
  acknowledge: ({ alert }) => alert?.acknowledge_url !== undefined,
  list: ({ listUrl }) => listUrl !== undefined,
  pace: (scene) => pace(scene) !== undefined,
});

/** How bad it is, for the eye: the same in every channel, and never by colour alone. */
const look = group({
  word: ({ delivery, words, ...scene }) => words.look[delivery.kind === 'test' ? 'test' : lookOf(scene)],
  icon: (scene) => looks[lookOf(scene)].icon,
  color: (scene) => looks[lookOf(scene)].color,
  bar: ({ alert }) => (alert?.usage === undefined || alert.phase === 'resolved' ? undefined : barOf(alert.usage.percent)),
});

/** What the relay says about itself is never good news, and never as bad as a customer's. */
export const toneOf = ({ alert, several }: Pick<Scene, 'alert' | 'several'>): Tone =>
  several?.tone ?? (alert?.phase === 'resolved' ? 'resolved' : (alert?.severity ?? 'warning'));
const severityOf = ({ alert, several }: Scene) => several?.tone ?? alert?.severity;

/** What a person closed is over, and no good news. */
const lookOf = (scene: Pick<Scene, 'alert' | 'several'>) => (scene.alert?.closed === undefined ? toneOf(scene) : 'closed');
export const looks = {
  critical: { icon: '🔴', color: '#D92D20' },
  warning: { icon: '🟠', color: '#F79009' },
  info: { icon: '🔵', color: '#2E90FA' },
  resolved: { icon: '🟢', color: '#12B76A' },
  closed: { icon: '⚪', color: '#667085' },
} as const;

function barOf(percent: number): string {
  const full = Math.min(10, Math.max(0, Math.floor(percent / 10) || 0));
  return '█'.repeat(full) + '░'.repeat(10 - full);
}

const foot = group({
  because: ({ delivery: { route, destination }, words }) => words.foot.because(route, destination),
  trace: ({ words }) => words.foot.trace,
  event: ({ words }) => words.foot.event,
  message: ({ words }) => words.foot.message,
  acknowledge: ({ words }) => words.foot.acknowledge,
  list: ({ words }) => words.foot.list,
});

const all = group({
  kind: ({ delivery }) => delivery.kind,
  destination: ({ delivery }) => delivery.destination,
  route: ({ delivery }) => delivery.route,
  // The alert's own data, numbers as numbers: stories print some of it, layouts may place all of it.
  alert: ({ alert }) => {
    const data = bare(alert ?? {}) as Record<string, unknown>;
    if (alert !== undefined) data.icon = looks[lookOf({ alert })].icon;
    return data;
  },
  workspace: ({ alert }) => {
    const view = Object.create(null);
    for (const [column, value] of Object.entries(alert?.workspace ?? {})) view[column] = text(value) ?? (value as string[]).join(', ');
    view.name ??= view.id;
    return view;
  },
  ...{ look, foot, who, account, usage, seats, period, times, details, relay, is, has, pace },
  ...{ members: group(members), storm: group(storm), kept: group(kept), flaps: group(flaps) },
  event: ({ event, body, showPhone }) => ({ __proto__: null, fields: event?.type === 'unknown' ? fieldsOf(body, showPhone) : undefined }),
  brand: ({ brand }) => ({ __proto__: null, name: brand.name, logo: brand.logo }),
  links: ({ brand, alert, listUrl }) => {
    const ours = { trace: alert?.trace_url, acknowledge: alert?.acknowledge_url, list: listUrl };
    return { __proto__: null, app: 'https://app.timelines.ai', ...brand.links, ...ours };
  },
});

/** Without a prototype of the language's own, for mustache looks through those. */
export function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const copy = Object.create(null);
  for (const [name, inner] of Object.entries(value)) copy[name] = bare(inner);
  return copy;
}

// A message about many at once, as the relay would make it: for the tests of words, channels and pictures.
import type { DeliveryKind, Details } from '../../src/delivery.ts';
import type { Event, EventType, Workspace } from '../../src/model.ts';
import { type Rendered, type RenderInput, renderMessage } from '../../src/render/render.ts';
import { sampleDelivery, sampleNow, samplesOf } from '../../src/render/samples.ts';
import { stories } from './say.ts';

const names = ['Acme Ltd', 'Northwind Travel', 'Globex', 'Bäckerei Müller', 'Initech', 'Umbrella Pharma', 'Hooli'];
export const rowOf = (id: string): Workspace => {
  const n = Number(id.split('-')[1]);
  return { id, name: `${names[n % names.length]}${n < names.length ? '' : ` ${n}`}`, timezone: 'Europe/Madrid' };
};

export type Many = Partial<Omit<RenderInput, 'leased' | 'workspace'>> & {
  /** How many members of each type; a connected one is the end of a drop. */
  of?: Partial<Record<EventType, number>>;
  details?: Details;
  route?: string;
  template?: string;
  language?: string;
  previous?: Record<string, string>;
  follows?: string;
  /** For all members. */
  event?: Partial<Event>;
};

/** A workspace for each, a minute apart. */
export function membersOf(of: NonNullable<Many['of']>, change: Partial<Event> = {}): Event[] {
  const types = Object.entries(of).flatMap(([type, count]) => Array<EventType>(count).fill(type as EventType));
  return types.map((type, n) => {
    const { event } = samplesOf(type)[0];
    const phone = `+34600${String(111_000 + n)}`;
    const number = event.account === undefined ? {} : { account: { ...event.account, id: `acc-${n}`, phone } };
    const at = sampleNow - 3_600_000 + (n % 50) * 60_000;
    const key = event.incidentKey === undefined ? {} : { incidentKey: `${event.incidentKey.split(':')[0]}:ws-${n}` };
    return { ...event, ...key, id: `e_many_${n}`, workspaceId: `ws-${n}`, ...number, triggeredAt: at, receivedAt: at, ...change };
  });
}

export function manyInput(
  kind: DeliveryKind,
  { of = {}, details, route, template, language, previous, follows, event, ...rest }: Many = {},
): RenderInput {
  const members = membersOf(of, event);
  const ids = members.map(({ id }) => id);
  const ended = kind === 'resolved' ? { began: members.map(({ triggeredAt }) => triggeredAt - 14 * 60_000) } : {};
  const last = members.at(-1);
  const made = sampleDelivery(kind, last, { members: ids, ...ended, ...details });
  const workspaceOf = (id: string) => ({ ...rowOf(id), ...(language === undefined ? {} : { language }) });
  return {
    leased: {
      delivery: {
        ...made,
        level: 1,
        ...(route === undefined ? {} : { route }),
        ...(template === undefined ? {} : { template }),
        ...(follows === undefined ? {} : { follows }),
      },
      members,
      body: '{"event_type":"whatsapp_account:disconnected"}',
      ...(last === undefined ? {} : { event: last }),
      ...(previous === undefined ? {} : { previous }),
    },
    workspace: last === undefined ? { id: '', ...(language === undefined ? {} : { language }) } : workspaceOf(last.workspaceId),
    workspaceOf,
    ...{ stories, format: 'text', showPhone: false, timezone: 'UTC', brand: {}, now: sampleNow, attempt: 1, rawEvent: false },
    ...rest,
  };
}

export const sayMany = (kind: DeliveryKind, many: Many = {}): Rendered => renderMessage(manyInput(kind, many));

/** Routes that say why a digest was kept. */
export const keepingRules = {
  quietHours: { nights: { from: 1320, to: 420, days: [0, 1, 2, 3, 4, 5, 6] } },
  routes: [
    ...[{ name: 'number-down', quiet: { during: 'nights', keep: true }, limit: { max: 10, perMs: 600_000 } }].map((one) => ({
      ...{ enabled: true, send: [], stop: false, whenResolved: 'update' as const, ackForMs: 0, confirm: false },
      ...one,
    })),
  ],
};

/** Each message about many that there is, by a title: [kind, what is in it]. */
export const everyMany = (language?: string): [title: string, kind: DeliveryKind, many: Many][] => {
  const shared: Many = { route: 'number-down', rules: keepingRules, ...(language === undefined ? {} : { language }) };
  const storm = { counts: { disconnected: 2980, 'messaging-90': 12 }, segments: { vip: 1200, trial: 900, de: 480, fr: 20 } };
  const since = sampleNow - 40 * 60_000;
  const ended = sampleNow - 5 * 60_000;
  const overOf = (open: number): Details => ({ since, ended: Array(2992 - open).fill(ended), storm: { ...storm, over: true, open } });
  return [
    [
      'digest after quiet hours',
      'digest',
      { ...shared, of: { 'messaging-90': 2, disconnected: 7 }, details: { keptBy: 'quiet', gone: 3 } },
    ],
    ['digest over a limit', 'digest', { ...shared, of: { disconnected: 39 }, details: { keptBy: 'limit' } }],
    ['digest of a route', 'digest', { ...shared, of: { 'messaging-90': 1, 'seats-full': 2, unknown: 1 }, details: { keptBy: 'digest' } }],
    ['digest of one', 'digest', { ...shared, of: { disconnected: 1 }, details: { keptBy: 'quiet', gone: 1 } }],
    ['gathered ends', 'resolved', { ...shared, of: { connected: 5 }, details: { whenResolved: 'thread' }, follows: 'd_digest' }],
    ['storm', 'storm', { ...shared, of: { disconnected: 2980, 'messaging-90': 12 }, details: { storm, since } }],
    ['storm of quotas', 'storm', { ...shared, of: { 'messaging-100': 300 }, details: { storm: { counts: { 'messaging-100': 300 } } } }],
    ['storm over, some open', 'storm', { ...shared, of: { disconnected: 2980, 'messaging-90': 12 }, details: overOf(20) }],
    ['storm over, none open', 'storm', { ...shared, of: { disconnected: 2980, 'messaging-90': 12 }, details: overOf(0) }],
  ];
};

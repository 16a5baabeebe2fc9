// What a template sees of a message about many: counts, names, segments, why it was kept; and of a number that comes and goes.
import type { Delivery } from '../delivery.ts';
import type { EventType } from '../model.ts';
import { clean } from './escape.ts';
import { number } from './figure.ts';
import { type Several, type Tally, tallyOf } from './several.ts';
import { clockIsEnough, length, moment } from './time.ts';
import type { Scene, Table } from './view.ts';
import type { Counted, Counts } from './words.ts';

const counted = (count: number, [one, several]: Counted, scene: Scene): string => `${number(count, scene)} ${count === 1 ? one : several}`;

/** `7 numbers down, 2 message quotas nearly used up`. */
function said(tally: Tally, counts: Counts, scene: Scene): string | undefined {
  const parts = [...tally].map(([type, count]) => counted(count, counts[type], scene));
  return parts.length === 0 ? undefined : parts.join(', ');
}

const namesShown = 3;

export const members: Table = {
  count: (scene) => scene.several && number(scene.several.count, scene),
  // Those that are no longer kept are counted all the same.
  kinds: (scene) => {
    const { several, words } = scene;
    if (several === undefined) return undefined;
    return said(several.tally, words.several.counts, scene) ?? counted(several.count, words.several.any, scene);
  },
  still: (scene) =>
    scene.several?.over === true && scene.delivery.kind === 'storm'
      ? said(scene.several.tally, scene.words.several.still, scene)
      : undefined,
  back: (scene) => {
    const { several, delivery, words } = scene;
    if (several === undefined || delivery.kind !== 'resolved') return undefined;
    const numbers = several.shown.every(({ event }) => event.type === 'connected' || event.type === 'disconnected');
    return counted(several.count, numbers ? words.several.back : words.several.over, scene);
  },
  names: (scene) => {
    const all = namesOf(scene);
    if (all.length === 0) return undefined;
    const some = all.slice(0, namesShown).join(', ');
    return all.length <= namesShown ? some : `${some} ${scene.words.several.more(number(all.length - namesShown, scene))}`;
  },
  workspaces: (scene) => (scene.several?.shown.length ? number(workspacesOf(scene).size, scene) : undefined),
  gone: (scene) => number(scene.delivery.details.gone, scene),
};

const workspacesOf = ({ several }: Scene) => new Map(several?.shown.map(({ workspace }) => [workspace.id, workspace]));
const namesOf = (scene: Scene): string[] => [...workspacesOf(scene).values()].map(({ id, name = id }) => clean(name, 32));

/** Of each event so far, the worst first; what came back is no news of a storm. */
function problems({ delivery: { details }, words }: Scene): Tally {
  const counts = details.storm?.counts ?? {};
  const types = Object.keys(words.several.counts) as EventType[];
  const known = new Map(types.flatMap((type) => (type !== 'connected' && counts[type] ? [[type, counts[type]] as const] : [])));
  return known.size > 0 ? known : tallyOf(counts.connected ? Array(counts.connected).fill('connected') : []);
}
const total = (tally: Tally): number => [...tally.values()].reduce((sum, count) => sum + count, 0);
const downIn = (scene: Scene): number => problems(scene).get('disconnected') ?? 0;
const segmentsShown = 3;

/** Of a storm: since the first of them. Of a digest nothing began. */
export function beganAt({ kind, details }: Delivery, { members }: Several): number | undefined {
  if (kind !== 'storm') return undefined;
  if (details.since !== undefined || details.storm?.over === true) return details.since;
  return members.reduce<number | undefined>((least, { event: { triggeredAt: at } }) => Math.min(least ?? at, at), undefined);
}

export const storm: Table = {
  kinds: (scene) => {
    if (scene.delivery.kind !== 'storm') return undefined;
    return said(problems(scene), scene.words.several.counts, scene) ?? (members.kinds as (scene: Scene) => unknown)(scene);
  },
  outage: (scene) => downIn(scene) * 2 > total(problems(scene)),
  since: ({ delivery, since: at, zone, now, words }) => {
    if (delivery.kind !== 'storm' || at === undefined) return undefined;
    const byClock = clockIsEnough(at, now);
    return words.several.since(moment(at, zone, now, words.locale, byClock ? 'clock' : 'minute'), byClock);
  },
  back: (scene) => {
    if (scene.delivery.details.storm?.over !== true) return undefined;
    const back = scene.several?.members.filter(
      ({ delivery, event }) => delivery.kind === 'resolved' && event.type === 'disconnected',
    ).length;
    return back ? number(back, scene) : undefined;
  },
  segments: (scene) => {
    const all = Object.entries(scene.delivery.details.storm?.segments ?? {}).sort(([, a], [, b]) => b - a);
    const some = all.slice(0, segmentsShown).map(([name, count]) => `${clean(name, 40)} ${number(count, scene)}`);
    return some.length === 0 ? undefined : some.join(', ');
  },
};

const clock = (minutes: number): string => [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** By the routes of now: nothing where they no longer say. */
export function keptOf(scene: Pick<Scene, 'delivery' | 'route' | 'quietHours' | 'words'>): { hours?: string; rate?: string } {
  const { delivery, route, quietHours, words } = scene;
  const by = delivery.details.keptBy;
  const hours = by === 'quiet' && route?.quiet !== undefined ? quietHours?.[route.quiet.during] : undefined;
  const limit = by === 'limit' ? route?.limit : undefined;
  return {
    ...(hours && { hours: words.several.hours(clock(hours.from), clock(hours.to)) }),
    ...(limit && { rate: words.several.rate(number(limit.max, scene), length(limit.perMs)) }),
  };
}

export const kept: Table = { hours: (scene) => keptOf(scene).hours, rate: (scene) => keptOf(scene).rate };

export const flaps: Table = {
  drops: (scene) => number(scene.delivery.details.flaps?.drops, scene),
  within: ({ delivery: { details } }) => details.flaps && length(details.flaps.withinMs),
};

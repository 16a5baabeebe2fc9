// The checked shape of routes.yaml → Rules, as decide and deliver read them: names in our own words, defaults filled in.

import type { Options } from './options.ts';
import type { Destination, QuietHours, Route, Rules, Segment, Send, Where } from './rules.ts';
import { isTimezone } from './scalars.ts';
import type { RoutesFile, WhereBlock } from './schema.ts';

export function compile(file: RoutesFile, options: ReadonlyMap<string, Options>, revision: string): Rules {
  const fallback = file.fallback.send.map(sendTo);
  const operator = file.operator ?? fallback[0]?.to;
  return {
    revision,
    timezone: file.timezone !== undefined && isTimezone(file.timezone) ? file.timezone : 'UTC',
    segments: Object.fromEntries(Object.entries(file.segments ?? {}).map(([name, one]) => [name, segment(one)])),
    quietHours: Object.fromEntries(Object.entries(file.quiet_hours ?? {}).map(([name, one]) => [name, quietHours(one)])),
    silences: [],
    destinations: Object.fromEntries(
      Object.entries(file.destinations).map(([name, one]) => [name, destination(name, one, options.get(name))]),
    ),
    routes: file.routes.map(route),
    fallback,
    ...(operator !== undefined && { operator }),
    ...(file.storm !== undefined && { storm: { moreThan: file.storm.more_than, withinMs: file.storm.within } }),
    ...(file.quiet_source !== undefined && { quietSourceMs: file.quiet_source }),
    brand: {
      ...(file.brand?.name !== undefined && { name: file.brand.name }),
      ...(file.brand?.logo !== undefined && { logo: file.brand.logo }),
      ...(file.brand?.links !== undefined && { links: { ...file.brand.links } }),
    },
  };
}

function segment(from: NonNullable<RoutesFile['segments']>[string]): Segment {
  return {
    ...(from.tags && { tags: from.tags }),
    ...(from.tags_all && { tagsAll: from.tags_all }),
    ...(from.ids && { ids: from.ids }),
  };
}

function quietHours({ from, to, days, timezone }: NonNullable<RoutesFile['quiet_hours']>[string]): QuietHours {
  return { from, to, days: days ?? [0, 1, 2, 3, 4, 5, 6], ...(timezone !== undefined && { timezone }) };
}

function destination(name: string, from: RoutesFile['destinations'][string], own: Options | undefined): Destination {
  return {
    name,
    plugin: from.plugin,
    options: own?.options ?? {},
    templated: own?.templated ?? [],
    ...(from.if_it_fails !== undefined && { ifItFails: from.if_it_fails }),
    ...(from.if_empty !== undefined && { ifEmpty: from.if_empty }),
    showPhone: from.show_phone ?? false,
    ...(from.rate !== undefined && { perSecond: from.rate }),
    ...(from.concurrency !== undefined && { concurrency: from.concurrency }),
    ...(from.timeout !== undefined && { timeoutMs: from.timeout }),
    maxAgeMs: from.max_age ?? 86_400_000,
    ...(from.template !== undefined && { template: from.template }),
    ignoreQuietHours: from.ignore_quiet_hours ?? false,
    ...(own?.edits === true && { edits: true as const }),
    storm: from.storm ?? true,
  };
}

function route(from: RoutesFile['routes'][number]): Route {
  const nobody = from.send.length === 1 && from.send[0]!.to === 'nobody';
  return {
    name: from.name,
    enabled: from.enabled ?? true,
    ...(from.events && { events: from.events }),
    ...(from.where && { where: compileWhere(from.where) }),
    ...(from.except && { except: from.except.map(compileWhere) }),
    ...(from.lacks && { lacks: from.lacks.map(field) }),
    send: nobody ? [] : sends(from.send, from.template),
    stop: from.stop ?? false,
    ...(from.hold !== undefined && { holdMs: from.hold }),
    whenResolved: from.when_resolved ?? 'update',
    ...(from.closes_after !== undefined && { closesAfterMs: from.closes_after }),
    ...gates(from),
  };
}

function gates(from: RoutesFile['routes'][number]): Pick<Route, 'ackForMs' | 'confirm'> & Partial<Route> {
  const { flapping, quiet, limit, digest, repeat, escalate } = from;
  const steps = escalate?.map(({ after, send }) => ({ afterMs: after, send: sends(send, from.template) }));
  return {
    ...(flapping && { flapping: { drops: flapping.drops, withinMs: flapping.within } }),
    confirm: from.confirm ?? false,
    ...(quiet !== undefined && { quiet: typeof quiet === 'string' ? { during: quiet, keep: true } : quietOf(quiet) }),
    ...(limit && { limit: { max: limit.max, perMs: limit.per, ...(limit.by !== undefined && { by: limit.by }) } }),
    ...(digest?.at !== undefined && { digest: { at: digest.at } }),
    ...(digest?.every !== undefined && { digest: { everyMs: digest.every } }),
    ...(repeat && { repeat: { everyMs: repeat.every, atMost: repeat.at_most ?? 3 } }),
    ...(steps && { escalate: steps.sort((a, b) => a.afterMs - b.afterMs) }),
    ackForMs: from.ack_for ?? 8 * 3_600_000,
  };
}

const quietOf = ({ during, then }: { during: string; then?: 'keep' | 'drop' | undefined }) => ({ during, keep: then !== 'drop' });

export function compileWhere(block: WhereBlock): Where {
  const { segment, tag, workspace, account, phone, reason, level, percent, first_time: firstTime, lacks, ...rest } = block;
  const columns = Object.entries(rest as Record<string, string[]>).map(
    ([key, values]) => [key.slice('workspace.'.length), values] as const,
  );
  return {
    ...(segment && { segment }),
    ...(tag && { tag }),
    ...(workspace && { workspace }),
    ...(account && { account }),
    ...(phone && { phone }),
    ...(reason && { reason }),
    ...(level && { level }),
    ...(percent && { percent }),
    ...(firstTime !== undefined && { firstTime }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
    ...(lacks && { lacks: lacks.map(field) }),
  };
}

const field = (name: string): string => name.replace(/^workspace\./, '');

type Sends = RoutesFile['fallback']['send'];

/** Each destination once. A story named by the route is the word for each of them that has none of its own here. */
const sends = (from: Sends, story?: string): Send[] =>
  from
    .filter(({ to }, at) => from.findIndex((one) => one.to === to) === at)
    .map((one) => sendTo({ ...one, template: one.template ?? story }));
const sendTo = ({ to, template }: Sends[number]): Send => ({ to, ...(template !== undefined && { template }) });

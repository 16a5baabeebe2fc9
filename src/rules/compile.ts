// The checked shape of routes.yaml → Rules, as decide and deliver read them: names in our own words, defaults filled in.

import type { Options } from './options.ts';
import type { Destination, Route, Rules, Segment, Where } from './rules.ts';
import { isTimezone } from './scalars.ts';
import type { RoutesFile, WhereBlock } from './schema.ts';

export function compile(file: RoutesFile, options: ReadonlyMap<string, Options>, revision: string): Rules {
  const fallback = file.fallback.send.map(sendTo);
  const operator = file.operator ?? fallback[0]?.to;
  return {
    revision,
    timezone: file.timezone !== undefined && isTimezone(file.timezone) ? file.timezone : 'UTC',
    segments: Object.fromEntries(Object.entries(file.segments ?? {}).map(([name, one]) => [name, segment(one)])),
    quietHours: {},
    silences: [],
    destinations: Object.fromEntries(
      Object.entries(file.destinations).map(([name, one]) => [name, destination(name, one, options.get(name))]),
    ),
    routes: file.routes.map(route),
    fallback,
    ...(operator !== undefined && { operator }),
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

function destination(name: string, from: RoutesFile['destinations'][string], own: Options | undefined): Destination {
  return {
    name,
    plugin: from.plugin,
    options: own?.options ?? {},
    templated: own?.templated ?? false,
    ...(from.if_it_fails !== undefined && { ifItFails: from.if_it_fails }),
    ...(from.if_empty !== undefined && { ifEmpty: from.if_empty }),
    showPhone: from.show_phone ?? false,
    ...(from.rate !== undefined && { perSecond: from.rate }),
    ...(from.concurrency !== undefined && { concurrency: from.concurrency }),
    ...(from.timeout !== undefined && { timeoutMs: from.timeout }),
    maxAgeMs: from.max_age ?? 86_400_000,
    ignoreQuietHours: false,
    storm: true,
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
    // A story named by the route is the word for each of its destinations that names none of its own.
    send: nobody ? [] : once(from.send).map((one) => sendTo({ ...(from.template !== undefined && { template: from.template }), ...one })),
    stop: from.stop ?? false,
    ...(from.hold !== undefined && { holdMs: from.hold }),
    whenResolved: from.when_resolved ?? 'update',
    ackForMs: 8 * 3_600_000,
    confirm: false,
    ...(from.closes_after !== undefined && { closesAfterMs: from.closes_after }),
  };
}

export function compileWhere({ segment, tag, workspace, account, phone, reason, level, percent, lacks, ...rest }: WhereBlock): Where {
  const columns = Object.entries(rest).map(([key, values]) => [key.slice('workspace.'.length), values] as const);
  return {
    ...(segment && { segment }),
    ...(tag && { tag }),
    ...(workspace && { workspace }),
    ...(account && { account }),
    ...(phone && { phone }),
    ...(reason && { reason }),
    ...(level && { level }),
    ...(percent && { percent }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
    ...(lacks && { lacks: lacks.map(field) }),
  };
}

const field = (name: string): string => name.replace(/^workspace\./, '');
const sendTo = ({ to, template }: { to: string; template?: string | undefined }) => ({ to, ...(template !== undefined && { template }) });
const once = <T extends { to: string }>(sends: T[]): T[] => sends.filter(({ to }, at) => sends.findIndex((one) => one.to === to) === at);

// The shape of routes.yaml, written once: it checks the file, it types what the loader goes on with, and editors get it as config/routes.schema.json.
// What a value refers to (destinations, segments, columns, events, plug-ins) is checked in references.ts and options.ts.
import { z } from 'zod';
import { quietHours } from './clock.ts';
import { gateKeys, storm } from './gates.ts';
import { many, send, text, texts } from './lists.ts';
import { duration, flag, level, link, name, percent, rate, timezone, version, whole } from './scalars.ts';
import { trials } from './trial-shape.ts';

const segment = z
  .strictObject({
    tags: texts.optional().meta({ description: 'Workspaces with any of these tags.' }),
    tags_all: texts.optional().meta({ description: 'Workspaces with all of these tags.' }),
    ids: texts.optional().meta({ description: 'Workspace ids; * stands for anything.' }),
  })
  .meta({ description: 'A set of workspaces. Several keys: any of them is enough.' });

const lacks = texts
  .optional()
  .meta({ description: 'Only where these are missing: columns of the table, or account, phone, reason, percent, tags.' });

/** Open for `workspace.<column>`; any other unknown key is refused in references.ts, where the columns are known. */
export const whereKeys = {
  segment: texts.optional().meta({ description: 'Names from `segments`.' }),
  tag: texts.optional().meta({ description: 'Tags of the workspace.' }),
  workspace: texts.optional().meta({ description: 'Workspace ids.' }),
  account: texts.optional().meta({ description: 'WhatsApp account ids.' }),
  phone: texts.optional().meta({ description: 'Phone numbers, in quotes.' }),
  reason: texts.optional().meta({ description: 'Why a number was disconnected, as TimelinesAI says it.' }),
  level: many(level).optional().meta({ description: '1: nearly used up. 2: used up.' }),
  percent: many(percent).optional().meta({ description: 'How much is used: ">=95".' }),
  first_time: flag.optional().meta({ description: 'yes: the first connect ever of a number. no: any other connect.' }),
  lacks,
};

export const where = z
  .object(whereKeys)
  .catchall(texts)
  .meta({
    description: 'All keys must hold; of a list, any. * stands for anything; capitals do not matter.',
    patternProperties: { '^workspace\\..+$': { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
    additionalProperties: false,
  });

const route = z.strictObject({
  name: name.meta({ description: 'Its own name: small letters, digits and -.' }),
  enabled: flag.optional().meta({ description: 'no turns the route off. Default yes.' }),
  events: texts.optional().meta({ description: 'Which events; absent: every event.' }),
  events_unchecked: flag.optional().meta({ description: 'yes allows names of events that this relay does not know.' }),
  where: where.optional(),
  except: z
    .array(where)
    .min(1, { error: 'This list is empty. Write a block, or remove the line.' })
    .optional()
    .meta({ description: 'Left out if any of these blocks fully holds.' }),
  lacks,
  send,
  template: name.optional().meta({ description: 'Another story for this route.' }),
  stop: flag.optional().meta({ description: 'yes: the routes below are not looked at. Default no.' }),
  hold: duration().optional().meta({ description: 'Wait this long; nobody hears of it if it is over by then.' }),
  ...gateKeys,
  when_resolved: z
    .enum(['update', 'thread', 'new', 'none'])
    .optional()
    .meta({ description: 'How the end of a problem is told. Default update.' }),
  closes_after: duration(60_000).optional().meta({ description: 'Closes the incident after this time if nothing else does.' }),
});

/** Open for the plug-in's own options. */
export const destinationKeys = {
  plugin: text.meta({ description: 'Which plug-in sends it: console, http, or one from plugins/.' }),
  if_it_fails: text.optional().meta({ description: 'The destination to try when this one has used up its tries.' }),
  if_empty: text.optional().meta({ description: 'The destination to use when a {{workspace.…}} value is empty.' }),
  show_phone: flag.optional().meta({ description: 'yes shows phone numbers in full. Default no.' }),
  rate: rate.optional().meta({ description: 'Messages at most: 1/s, 30/m.' }),
  concurrency: whole(1, 100).optional().meta({ description: 'How many messages are sent at the same time.' }),
  timeout: duration(1000, 50_000).optional().meta({ description: 'How long one try may take.' }),
  max_age: duration(60_000, 30 * 86_400_000)
    .optional()
    .meta({ description: 'Older messages are given up. Default 1d.' }),
  template: name.optional().meta({ description: 'The story for what it is sent, where neither route nor `send` names one.' }),
  ignore_quiet_hours: flag.optional().meta({ description: 'yes: told at once in quiet hours too. Default no.' }),
  storm: flag.optional().meta({ description: 'no: never folded into the one message of a storm. Default yes.' }),
};

const destination = z.object(destinationKeys).catchall(z.unknown()).meta({ description: 'A plug-in with its options.' });

export const routesFile = z.strictObject({
  version: version.meta({ description: 'Always 1.' }),
  timezone: timezone.optional().meta({ description: 'The time zone of every clock time. Default UTC.' }),
  workspaces: z.strictObject({ file: text.meta({ description: 'A CSV or YAML file beside this one.' }) }).optional(),
  segments: z.record(name, segment).optional().meta({ description: 'Names for sets of workspaces.' }),
  quiet_hours: z.record(name, quietHours).optional().meta({ description: 'Names for hours in which routes tell nobody.' }),
  destinations: z.record(name, destination).meta({ description: 'Where messages can go.' }),
  routes: z
    .array(route)
    .min(1, { error: 'There is no route. Write at least one.' })
    .meta({ description: 'Read from top to bottom; every route that matches sends.' }),
  fallback: z.strictObject({ send }).meta({ description: 'Who hears of what matched no route.' }),
  storm: storm.optional(),
  operator: text.optional().meta({ description: 'The destination that hears about the relay itself.' }),
  quiet_source: duration(60_000).optional().meta({ description: 'The operator is told when no webhook came for so long.' }),
  brand: z
    .strictObject({
      name: text.optional(),
      logo: link.optional(),
      links: z.record(text, link).optional(),
    })
    .optional()
    .meta({ description: 'Name, logo and links for the messages.' }),
  tests: trials,
});

export type RoutesFile = z.output<typeof routesFile>;
export type WhereBlock = z.output<typeof where>;

/** For editors, as draft-7, which all of them know. */
export const routesJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(routesFile, { target: 'draft-7', io: 'input' }),
  title: 'routes.yaml of timelines-relay',
});

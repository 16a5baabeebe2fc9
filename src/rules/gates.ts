// What a route may do besides telling at once: wait for the morning, be counted, be gathered, remind, call the next people. And the storm gate
// of the whole file. Each as routes.yaml writes it; keys that exclude each other are looked at in gate-mistakes.ts, where the lines are known.
import { z } from 'zod';
import { clock } from './clock.ts';
import { send, text } from './lists.ts';
import { duration, flag, whole } from './scalars.ts';

const second = 1000;
const day = 86_400_000;

const quiet = z
  .union([
    text,
    z.strictObject({
      during: text.meta({ description: 'A name from `quiet_hours`.' }),
      // biome-ignore lint/suspicious/noThenProperty: this is the word of the language, and nobody awaits a schema
      then: z.enum(['keep', 'drop']).optional().meta({ description: 'keep: one digest at their end (default). drop: nothing.' }),
    }),
  ])
  .meta({ description: 'Quiet hours of this route: a name from `quiet_hours`.' });

const limit = z
  .strictObject({
    max: whole(1, 1000).meta({ description: 'So many incidents at most.' }),
    per: duration(second, 31 * day).meta({ description: 'Within so long.' }),
    by: z.enum(['workspace', 'segment']).optional().meta({ description: 'Counted for each of these by itself. Default for the route.' }),
  })
  .meta({ description: 'What is too much comes as one digest.' });

const digest = z
  .strictObject({
    every: duration(second, 31 * day)
      .optional()
      .meta({ description: 'So long after the first one.' }),
    at: clock.optional().meta({ description: 'At this time of day: "09:00".' }),
  })
  .meta({ description: 'Gathers, and tells all of it in one message. Write `every` or `at`.' });

const repeat = z
  .strictObject({
    every: duration(second, 31 * day).meta({ description: 'So long after the last message.' }),
    at_most: whole(1, 100).optional().meta({ description: 'So many reminders at most. Default 3.' }),
  })
  .meta({ description: 'Reminds while it is still so and nobody took it.' });

const escalate = z
  .array(
    z.strictObject({
      after: duration(second, 31 * day).meta({ description: 'So long after the first message of this route.' }),
      send,
    }),
  )
  .min(1, { error: 'This list is empty. Write a step such as `- { after: 15m, send: [log] }`, or remove the line.' })
  .meta({ description: 'Who hears of it next if it is still so and nobody took it.' });

const flapping = z
  .strictObject({
    drops: whole(2, 1000).meta({ description: 'At this drop.' }),
    within: duration(second, 7 * day).meta({ description: 'Within so long.' }),
  })
  .meta({ description: 'A number that drops again and again is told once, as unstable.' });

/** Keys of a route. */
export const gateKeys = {
  flapping: flapping.optional(),
  confirm: flag.optional().meta({ description: 'yes: asks the Partner API at the end of a hold. Default no.' }),
  quiet: quiet.optional(),
  limit: limit.optional(),
  digest: digest.optional(),
  repeat: repeat.optional(),
  escalate: escalate.optional(),
  ack_for: duration(second, 31 * day)
    .optional()
    .meta({ description: 'How long it stays taken once somebody took it. Default 8h.' }),
};

/** Of the whole file. */
export const storm = z
  .strictObject({
    more_than: whole(1, 100_000).meta({ description: 'More messages to one place than this.' }),
    within: duration(second, day).meta({ description: 'Within so long.' }),
  })
  .meta({ description: 'A large outage is one message for each place that hears of it.' });

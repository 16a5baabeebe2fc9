// The shape of `tests:` in routes.yaml. What they refer to is checked in trial-references.ts, and trials.ts makes of them what is played.
import { z } from 'zod';
import type { DeliveryKind } from '../delivery.ts';
import { name, scalar, timezone } from './scalars.ts';
import { when } from './trial-times.ts';

const kinds = ['alert', 'resolved', 'digest', 'reminder', 'escalation', 'flapping', 'storm', 'notice'] as const satisfies DeliveryKind[];
const mostTests = 200;
const mostGiven = 200;

const text = z.string().trim().min(1, { error: 'nothing stands between the quotes.' });
const texts = z.union([text, z.array(text)]);
const amount = scalar<number>(
  (written) => {
    const [, number] = /^(\d{1,12}(?:\.\d{1,3})?)$/.exec(written) ?? [];
    if (number !== undefined) return { value: Number(number) };
    return { wrong: `"${written}" is no number.`, write: /^(\d{1,12}(?:\.\d{1,3})?)\s*%$/.exec(written)?.[1] };
  },
  { type: ['number', 'string'], minimum: 0 },
);
const instant = scalar<string>(
  (written) =>
    /^\d{4}-\d\d-\d\dT/.test(written) && !Number.isNaN(Date.parse(written))
      ? { value: written }
      : {
          wrong: `"${written}" is no time of TimelinesAI. Write it as 2026-01-14T10:00:00Z; when it happened is easier said by \`triggered\`.`,
        },
  { type: 'string', format: 'date-time' },
);

/** What a body of TimelinesAI holds beside the words that have a shorter name here. */
const payload = {
  ...{ whatsapp_account_id: text.optional(), phone_number_e164: text.optional(), user_id: text.optional() },
  ...{ triggered_at: instant.optional(), disconnected_at: instant.optional(), rotated_at: instant.optional() },
  ...{ messaging_quota_total: amount.optional(), messaging_quota_used: amount.optional(), utilization_pct: amount.optional() },
  ...{ api_calls_limit: amount.optional(), api_calls_used: amount.optional() },
  ...{ current_period_start: instant.optional(), current_period_end: instant.optional() },
  ...{ seats_purchased: amount.optional(), seats_available: amount.optional() },
};

export const row = z
  .object({ id: text, tags: texts.optional(), timezone: timezone.optional() })
  .catchall(text)
  .meta({ description: 'Laid over the row of the table, for this test.' });

export const given = z
  .object({
    at: when.meta({ description: 'When it comes in: "10:05", or "2026-03-29 01:10".' }),
    event: text.meta({ description: 'Its short name, or the name that TimelinesAI uses.' }),
    workspace: z.union([text, row]).meta({ description: 'An id, or `{ id: shop-1, tags: [vip] }`.' }),
    triggered: when.optional().meta({ description: 'When it happened, if not then.' }),
    account: text.optional().meta({ description: 'WhatsApp account id; left out: always the same one.' }),
    phone: text.optional().meta({ description: 'Its number, in quotes.' }),
    reason: text.optional().meta({ description: 'Why it was disconnected.' }),
    percent: amount.optional().meta({ description: 'How much is used.' }),
    ...payload,
  })
  .catchall(text);
export const givenKeys = Object.keys(given.shape);

const expected = z.strictObject({
  at: when.meta({ description: 'When it goes out, to the minute; with seconds, to the second.' }),
  to: z.union([text, z.array(text).min(1, { error: 'This list is empty. Name a destination, or write `expect: nothing`.' })]),
  what: z.enum(kinds).optional().meta({ description: 'Default alert.' }),
});

export const trials = z
  .array(
    z.strictObject({
      name: text.meta({ description: 'What it holds, in your own words.' }),
      only: z
        .union([name, z.array(name).min(1, { error: 'This list is empty. Name a route, or remove the line.' })])
        .optional()
        .meta({ description: 'Names of routes: the others, and the fallback, are not looked at.' }),
      given: z
        .array(given)
        .min(1, { error: 'Nothing comes in. Write at least one event.' })
        .max(mostGiven, { error: `more than ${mostGiven} events. Write two tests.` })
        .meta({ description: 'What comes in, in the order of time.' }),
      expect: z
        .union([z.array(expected).min(1, { error: 'This list is empty. Write `expect: nothing`.' }), z.literal('nothing')])
        .meta({ description: 'Every message that goes out, or `nothing`.' }),
      until: when.optional().meta({ description: 'How long to look. Default one hour after the last event.' }),
    }),
  )
  .min(1, { error: 'This list is empty. Write a test, or remove the line.' })
  .max(mostTests, { error: `more than ${mostTests} tests. Remove some.` })
  .optional()
  .meta({ description: 'Played by `check` and before every reload: a file whose tests fail does not come into force.' });

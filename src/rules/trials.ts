// `tests:` in routes.yaml: which webhooks come in, and who is to hear of what. Their shape, and what the loader hands on of them; what they refer to
// is checked in trial-references.ts, and src/trials.ts plays them.
import { z } from 'zod';
import type { DeliveryKind } from '../delivery.ts';
import type { Workspace } from '../model.ts';
import { name, scalar, timezone } from './scalars.ts';
import type { Tree } from './tree.ts';
import { wallsOf, when } from './trial-times.ts';

/** Times are wall times of the file's time zone, written as if they were UTC. */
export type Given = {
  at: number;
  triggered?: number;
  /** A short or a wire name. */
  event: string;
  /** What is to lie over the row of the table. */
  workspace: Workspace;
  account?: string;
  phone?: string;
  reason?: string;
  percent?: number;
  /** The rest of the body, by the names of TimelinesAI. */
  payload: Record<string, string>;
  line: number;
};
/** One message to each destination. `exact`: to the second, else to the minute. */
export type Expected = { at: number; exact: boolean; to: string[]; what: DeliveryKind; line: number };
/** Line and column are those of its name. */
export type Trial = {
  name: string;
  line: number;
  column: number;
  only?: string[];
  given: Given[];
  expect: Expected[];
  until?: number;
};

/** What a body of TimelinesAI holds beside the words that have a shorter name here. */
export const payloadNames = [
  ...['whatsapp_account_id', 'phone_number_e164', 'user_id', 'triggered_at', 'disconnected_at', 'rotated_at'],
  ...['messaging_quota_total', 'messaging_quota_used', 'utilization_pct', 'api_calls_limit', 'api_calls_used'],
  ...['current_period_start', 'current_period_end', 'seats_purchased', 'seats_available'],
];
const kinds = ['alert', 'resolved', 'digest', 'reminder', 'escalation', 'flapping', 'storm', 'notice'] as const satisfies DeliveryKind[];
const mostTests = 200;
const mostGiven = 200;

const text = z.string().trim().min(1, { error: 'nothing stands between the quotes.' });
const texts = z.union([text, z.array(text)]);
const percent = scalar<number>(
  (written) => {
    const [, number] = /^(\d{1,4}(?:\.\d{1,3})?)$/.exec(written) ?? [];
    if (number !== undefined) return { value: Number(number) };
    return { wrong: `"${written}" is no number. Write how much is used, such as 95.`, write: /\d{1,4}(?:\.\d{1,3})?/.exec(written)?.[0] };
  },
  { type: ['number', 'string'], minimum: 0 },
);

const row = z
  .object({ id: text, tags: texts.optional(), timezone: timezone.optional() })
  .catchall(text)
  .meta({ description: 'Laid over the row of the table, for this test.' });

const given = z
  .object({
    at: when.meta({ description: 'When it comes in: "10:05", or "2026-03-29 01:10".' }),
    event: text.meta({ description: 'Its short name, or the name that TimelinesAI uses.' }),
    workspace: z.union([text, row]).meta({ description: 'An id, or `{ id: shop-1, tags: [vip] }`.' }),
    triggered: when.optional().meta({ description: 'When it happened, if not then.' }),
    account: text.optional().meta({ description: 'WhatsApp account id; left out: always the same one.' }),
    phone: text.optional().meta({ description: 'Its number, in quotes.' }),
    reason: text.optional().meta({ description: 'Why it was disconnected.' }),
    percent: percent.optional().meta({ description: 'How much is used.' }),
  })
  .catchall(text);
export const givenKeys = [...Object.keys(given.shape), ...payloadNames];

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

type Written = NonNullable<z.output<typeof trials>>;

export function trialsOf(tests: Written | undefined, tree: Tree): Trial[] {
  return (tests ?? []).map((test, n) => {
    const lineOf = (...path: (string | number)[]) => tree.spot(['tests', n, ...path]).line;
    const expect = test.expect === 'nothing' ? [] : test.expect;
    const walls = wallsOf({ given: test.given, expect: expect.map(({ at }) => at), until: test.until });
    const { line, column } = tree.spot(['tests', n, 'name'], 'key');
    return {
      ...{ name: test.name, line, column },
      ...(test.only === undefined ? {} : { only: list(test.only) }),
      given: test.given.map((one, at) => givenOf(one, walls.given[at]!, walls.triggered[at], lineOf('given', at, 'at'))),
      expect: expect.map(({ at, to, what = 'alert' }, index) => ({
        at: walls.expect[index]!,
        exact: at.exact,
        to: list(to),
        what,
        line: lineOf('expect', index, 'at'),
      })),
      ...(walls.until === undefined ? {} : { until: walls.until }),
    };
  });
}

function givenOf(one: z.output<typeof given>, at: number, triggered: number | undefined, line: number): Given {
  const { at: _at, triggered: _triggered, event, workspace, account, phone, reason, percent, ...payload } = one;
  return {
    at,
    ...(triggered === undefined ? {} : { triggered }),
    event,
    workspace: typeof workspace === 'string' ? { id: workspace } : rowOf(workspace),
    ...(account === undefined ? {} : { account }),
    ...(phone === undefined ? {} : { phone }),
    ...(reason === undefined ? {} : { reason }),
    ...(percent === undefined ? {} : { percent }),
    payload: payload as Record<string, string>,
    line,
  };
}

function rowOf({ tags, ...columns }: z.output<typeof row>): Workspace {
  const named =
    tags === undefined
      ? undefined
      : list(tags)
          .flatMap((one) => one.split(/[\s;,]+/))
          .filter((one) => one !== '');
  return { ...(columns as Workspace), ...(named === undefined ? {} : { tags: named }) };
}

const list = (value: string | string[]): string[] => (typeof value === 'string' ? [value] : value);

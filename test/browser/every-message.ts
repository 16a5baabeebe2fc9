// Every message there is to picture, for any channel: which event, as what kind, with how much known, in which language.
import type { DeliveryKind } from '../../src/delivery.ts';
import { eventTypes } from '../../src/model.ts';
import { sampleNow } from '../../src/render/samples.ts';
import type { slackOf } from '../plugins/slack-messages.ts';
import { everyMany, type Many } from '../render/many.ts';

export type Language = 'en' | 'es';
/** What `slackOf` and `mailOf` take. */
export type Given = Parameters<typeof slackOf>;
/** `before`: the same reader had this of the same incident first, and it is edited or answered. */
export type Telling = { caption: string; given: Given; before?: Given };
type Type = Given[0];
type Change = NonNullable<Given[2]>;

const brand = { name: 'Acme Connect', links: { app: 'https://app.acme.example/workspaces' } };
const id = 'e_01KAR5Z9QW3M8T6V0X2B4D7F9H';
const row = { id: 'northwind', name: 'Northwind Travel', tags: ['vip'], timezone: 'Europe/Madrid' };
const types: Type[] = [...eventTypes, 'unknown'];
const nameOf = (type: Type) => (type === 'unknown' ? 'unknown event' : type);
/** Near its end, so that what is left lasts. */
const period = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 10, 25) };

const full = (language: Language, { event, ...more }: Change = {}): Change => ({
  ...{ brand, adminUrl: 'https://relay.acme.example', route: 'on-call', workspace: { ...row, language } },
  event: { id, workspaceId: row.id, ...event },
  ...more,
});

/** Every event with all that its webhook may hold. */
export const alerts = (language: Language): Telling[] =>
  types.map((type) => ({
    caption: `${nameOf(type)}, ${language}`,
    given: [type, type === 'connected' ? 'notice' : 'alert', full(language)],
  }));

/** Every event with as little as it may hold: no name, no phone, no figures, no brand. */
export const sparse = (language: Language): Telling[] =>
  types.map((type) => ({
    caption: `${nameOf(type)}, ${language}, nothing known`,
    given: [type, type === 'connected' ? 'notice' : 'alert', { event: { id }, workspace: { id: 'acme', language } }, false],
  }));

const ends: Type[] = ['disconnected', 'messaging-90', 'messaging-100', 'transactions-100', 'api-calls-100', 'seats-full'];
const later = { now: sampleNow + 2 * 3_600_000 };
/** What comes after the first alert of an incident. */
export const course = (language: Language): Telling[] => [
  {
    caption: `messaging-90, then messaging-100, ${language}`,
    given: ['messaging-100', 'alert', full(language)],
    before: ['messaging-90', 'alert', full(language)],
  },
  ...ends.map(
    (type): Telling => ({
      caption: `${type}, resolved, ${language}`,
      given: [type, 'resolved', full(language)],
      before: [type, 'alert', full(language)],
    }),
  ),
  {
    caption: `disconnected, resolved, ${language}, nothing known`,
    given: ['disconnected', 'resolved', { event: { id }, workspace: { id: 'acme', language } }, false],
    before: ['disconnected', 'alert', { event: { id }, workspace: { id: 'acme', language } }, false],
  },
  ...ends.map((type): Telling => ({ caption: `${type}, reminder, ${language}`, given: [type, 'reminder', full(language, later)] })),
];

const account = { id: '67890', phone: '+123456789' };
const down = (language: Language, caption: string, reason: string, more: Change = {}): Telling => ({
  caption: `disconnected, ${caption}, ${language}`,
  given: ['disconnected', 'alert', full(language, { ...more, event: { account: { ...account, reason } } })],
});
/** Kinds and facts of which there is one for any event, shown on one. */
export const others = (language: Language): Telling[] => [
  { caption: `disconnected, escalation, ${language}`, given: ['disconnected', 'escalation', full(language, later)] },
  { caption: `disconnected, test, ${language}`, given: ['disconnected', 'test', full(language)] },
  {
    caption: `connected, the first time, ${language}`,
    given: ['connected', 'notice', full(language, { details: { firstTime: true } })],
  },
  {
    caption: `messaging-90, lasts the period, ${language}`,
    given: ['messaging-90', 'alert', full(language, { event: { period } })],
  },
  down(language, 'banned', 'banned'),
  down(language, 'a reason nobody knows', 'stream errored (conflict)'),
  {
    caption: `seats-full, late, in place of another, again, ${language}`,
    given: [
      'seats-full',
      'alert',
      full(language, { details: { lateMs: 3_000_000, insteadOf: ['ops-slack', 'sales-slack'], replayReason: 'asked by Ann' } }),
    ],
  },
  {
    caption: `disconnected, long names, ${language}`,
    given: [
      'disconnected',
      'alert',
      full(language, {
        workspace: { ...row, id: 'ws_7f3c9a10b2d84e55', name: 'Gemeinschaftspraxis Dr. Hinterberger-Oberhuber und Partner', language },
        event: {
          workspaceId: 'ws_7f3c9a10b2d84e55',
          account: { id: '34600111222@s.whatsapp.net', phone: '+34600111222', reason: 'device_removed_by_remote_session_conflict' },
        },
      }),
    ],
  },
];

/** Of many at once, or told more than once: what `slackOfMany` and `mailOfMany` take. `before`: the one that it edits or answers. */
export type Crowd = [kind: DeliveryKind, many: Many];
export type Gathered = { caption: string; given: Crowd; before?: Crowd };

export function gathered(language: Language): Gathered[] {
  const shared = { brand, adminUrl: 'https://relay.acme.example' };
  const all = everyMany(language).map(
    ([title, kind, many]): Gathered => ({ caption: `${title}, ${language}`, given: [kind, { ...many, ...shared }] }),
  );
  const named = (start: string) => all.find(({ caption }) => caption.startsWith(start))!.given;
  const before: Record<string, Crowd> = { 'gathered ends': named('digest after'), 'storm over': named('storm,') };
  return all.map((one) => {
    const first = Object.keys(before).find((title) => one.caption.startsWith(title));
    return first === undefined ? one : { ...one, before: before[first]! };
  });
}

const flaps = { drops: 4, withinMs: 3_600_000 };
/** One number, told again, to others, or of its coming and going. */
export const again = (language: Language): Telling[] => {
  const since = sampleNow - 15 * 60_000;
  return [
    {
      caption: `reminder, ${language}`,
      given: ['disconnected', 'reminder', full(language, { details: { since: since - 4 * 3_600_000, reminder: 2 } })],
    },
    {
      caption: `escalation, ${language}`,
      given: ['disconnected', 'escalation', full(language, { details: { since, unconfirmed: true } })],
    },
    { caption: `flapping, ${language}`, given: ['disconnected', 'flapping', full(language, { details: { flaps } })] },
    {
      caption: `stable again, ${language}`,
      given: ['connected', 'resolved', full(language, { details: { flaps, since } })],
      before: ['disconnected', 'flapping', full(language, { details: { flaps } })],
    },
  ];
};

const delivery = 'd_01KAR5Z9QW3M8T6V0X2B4D7F9J';
/** What the operator hears about the relay itself: code, about what, what was found. As the relay writes them. */
export const relay: [code: string, subject: string, text: string][] = [
  ['rules.bad', 'routes.yaml', 'routes.yaml:14:7  There is no destination "ops-slak". Did you mean ops-slack?\n'],
  ['plugin.bad', 'plugins/pagerduty.ts', 'plugins/pagerduty.ts:12 has a syntax error: Unexpected token'],
  ['story.bad', 'upsell', 'templates/upsell.yaml: the headline came out empty'],
  [
    'destination.held',
    'ops-slack',
    'ops-slack refuses every message: Slack says invalid_auth. Messages for it wait, and one is tried every 5 minutes. Mend its options in routes.yaml or at the target; it goes on by itself.',
  ],
  [
    'destination.failing',
    'crm',
    'crm has been failing for over 5 minutes: HTTP 503. Messages for it wait and are tried again with growing pauses; it goes on by itself.',
  ],
  [
    'destination.unwell',
    'ops-mail',
    'ops-mail was asked whether it would take a message, and would not: smtp.acme.example does not let alerts in. Mend its options in routes.yaml or at the target.',
  ],
  [
    'delivery.dead',
    'crm',
    `A message for crm (route on-call) could not be delivered: HTTP 410. ops-mail was told instead. Look at it with: npm run relay -- deliveries --id ${delivery}; send it again with: npm run relay -- replay ${delivery} --reason "…"`,
  ],
  [
    'source.refused',
    'webhooks',
    'Five webhooks within ten minutes could not be verified; the last: the signature does not fit. If the partner secret was changed at TimelinesAI, set PARTNER_SECRET to "new,old" and restart.',
  ],
  [
    'source.silent',
    'webhooks',
    'No webhook has come since 22 Nov, 07:14 CET. Check the webhook address with TimelinesAI, and that this relay can be reached there.',
  ],
  ['decision.failed', id, `${id} is stored, but deciding what follows failed: out of memory. Nobody was told of it.`],
];
